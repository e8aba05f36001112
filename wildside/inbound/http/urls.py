"""Every path on one page."""

from starlette.routing import Route

from wildside.inbound.http import (
    accounts,
    annotations,
    bundles,
    health,
    logins,
    notes,
    pois,
    preferences,
    progress,
    provenance,
    push,
    reference,
    users,
    walks,
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
    Route("/api/v1/pois", pois.pois),
    Route("/api/v1/pois/{id}", pois.poi),
    Route("/api/v1/login", logins.login, methods=["POST"]),
    Route("/api/v1/logout", logins.logout, methods=["POST"]),
    Route("/api/v1/users", users.users),
    route("/api/v1/users/me", {"GET": accounts.me, "DELETE": accounts.erase}),
    Route("/api/v1/users/me/preferences", preferences.preferences, methods=["GET", "PUT"]),
    Route("/api/v1/users/me/interests", preferences.interests, methods=["GET", "PUT"]),
    Route("/api/v1/routes/{id}/annotations", annotations.annotations),
    Route("/api/v1/routes/{id}/notes", notes.write, methods=["POST"]),
    route("/api/v1/routes/{id}/notes/{noteId}", {"GET": notes.note, "DELETE": notes.remove}),
    Route("/api/v1/routes/{id}/progress", progress.replace, methods=["PUT"]),
    Route("/api/v1/admin/enrichment/provenance", provenance.provenance),
    route("/api/v1/offline/bundles", {"GET": bundles.bundles, "POST": bundles.put}),
    route("/api/v1/offline/bundles/{id}", {"GET": bundles.bundle, "DELETE": bundles.remove}),
    Route("/api/v1/walk-sessions", walks.start, methods=["POST"]),
    Route("/api/v1/walk-sessions/completed", walks.completed),
    route("/api/v1/walk-sessions/{id}", {"GET": walks.walk, "PATCH": walks.change}),
]
