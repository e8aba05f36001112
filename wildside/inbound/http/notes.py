"""Single notes of the user who is logged in: written, read and removed."""

from typing import Annotated, TypedDict
from uuid import UUID

from msgspec import Meta
from starlette.responses import Response

from wildside.domain.calls import Answer
from wildside.domain.errors import NotFound
from wildside.domain.notes import LONGEST, Note, Writing
from wildside.domain.release import rfc_3339
from wildside.domain.revisions import expecting
from wildside.domain.sessions import SignedIn
from wildside.domain.shapes import Identity, Moment, Revision
from wildside.inbound.http.mutations import mutate
from wildside.inbound.http.paths import path_id
from wildside.inbound.http.queries import query
from wildside.inbound.http.revisions import Tags, expected, removable, show, stored, told
from wildside.inbound.http.state import ApiRequest
from wildside.inbound.http.wire import Fields, read_fields
from wildside.ports.database import Stores
from wildside.usecases.remove_note import remove_note
from wildside.usecases.transact import look
from wildside.usecases.write_note import write_note


async def note(request: ApiRequest, who: SignedIn) -> Response:
    """Show a note."""
    query(request)
    route_id, note_id = path_id(request), path_id(request, "noteId")
    found = await look(
        request.state["database"], lambda stores: stores.notes.get(who.user_id, route_id, note_id)
    )
    if found is None:
        raise NotFound("There is no such note.")
    return show(request, _tags(who, note_id), found.revision, shown(found))


async def write(request: ApiRequest, who: SignedIn) -> Response:
    """Write a note, the first time or anew."""
    query(request)
    route_id, fields = path_id(request), await read_fields(request)
    note_id, body, poi_id = taken(fields)
    # Without an id no tag can be told from that of another note.
    expects = expected(request, fields, _tags(who, note_id)) if note_id else expecting(fields.revision())
    fields.done()
    assert note_id is not None and body is not None  # noqa: S101, PT018 - required
    writing = Writing(route_id, note_id, body, poi_id)

    async def effect(stores: Stores) -> Answer:
        kept = await write_note(stores, who.user_id, writing, expects)
        return stored(_tags(who, kept.id), kept.revision, shown(kept), _path(kept))

    payload = {
        "route": str(writing.route_id),
        "note": str(writing.note_id),
        "body": writing.body,
        "poi": str(writing.poi_id) if writing.poi_id else None,
        "expected": told(expects),
    }
    return await mutate(request, who, "write_note", payload, effect)


async def remove(request: ApiRequest, who: SignedIn) -> Response:
    """Remove a note: whatever it is by now, where no header says more."""
    query(request)
    route_id, note_id = path_id(request), path_id(request, "noteId")
    expects = removable(request, _tags(who, note_id))

    async def effect(stores: Stores) -> Answer:
        await remove_note(stores, who.user_id, route_id, note_id, expects)
        return Answer(204, {}, b"")

    payload = {"route": str(route_id), "note": str(note_id), "expected": told(expects)}
    return await mutate(request, who, "remove_note", payload, effect)


class NoteJson(TypedDict):
    """What a walker wrote down along a route."""

    id: Identity
    routeId: Identity
    poiId: Identity | None
    body: Annotated[str, Meta(min_length=1, max_length=LONGEST, examples=["The bakery opens at seven."])]
    revision: Revision
    createdAt: Moment
    updatedAt: Moment


def shown(found: Note) -> NoteJson:
    """Return a note as JSON."""
    return {
        "id": str(found.id),
        "routeId": str(found.route_id),
        "poiId": str(found.poi_id) if found.poi_id else None,
        "body": found.body,
        "revision": found.revision,
        "createdAt": rfc_3339(found.created_at),
        "updatedAt": rfc_3339(found.updated_at),
    }


def taken(fields: Fields) -> tuple[UUID | None, str | None, UUID | None]:
    """Take what is to be written: the note's id, its text, and the place that it is of."""
    note_id, body, poi_id = fields.identity("noteId"), fields.line("body", LONGEST), fields.identity("poiId")
    fields.required(noteId=note_id, body=body)
    return note_id, body, poi_id


def _tags(who: SignedIn, note_id: UUID) -> Tags:
    return Tags.of_users_own("note", who.user_id, note_id)


def _path(found: Note) -> str:
    return f"/api/v1/routes/{found.route_id}/notes/{found.id}"
