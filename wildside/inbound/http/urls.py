"""Every path on one page."""

from starlette.routing import Route

from wildside.inbound.http import health, reference

ROUTES = [
    Route("/health", health.health),
    Route("/health/live", health.live),
    Route("/health/ready", health.ready),
    Route("/api/v1/reference/version", reference.version),
    Route("/api/v1/reference/bootstrap", reference.bootstrap),
    Route("/api/v1/reference/{table}", reference.table),
]
