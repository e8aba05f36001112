"""Walks of the user who is logged in."""

import sys
from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from starlette.responses import Response

from wildside.domain.calls import Answer
from wildside.domain.errors import NotFound
from wildside.domain.release import canonical, plain
from wildside.domain.walks import (
    COMPLETED,
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
    line_problem,
    moment_faults,
    stat_faults,
)
from wildside.inbound.http import values
from wildside.inbound.http.mutations import mutate
from wildside.inbound.http.pages import paged
from wildside.inbound.http.paths import path_id
from wildside.inbound.http.queries import query
from wildside.inbound.http.representations import check_accept, private
from wildside.inbound.http.revisions import Tags, expected, told
from wildside.inbound.http.sessions import signed_in
from wildside.inbound.http.state import ApiRequest
from wildside.inbound.http.wire import Fields, read_fields
from wildside.ports.database import Stores
from wildside.usecases.change_walk import change_walk
from wildside.usecases.start_walk import start_walk
from wildside.usecases.transact import look

_LARGEST = sys.float_info.max


async def completed(request: ApiRequest) -> Response:
    """Answer with a page of summaries of the walks that the user has ended, the newest end first."""
    who = await signed_in(request)
    check_accept(request)
    return await paged(
        request, COMPLETED, lambda stores, seek: stores.walks.completed(who.user_id, seek), _summary
    )


async def walk(request: ApiRequest) -> Response:
    """Show a walk."""
    who = await signed_in(request)
    check_accept(request)
    query(request)
    walk_id = path_id(request)
    found = await look(request.state["database"], lambda stores: _got(stores, who.user_id, walk_id))
    content = canonical(shown(found))
    return private(request, content, _tags(walk_id).of(found.revision, content))


async def start(request: ApiRequest) -> Response:
    """Keep a walk that we have not heard of yet, whether it goes on or has ended."""
    who = await signed_in(request)
    check_accept(request)
    query(request)
    told_walk = _walk(await read_fields(request))

    async def effect(stores: Stores) -> Answer:
        stored = await start_walk(stores, who.user_id, told_walk)
        return _answer(201, stored, {"Location": f"{request.url.path}/{told_walk.id}"})

    payload = {"path": request.url.path, "walk": _walk_shown(told_walk)}
    return await mutate(request, who, "start_walk", payload, effect)


async def change(request: ApiRequest) -> Response:
    """Change a walk that goes on, and end it."""
    who = await signed_in(request)
    check_accept(request)
    query(request)
    walk_id = path_id(request)
    fields = await read_fields(request)
    expects = expected(request, fields, _tags(walk_id))
    changes = _changes(fields)
    fields.done()

    async def effect(stores: Stores) -> Answer:
        return _answer(200, await change_walk(stores, who.user_id, walk_id, changes, expects))

    payload = {"path": request.url.path, "changes": _changes_shown(changes), "expected": told(expects)}
    return await mutate(request, who, "change_walk", payload, effect)


def _answer(status: int, stored: WalkSession, headers: dict[str, str] | None = None) -> Answer:
    content = canonical(shown(stored))
    tag = _tags(stored.walk.id).of(stored.revision, content)
    return Answer(status, {"ETag": tag, **(headers or {})}, content)


async def _got(stores: Stores, user_id: UUID, walk_id: UUID) -> WalkSession:
    found = await stores.walks.get(user_id, walk_id)
    if found is None:
        raise NotFound("You have no such walk.")
    return found


def _tags(walk_id: UUID) -> Tags:
    return Tags("walk", walk_id)


def _walk(fields: Fields) -> Walk:
    """Take a walk. Raises InvalidRequest that lists all that is wrong with the body."""
    walk_id, route_id = fields.identity("id"), fields.identity("routeId")
    started_at, changes = _moment(fields, "startedAt"), _changes(fields)
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


def _changes(fields: Fields) -> WalkChanges:
    ended_at = _moment(fields, "endedAt")
    primary = _stats(fields, "primaryStats", PRIMARY)
    secondary = _stats(fields, "secondaryStats", SECONDARY)
    places = fields.identities("highlightedPoiIds", MOST)
    return WalkChanges(ended_at, primary, secondary, None if places is None else tuple(places))


def _moment(fields: Fields, name: str) -> datetime | None:
    taken = fields.moment(name)
    fields.faults += [] if taken is None else moment_faults(f"/{name}", taken)
    return taken


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
        label, unit = _line(fields, "label", LABEL), _line(fields, "unit", UNIT)
    if kind is None or value is None or len(fields.faults) > known:
        return None
    return Stat(kind, abs(value), label, unit)  # a zero has a sign in JSON, and means the same


def _line(fields: Fields, name: str, longest: int) -> str | None:
    taken = fields.text(name)
    problem = line_problem(taken, longest)
    if problem is None:
        return taken
    fields.refuse(f"/{name}", "too_long" if (taken or "").strip() else "blank", problem)
    return None


def shown(found: WalkSession) -> dict[str, Any]:
    """Return a walk as JSON, with a summary once it has ended."""
    return {
        **_walk_shown(found.walk),
        "revision": found.revision,
        "createdAt": values.shown(found.created_at),
        "updatedAt": values.shown(found.updated_at),
        "completionSummary": _summary(found) if found.walk.ended_at else None,
    }


def _summary(found: WalkSession) -> dict[str, Any]:
    content = _walk_shown(found.walk)
    return {"walkSessionId": content.pop("id"), **content}


def _walk_shown(one: Walk) -> dict[str, Any]:
    changing = WalkChanges(one.ended_at, one.primary, one.secondary, one.highlights)
    return {
        "id": str(one.id),
        "routeId": str(one.route_id),
        "startedAt": values.shown(one.started_at),
        **_changes_shown(changing),
    }


def _changes_shown(changes: WalkChanges) -> dict[str, Any]:
    highlights = changes.highlights
    return {
        "endedAt": values.shown(changes.ended_at) if changes.ended_at else None,
        "primaryStats": _stats_shown(changes.primary, ("kind", "value")),
        "secondaryStats": _stats_shown(changes.secondary, ("kind", "label", "value", "unit")),
        "highlightedPoiIds": None if highlights is None else [str(one) for one in highlights],
    }


def _stats_shown(stats: Sequence[Stat] | None, members: Sequence[str]) -> list[dict[str, Any]] | None:
    if stats is None:
        return None
    return [{name: plain(getattr(stat, name)) for name in members} for stat in stats]
