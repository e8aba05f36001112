"""Walks over HTTP: their paths and status codes."""

from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid4

import psycopg

from features.support.answers import told
from features.support.behaviour import Context, given, then, when
from features.support.signed_in import ask
from tests.walkways import put_route

WALKS = "/api/v1/walk-sessions"
DONE, MADE, NOWHERE, CONFLICT = 200, 201, 404, 409
START = datetime(2026, 5, 1, 10, tzinfo=UTC)


def after(minutes: float) -> str:
    return (START + timedelta(minutes=minutes)).isoformat()


def walk(context: Context, **changes: Any) -> dict[str, Any]:
    return {
        "id": str(uuid4()),
        "routeId": str(context.world.remembered["route"].id),
        "startedAt": after(0),
        "primaryStats": [],
        "secondaryStats": [{"kind": "count", "label": "ducks", "value": 7}],
        "highlightedPoiIds": [str(context.world.remembered["route"].pois[0])],
        **changes,
    }


def where(context: Context) -> str:
    return f"{WALKS}/{context.world.remembered['walk']['id']}"


@given("there is a route for everybody")
def is_route(context: Context) -> None:
    with psycopg.connect(context.world.database_url, autocommit=True) as connection:
        context.world.remembered["route"] = put_route(connection)


@given("{name} has set out on the route")
def has_set_out(context: Context, name: str) -> None:
    set_out(context, name)
    assert context.world.answer.status_code == MADE, told(context)


@when("{name} sets out on the route")
def set_out(context: Context, name: str) -> None:
    context.world.remembered["walk"] = walk(context)
    ask(context.world, name, "POST", WALKS, context.world.remembered["walk"])


@when("{name} sets out under the same id")
def set_out_again(context: Context, name: str) -> None:
    ask(context.world, name, "POST", WALKS, context.world.remembered["walk"])
    assert context.world.answer.status_code == MADE, told(context)


@given("{name} has arrived after {minutes:d} minutes and {metres:d} metres")
@when("{name} arrives after {minutes:d} minutes and {metres:d} metres")
def arrive(context: Context, name: str, minutes: int, metres: int) -> None:
    revision = ask(context.world, name, "GET", where(context)).json()["revision"]
    stats = [{"kind": "distance", "value": metres}]
    body = {"endedAt": after(minutes), "primaryStats": stats, "expectedRevision": revision}
    ask(context.world, name, "PATCH", where(context), body)


@given("{name} has walked three times, and told of it in another order")
def walk_thrice(context: Context, name: str) -> None:
    for minutes in (20, 30, 10):
        ask(context.world, name, "POST", WALKS, walk(context, endedAt=after(minutes)))
        assert context.world.answer.status_code == MADE, told(context)


@then("the walk is at revision {revision:d}, and goes on")
def goes_on(context: Context, revision: int) -> None:
    found = ask(context.world, "Ada", "GET", where(context)).json()
    shown = found["revision"], found["endedAt"], found["completionSummary"]
    assert shown == (revision, None, None), told(context)


@then("the walk is at revision {revision:d}, and has a summary of {metres:d} metres")
def is_summed_up(context: Context, revision: int, metres: int) -> None:
    assert context.world.answer.status_code == DONE, told(context)
    found = context.world.answer.json()
    stats = [{"kind": "distance", "value": metres}]
    assert (found["revision"], found["completionSummary"]["primaryStats"]) == (revision, stats), told(context)


@then("it is too late to change the walk")
def too_late(context: Context) -> None:
    assert context.world.answer.status_code == CONFLICT, told(context)
    assert context.world.answer.json()["code"] == "walk_ended", told(context)


@then("{name} finds no walk of Ada's")
def finds_none(context: Context, name: str) -> None:
    assert ask(context.world, name, "GET", where(context)).status_code == NOWHERE, told(context)


@then("{name} has completed {count:d} walk")
@then("{name} has completed {count:d} walks")
def has_completed(context: Context, name: str, count: int) -> None:
    assert len(completed(context, name)) == count, told(context)


@then("the walks that {name} has completed come with the newest end first")
def newest_first(context: Context, name: str) -> None:
    ends = [datetime.fromisoformat(one["endedAt"]) for one in completed(context, name)]
    assert ends == [START + timedelta(minutes=minutes) for minutes in (30, 20, 10)], told(context)


def completed(context: Context, name: str) -> list[Any]:
    found = ask(context.world, name, "GET", f"{WALKS}/completed")
    assert found.status_code == DONE, told(context)
    data: list[Any] = found.json()["data"]
    return data
