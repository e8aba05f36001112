"""Every path on one page."""

from starlette.routing import Route

from wildside.inbound.http import accounts, health, push, reference, users

ROUTES = [
    Route("/health", health.health),
    Route("/health/live", health.live),
    Route("/health/ready", health.ready),
    Route("/api/v1/reference/version", push.version),
    Route("/api/v1/reference/bootstrap", reference.bootstrap),
    Route("/api/v1/reference/changes", reference.changes),
    Route("/api/v1/reference/events", push.events),
    Route("/api/v1/reference/{table}", reference.table),
    Route("/api/v1/users", users.users),
    Route("/api/v1/users/me", accounts.me),
]
