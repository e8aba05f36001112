"""What the user who is logged in has noted along a route, and how far they have come."""

from collections.abc import Sequence
from typing import TypedDict

from starlette.responses import Response

from wildside.domain.errors import NotFound
from wildside.domain.notes import Note, notes_of
from wildside.domain.progress import Progress
from wildside.domain.release import canonical
from wildside.domain.sessions import SignedIn
from wildside.domain.shapes import Identity
from wildside.inbound.http import notes, progress
from wildside.inbound.http.pages import PageJson, enveloped, sought
from wildside.inbound.http.paths import path_id
from wildside.inbound.http.representations import MEDIA_TYPE
from wildside.inbound.http.state import ApiRequest
from wildside.ports.database import Stores
from wildside.usecases.transact import look


class AnnotationsJson(TypedDict):
    """What a user has noted along a route, and how far they have come; null: not begun."""

    routeId: Identity
    notes: "PageJson[notes.NoteJson]"
    progress: progress.ProgressJson | None


async def annotations(request: ApiRequest, who: SignedIn) -> Response:
    """Answer with a page of notes, in the order of writing, and the progress."""
    route_id = path_id(request)
    listing = notes_of(route_id)
    seek = sought(request, listing)

    async def read(stores: Stores) -> tuple[Sequence[Note], Progress | None]:
        # Each is one statement and whole in itself, and has a revision of its own: nothing holds between
        # a note and the progress that two moments could break.
        found = await stores.notes.page(who.user_id, route_id, seek)
        come = await stores.progress.get(who.user_id, route_id)
        # The route last: one that is still there was there all along.
        if not await stores.routes.sees(who.user_id, route_id):
            raise NotFound("There is no such route.")
        return found, come

    found, come = await look(request.state["database"], read)
    content = {
        "routeId": str(route_id),
        "notes": enveloped(request, listing, seek, found, notes.shown),
        "progress": progress.shown(come) if come else None,
    }
    return Response(canonical(content), headers={"Cache-Control": "no-store"}, media_type=MEDIA_TYPE)
