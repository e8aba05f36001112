"""Single notes of the user who is logged in: written, read and removed."""

from typing import Any
from uuid import UUID, uuid5

from starlette.responses import Response

from wildside.domain.calls import Answer
from wildside.domain.errors import NotFound
from wildside.domain.notes import LONGEST, Note, Writing, body_faults
from wildside.domain.release import canonical
from wildside.domain.revisions import Expected, expecting
from wildside.domain.sessions import SignedIn
from wildside.inbound.http import values
from wildside.inbound.http.mutations import mutate
from wildside.inbound.http.paths import path_id
from wildside.inbound.http.queries import query
from wildside.inbound.http.representations import check_accept, private
from wildside.inbound.http.revisions import Tags, expected, told
from wildside.inbound.http.sessions import signed_in
from wildside.inbound.http.state import ApiRequest
from wildside.inbound.http.wire import Fields, read_fields
from wildside.ports.database import Stores
from wildside.usecases.remove_note import remove_note
from wildside.usecases.transact import look
from wildside.usecases.write_note import write_note


async def note(request: ApiRequest) -> Response:
    """Show a note."""
    who = await signed_in(request)
    check_accept(request)
    query(request)
    route_id, note_id = path_id(request), path_id(request, "noteId")
    found = await look(
        request.state["database"], lambda stores: stores.notes.get(who.user_id, route_id, note_id)
    )
    if found is None:
        raise NotFound("There is no such note.")
    content = canonical(shown(found))
    return private(request, content, _tags(who, note_id).of(found.revision, content))


async def write(request: ApiRequest) -> Response:
    """Write a note, the first time or anew."""
    who = await signed_in(request)
    check_accept(request)
    query(request)
    writing, expects = await _written(request, who)

    async def effect(stores: Stores) -> Answer:
        stored = await write_note(stores, who.user_id, writing, expects)
        content = canonical(shown(stored))
        headers = {"ETag": _tags(who, stored.id).of(stored.revision, content)}
        if stored.revision > 1:
            return Answer(200, headers, content)
        return Answer(201, {**headers, "Location": _path(stored)}, content)

    payload = {
        "route": str(writing.route_id),
        "note": str(writing.note_id),
        "body": writing.body,
        "poi": str(writing.poi_id) if writing.poi_id else None,
        "expected": told(expects),
    }
    return await mutate(request, who, "write_note", payload, effect)


async def remove(request: ApiRequest) -> Response:
    """Remove a note: whatever it is by now, where no header says more."""
    who = await signed_in(request)
    query(request)
    route_id, note_id = path_id(request), path_id(request, "noteId")
    fields = Fields({})
    expects = expected(request, fields, _tags(who, note_id))
    fields.done()
    if not expects.by_header:
        expects = Expected(None)

    async def effect(stores: Stores) -> Answer:
        await remove_note(stores, who.user_id, route_id, note_id, expects)
        return Answer(204, {}, b"")

    payload = {"route": str(route_id), "note": str(note_id), "expected": told(expects)}
    return await mutate(request, who, "remove_note", payload, effect)


def shown(found: Note) -> dict[str, Any]:
    """Return a note as JSON."""
    return {
        "id": str(found.id),
        "routeId": str(found.route_id),
        "poiId": str(found.poi_id) if found.poi_id else None,
        "body": found.body,
        "revision": found.revision,
        "createdAt": values.shown(found.created_at),
        "updatedAt": values.shown(found.updated_at),
    }


async def _written(request: ApiRequest, who: SignedIn) -> tuple[Writing, Expected]:
    """Return what a request wants written. Raises InvalidRequest that lists all that is wrong."""
    route_id, fields = path_id(request), await read_fields(request)
    note_id, body, poi_id = fields.identity("noteId"), fields.text("body", LONGEST), fields.identity("poiId")
    fields.required(noteId=note_id, body=body)
    for fault in body_faults(body) if body is not None else ():
        fields.refuse(fault.where, fault.code, fault.detail)
    # Without an id no tag can be told from that of another note.
    expects = expected(request, fields, _tags(who, note_id)) if note_id else expecting(fields.revision())
    fields.done()
    assert note_id is not None and body is not None  # noqa: S101, PT018 - required
    return Writing(route_id, note_id, body, poi_id), expects


def _tags(who: SignedIn, note_id: UUID) -> Tags:
    """Return the tags of a note. Apps make its id, so it is one only together with the user's."""
    return Tags("note", uuid5(who.user_id, str(note_id)))


def _path(found: Note) -> str:
    return f"/api/v1/routes/{found.route_id}/notes/{found.id}"
