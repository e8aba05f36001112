"""Every path on one page."""

from starlette.routing import Route

from wildside.inbound.http import (
    accounts,
    catalogue,
    health,
    logins,
    preferences,
    provenance,
    push,
    reference,
    routes,
    users,
)
from wildside.inbound.http.methods import route

ROUTES = [
    Route("/health", health.health),
    Route("/health/live", health.live),
    Route("/health/ready", health.ready),
    Route("/api/v1/reference/version", push.version),
    Route("/api/v1/reference/bootstrap", reference.bootstrap),
    Route("/api/v1/reference/changes", reference.changes),
    Route("/api/v1/reference/events", push.events),
    Route("/api/v1/reference/{table}", reference.table),
    Route("/api/v1/login", logins.login, methods=["POST"]),
    Route("/api/v1/logout", logins.logout, methods=["POST"]),
    Route("/api/v1/users", users.users),
    route("/api/v1/users/me", {"GET": accounts.me, "DELETE": accounts.erase}),
    Route("/api/v1/users/me/preferences", preferences.preferences, methods=["GET", "PUT"]),
    Route("/api/v1/users/me/interests", preferences.interests, methods=["GET", "PUT"]),
    Route("/api/v1/catalogue/explore", catalogue.explore),
    Route("/api/v1/catalogue/descriptors", catalogue.descriptors),
    Route("/api/v1/routes/{route_id}", routes.route),
    Route("/api/v1/admin/enrichment/provenance", provenance.provenance),
]
