"""Every path on one page: whom it answers, what it takes and what comes back."""

from starlette.routing import Route

from wildside.domain.catalogue_shapes import DescriptorsJson, ExploreJson
from wildside.domain.release_shapes import ChangesJson, ReleaseJson, ReleaseSummaryJson
from wildside.inbound.http import (
    accounts,
    annotations,
    bundles,
    catalogue,
    health,
    logins,
    notes,
    pois,
    preferences,
    progress,
    provenance,
    push,
    reference,
    routes,
    users,
    walks,
)
from wildside.inbound.http.contract.examples import EXAMPLES
from wildside.inbound.http.contract.operations import (
    Body,
    Operation,
    Reply,
    administrator,
    anybody,
    routes_of,
    user,
)
from wildside.inbound.http.contract.parameters import (
    CHANGING,
    DEVICE_ID,
    IF_NONE_MATCH,
    LAST_EVENT_ID,
    PAGED,
    PLACES,
    REVISED,
    SINCE,
    TO,
    VERSION,
    WAIT,
    cached,
    gone,
    kept,
    own,
    page_of,
    report,
)
from wildside.inbound.http.docs.handlers import page

_REFERENCE, _ME = "/api/v1/reference", "/api/v1/users/me"
_ROUTE, _BUNDLES, _WALKS = "/api/v1/routes/{id}", "/api/v1/offline/bundles", "/api/v1/walk-sessions"

_RELEASE = "$response.body#/referenceVersion"
_OWN = {"id": "$response.body#/id"}
_NOTE = {"id": "$request.path.id", "noteId": "$response.body#/id"}
_BUNDLE = {"id": "$response.body#/bundle/id"}
"""Where an answer has what the path of the next one needs."""

_HEALTH = (
    Operation("GET", "/health", "getHealth", anybody(health.health), report(health.ServiceHealthJson)),
    Operation("GET", "/health/live", "getLiveness", anybody(health.live), report(health.HealthJson)[:1]),
    Operation("GET", "/health/ready", "getReadiness", anybody(health.ready), report(health.HealthJson)),
)
_RELEASES = (
    Operation(
        "GET", f"{_REFERENCE}/version", "getReferenceVersion", anybody(push.version),
        cached("The newest release, without its rows.", ReleaseSummaryJson),
        (WAIT,), (IF_NONE_MATCH,), problems=("no_release",),
        links={"getReferenceBootstrap": {"version": _RELEASE}, "getReferenceChanges": {"since": _RELEASE}},
    ),
    Operation(
        "GET", f"{_REFERENCE}/bootstrap", "getReferenceBootstrap", anybody(reference.bootstrap),
        cached("Every active row of every table.", ReleaseJson),
        (VERSION,), (IF_NONE_MATCH,), problems=("no_release", "not_found"),
        links={"getReferenceChanges": {"since": _RELEASE}},
    ),
    Operation(
        "GET", f"{_REFERENCE}/changes", "getReferenceChanges", anybody(reference.changes),
        cached("What a client lacks that has the release `since`.", ChangesJson),
        (SINCE, TO), (IF_NONE_MATCH,), problems=("no_release", "not_found"),
    ),
    Operation(
        "GET", f"{_REFERENCE}/events", "streamReferenceEvents", anybody(push.events),
        (Reply(200, "Server-sent events: new releases.", str, ("Cache-Control",), "text/event-stream"),),
        headers=(LAST_EVENT_ID,), problems=("no_release",),
    ),
    Operation(
        "GET", f"{_REFERENCE}/{{table}}", "getReferenceTable", anybody(reference.table),
        cached("Every active row of one table.", ReleaseJson),
        headers=(IF_NONE_MATCH,), problems=("no_release",),
        links={"getReferenceChanges": {"since": _RELEASE}},
    ),
)  # fmt: skip
_CITY = (
    Operation(
        "GET", "/api/v1/pois", "findPois", anybody(pois.pois), page_of(pois.PoiJson, "Link"),
        (*PLACES, *PAGED), links={"getPoi": {"id": "$response.body#/data/0/id"}},
    ),
    Operation(
        "GET", "/api/v1/pois/{id}", "getPoi", anybody(pois.poi), cached("A place.", pois.PoiJson, "Link"),
        headers=(IF_NONE_MATCH,),
    ),
    Operation(
        "GET", _ROUTE, "getRoute", user(routes.route), own("A route with its stops.", routes.RouteJson),
        headers=(IF_NONE_MATCH,),
        links=dict.fromkeys(("getAnnotations", "writeNote", "replaceProgress"), _OWN),
    ),
    Operation(
        "GET", "/api/v1/catalogue/explore", "exploreCatalogue", anybody(catalogue.explore),
        cached("The catalogue.", ExploreJson), headers=(IF_NONE_MATCH,), problems=("no_release",),
        links={"getRoute": {"id": "$response.body#/routes/0/routeId"}},
    ),
    Operation(
        "GET", "/api/v1/catalogue/descriptors", "getDescriptors", anybody(catalogue.descriptors),
        cached("The words.", DescriptorsJson), headers=(IF_NONE_MATCH,), problems=("no_release",),
    ),
)  # fmt: skip
_PEOPLE = (
    Operation(
        "POST", "/api/v1/login", "logIn", anybody(logins.login),
        (Reply(200, "Who is logged in now.", accounts.ProfileJson, ("Cache-Control", "Set-Cookie")),),
        body=Body(logins.taken, EXAMPLES["logIn"]),
        problems=("unauthorized", "rate_limited", "overloaded"), links={"getMe": {}},
    ),
    Operation(
        "POST", "/api/v1/logout", "logOut", anybody(logins.logout), gone("Nobody is logged in.", "Set-Cookie")
    ),
    Operation(
        "GET", "/api/v1/users", "listUsers", administrator(users.users), page_of(accounts.UserJson), PAGED
    ),
    Operation(
        "GET", _ME, "getMe", user(accounts.me),
        (Reply(200, "Who is logged in.", accounts.ProfileJson, ("Cache-Control",)),),
    ),
    Operation(
        "DELETE", _ME, "eraseMe", user(accounts.erase), gone("All that was theirs is erased.", "Set-Cookie")
    ),
    Operation(
        "GET", f"{_ME}/preferences", "getPreferences", user(preferences.preferences),
        own("Everything that the user has chosen.", preferences.PreferencesJson), headers=(IF_NONE_MATCH,),
        problems=("no_release",),
    ),
    Operation(
        "PUT", f"{_ME}/preferences", "replacePreferences", user(preferences.replace_preferences),
        kept(preferences.PreferencesJson, 200), headers=REVISED,
        body=Body(preferences.taken, EXAMPLES["replacePreferences"]),
    ),
    Operation(
        "GET", f"{_ME}/interests", "getInterests", user(preferences.interests),
        own("The user's interests.", preferences.InterestsJson), headers=(IF_NONE_MATCH,),
        problems=("no_release",),
    ),
    Operation(
        "PUT", f"{_ME}/interests", "replaceInterests", user(preferences.replace_interests),
        kept(preferences.InterestsJson, 200), headers=REVISED,
        body=Body(preferences.interests_taken, EXAMPLES["replaceInterests"]), problems=("no_release",),
    ),
)  # fmt: skip
_ANNOTATIONS = (
    Operation(
        "GET", f"{_ROUTE}/annotations", "getAnnotations", user(annotations.annotations),
        (Reply(200, "Notes, paged, and progress.", annotations.AnnotationsJson, ("Cache-Control",)),), PAGED,
        links={"getNote": {"id": "$request.path.id", "noteId": "$response.body#/notes/data/0/id"}},
    ),
    Operation(
        "POST", f"{_ROUTE}/notes", "writeNote", user(notes.write), kept(notes.NoteJson, 200, 201),
        headers=REVISED, body=Body(notes.taken, EXAMPLES["writeNote"]), problems=("conflict",),
        links={"getNote": _NOTE, "removeNote": _NOTE},
    ),
    Operation(
        "GET", f"{_ROUTE}/notes/{{noteId}}", "getNote", user(notes.note), own("A note.", notes.NoteJson),
        headers=(IF_NONE_MATCH,),
    ),
    Operation(
        "DELETE", f"{_ROUTE}/notes/{{noteId}}", "removeNote", user(notes.remove),
        gone("It is removed.", "Idempotency-Replayed"), headers=REVISED,
    ),
    Operation(
        "PUT", f"{_ROUTE}/progress", "replaceProgress", user(progress.replace),
        kept(progress.ProgressJson, 200), headers=REVISED,
        body=Body(progress.taken, EXAMPLES["replaceProgress"]),
    ),
)  # fmt: skip
_OFFLINE = (
    Operation(
        "GET", _BUNDLES, "listBundles", user(bundles.bundles), page_of(bundles.BundleJson),
        (DEVICE_ID, *PAGED), links={"getBundle": {"id": "$response.body#/data/0/id"}},
    ),
    Operation(
        "POST", _BUNDLES, "putBundle", user(bundles.put), kept(bundles.KeptJson, 200, 201), headers=REVISED,
        body=Body(bundles.taken, EXAMPLES["putBundle"]),
        problems=("conflict", "id_taken", "invalid_transition"),
        links={"getBundle": _BUNDLE, "removeBundle": _BUNDLE},
    ),
    Operation(
        "GET", f"{_BUNDLES}/{{id}}", "getBundle", user(bundles.bundle), own("A bundle.", bundles.BundleJson),
        headers=(IF_NONE_MATCH,),
    ),
    Operation(
        "DELETE", f"{_BUNDLES}/{{id}}", "removeBundle", user(bundles.remove),
        gone("It is forgotten.", "Idempotency-Replayed"), headers=REVISED,
    ),
)  # fmt: skip
_WALKING = (
    Operation(
        "POST", _WALKS, "startWalk", user(walks.start), kept(walks.WalkJson, 201), headers=CHANGING,
        body=Body(walks.taken, EXAMPLES["startWalk"]), problems=("conflict",),
        links={"getWalk": _OWN, "changeWalk": _OWN},
    ),
    Operation(
        "GET", f"{_WALKS}/completed", "listCompletedWalks", user(walks.completed), page_of(walks.SummaryJson),
        PAGED, links={"getWalk": {"id": "$response.body#/data/0/walkSessionId"}},
    ),
    Operation(
        "GET", f"{_WALKS}/{{id}}", "getWalk", user(walks.walk), own("A walk.", walks.WalkJson),
        headers=(IF_NONE_MATCH,),
    ),
    Operation(
        "PATCH", f"{_WALKS}/{{id}}", "changeWalk", user(walks.change), kept(walks.WalkJson, 200),
        headers=REVISED, body=Body(walks.changed, EXAMPLES["changeWalk"]), problems=("walk_ended",),
    ),
)  # fmt: skip
_ADMINISTRATION = (
    Operation(
        "GET", "/api/v1/admin/enrichment/provenance", "listProvenance", administrator(provenance.provenance),
        page_of(provenance.ProvenanceJson), PAGED,
    ),
)  # fmt: skip

OPERATIONS = (
    *_HEALTH, *_RELEASES, *_CITY, *_PEOPLE, *_ANNOTATIONS, *_OFFLINE, *_WALKING, *_ADMINISTRATION,
)  # fmt: skip
_DOCS = ("/docs", "/docs/openapi.json", "/docs/problems", "/docs/problems/{code}", "/docs/assets/{file}")
"""Pages about the operations, which are none themselves."""

ROUTES = [*routes_of(OPERATIONS), *(Route(path, page) for path in _DOCS)]
