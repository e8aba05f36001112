"""Every path on one page."""

from starlette.routing import Mount, Route

from wildside.inbound.http import health, reference

ROUTES = [
    Route("/health", health.health),
    Route("/health/live", health.live),
    Route("/health/ready", health.ready),
    Mount(
        "/api/v1/reference",
        routes=[
            Route("/version", reference.version),
            Route("/bootstrap", reference.bootstrap),
            Route("/{table}", reference.table),
        ],
    ),
]
