"""Walks of the user who is logged in."""

import sys
from collections.abc import Sequence
from typing import Annotated, Any, Literal, TypedDict
from uuid import UUID

from msgspec import Meta
from starlette.responses import Response

from wildside.domain.calls import Answer
from wildside.domain.errors import NotFound
from wildside.domain.release import plain, rfc_3339
from wildside.domain.sessions import SignedIn
from wildside.domain.shapes import Identity, Moment, Revision
from wildside.domain.walks import (
    COMPLETED,
    EARLIEST,
    LABEL,
    MOST,
    PRIMARY,
    SECONDARY,
    UNIT,
    Stat,
    Walk,
    WalkChanges,
    WalkSession,
    end_faults,
    stat_faults,
)
from wildside.inbound.http.mutations import mutate
from wildside.inbound.http.pages import paged
from wildside.inbound.http.paths import path_id
from wildside.inbound.http.queries import query
from wildside.inbound.http.revisions import Tags, expected, show, stored, told
from wildside.inbound.http.state import ApiRequest
from wildside.inbound.http.wire import Fields, read_fields
from wildside.ports.database import Stores
from wildside.usecases.change_walk import change_walk
from wildside.usecases.start_walk import start_walk
from wildside.usecases.transact import look

_LARGEST = sys.float_info.max


async def completed(request: ApiRequest, who: SignedIn) -> Response:
    """Answer with a page of summaries of the walks that the user has ended, the newest end first."""
    return await paged(
        request, COMPLETED, lambda stores, seek: stores.walks.completed(who.user_id, seek), _summary
    )


async def walk(request: ApiRequest, who: SignedIn) -> Response:
    """Show a walk."""
    query(request)
    walk_id = path_id(request)
    found = await look(request.state["database"], lambda stores: _got(stores, who.user_id, walk_id))
    return show(request, _tags(who, walk_id), found.revision, shown(found))


async def start(request: ApiRequest, who: SignedIn) -> Response:
    """Keep a walk that we have not heard of yet, whether it goes on or has ended."""
    query(request)
    told_walk = taken(await read_fields(request))

    async def effect(stores: Stores) -> Answer:
        kept = await start_walk(stores, who.user_id, told_walk)
        location = f"{request.url.path}/{told_walk.id}"
        return stored(_tags(who, told_walk.id), kept.revision, shown(kept), location)

    payload = {"path": request.url.path, "walk": {"id": str(told_walk.id), **_told_shown(told_walk)}}
    return await mutate(request, who, "start_walk", payload, effect)


async def change(request: ApiRequest, who: SignedIn) -> Response:
    """Change a walk that goes on, and end it."""
    query(request)
    walk_id = path_id(request)
    fields = await read_fields(request)
    tags = _tags(who, walk_id)
    expects, changes = expected(request, fields, tags), changed(fields)
    fields.done()

    async def effect(stores: Stores) -> Answer:
        kept = await change_walk(stores, who.user_id, walk_id, changes, expects)
        return stored(tags, kept.revision, shown(kept))

    payload = {"walk": str(walk_id), "changes": _changes_shown(changes), "expected": told(expects)}
    return await mutate(request, who, "change_walk", payload, effect)


async def _got(stores: Stores, user_id: UUID, walk_id: UUID) -> WalkSession:
    found = await stores.walks.get(user_id, walk_id)
    if found is None:
        raise NotFound("You have no such walk.")
    return found


def _tags(who: SignedIn, walk_id: UUID) -> Tags:
    return Tags.of_users_own("walk", who.user_id, walk_id)


def taken(fields: Fields) -> Walk:
    """Take a walk. Raises InvalidRequest that lists all that is wrong with the body."""
    walk_id, route_id = fields.identity("id"), fields.identity("routeId")
    started_at, changes = fields.moment("startedAt", EARLIEST), changed(fields)
    fields.required(
        id=walk_id,
        routeId=route_id,
        startedAt=started_at,
        primaryStats=changes.primary,
        secondaryStats=changes.secondary,
        highlightedPoiIds=changes.highlights,
    )
    if started_at:
        fields.faults += end_faults(started_at, changes.ended_at)
    fields.done()
    assert walk_id and route_id and started_at  # noqa: S101, PT018 - they are required
    lists = changes.primary or (), changes.secondary or (), changes.highlights or ()
    return Walk(walk_id, route_id, started_at, changes.ended_at, *lists)


def changed(fields: Fields) -> WalkChanges:
    """Take what is to change of a walk."""
    ended_at = fields.moment("endedAt", EARLIEST)
    primary = _stats(fields, "primaryStats", PRIMARY)
    secondary = _stats(fields, "secondaryStats", SECONDARY)
    places = fields.identities("highlightedPoiIds", MOST)
    return WalkChanges(ended_at, primary, secondary, None if places is None else tuple(places))


def _stats(fields: Fields, name: str, kinds: Sequence[str]) -> tuple[Stat, ...] | None:
    known = len(fields.faults)
    members = fields.objects(name, MOST)
    if members is None:
        return None
    taken = [_stat(one, kinds) for one in members]
    found = tuple(stat for stat in taken if stat is not None)
    if len(fields.faults) == known:  # else some are missing, and the others have moved up
        fields.faults += stat_faults(f"/{name}", found, kinds)
    return found


def _stat(fields: Fields, kinds: Sequence[str]) -> Stat | None:
    known = len(fields.faults)
    kind, value = fields.choice("kind", kinds), fields.number("value", 0, _LARGEST)
    fields.required(kind=kind, value=value)
    label = unit = None
    if kinds is SECONDARY:
        label, unit = fields.line("label", LABEL), fields.line("unit", UNIT)
    if kind is None or value is None or len(fields.faults) > known:
        return None
    return Stat(kind, abs(value), label, unit)  # a zero has a sign in JSON, and means the same


class PrimaryStatJson(TypedDict):
    """A distance in metres, or a duration in seconds."""

    kind: Literal["distance", "duration"]
    value: Annotated[float, Meta(ge=0)]


class SecondaryStatJson(TypedDict):
    """Another figure, such as steps."""

    kind: Literal["energy", "count"]
    label: Annotated[str, Meta(max_length=LABEL)] | None
    value: Annotated[float, Meta(ge=0)]
    unit: Annotated[str, Meta(max_length=UNIT)] | None


class _ToldJson(TypedDict):
    routeId: Identity
    startedAt: Moment
    endedAt: Moment | None
    primaryStats: Annotated[list[PrimaryStatJson], Meta(max_length=MOST)]
    secondaryStats: Annotated[list[SecondaryStatJson], Meta(max_length=MOST)]
    highlightedPoiIds: Annotated[list[Identity], Meta(max_length=MOST)]


class SummaryJson(_ToldJson):
    """A walk that has ended."""

    walkSessionId: Identity


class WalkJson(_ToldJson):
    """A walk, and its summary once it has ended."""

    id: Identity
    revision: Revision
    createdAt: Moment
    updatedAt: Moment
    completionSummary: SummaryJson | None


def shown(found: WalkSession) -> WalkJson:
    """Return a walk as JSON, with a summary once it has ended."""
    return {
        "id": str(found.walk.id),
        **_told_shown(found.walk),
        "revision": found.revision,
        "createdAt": rfc_3339(found.created_at),
        "updatedAt": rfc_3339(found.updated_at),
        "completionSummary": _summary(found) if found.walk.ended_at else None,
    }


def _summary(found: WalkSession) -> SummaryJson:
    return {"walkSessionId": str(found.walk.id), **_told_shown(found.walk)}


def _told_shown(one: Walk) -> _ToldJson:
    changing = WalkChanges(one.ended_at, one.primary, one.secondary, one.highlights)
    told_shown: Any = {
        "routeId": str(one.route_id),
        "startedAt": rfc_3339(one.started_at),
        **_changes_shown(changing),
    }
    content: _ToldJson = told_shown
    return content


def _changes_shown(changes: WalkChanges) -> dict[str, Any]:
    highlights = changes.highlights
    return {
        "endedAt": rfc_3339(changes.ended_at) if changes.ended_at else None,
        "primaryStats": _stats_shown(changes.primary, ("kind", "value")),
        "secondaryStats": _stats_shown(changes.secondary, ("kind", "label", "value", "unit")),
        "highlightedPoiIds": None if highlights is None else [str(one) for one in highlights],
    }


def _stats_shown(stats: Sequence[Stat] | None, members: Sequence[str]) -> list[dict[str, Any]] | None:
    if stats is None:
        return None
    return [{name: plain(getattr(stat, name)) for name in members} for stat in stats]
