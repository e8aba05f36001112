"""Who is there, and what administrators are shown of them: the place for its URLs and status codes."""

import base64
import json
from typing import Any

from features.steps.responses import COMPLETE, assert_status
from features.support.answers import told
from features.support.behaviour import Context, given, then, when
from features.support.walks import Walk, come, leave, sign_in

USERS = "/api/v1/users"
NOBODY_LOGGED_IN, NOT_ALLOWED = 401, 403
LONGEST = 50


def walk(context: Context) -> Walk:
    found: Walk = context.world.remembered["walk"]
    return found


def ask(context: Context, link: str) -> Any:
    context.world.get(link, **walk(context).who.headers)
    return context.world.answer


def read(context: Context, link: str) -> None:
    ask(context, link)
    assert_status(context, COMPLETE)
    walk(context).pages.append(context.world.answer.json())


def follow(context: Context, way: str) -> None:
    """Follow the links of one way to their end."""
    while link := walk(context).pages[-1]["links"][way]:
        read(context, link)
        assert len(walk(context).pages) < LONGEST, walk(context).names


@given("there is an administrator")
def administrator(context: Context) -> None:
    context.world.serve()
    context.world.program.url()
    context.world.remembered["walk"] = Walk(sign_in(context.world, "Root", "admin"))


@given("somebody is logged in who is no administrator")
def somebody(context: Context) -> None:
    context.world.remembered["walk"] = Walk(sign_in(context.world, "Ada"))


@given("on each of {days:d} days two people have come")
def have_come(context: Context, days: int) -> None:
    for day in range(1, days + 1):
        come(context.world, f"Early bird {day}", day)
        come(context.world, f"Early bird {day} too", day)


@given("the administrator has read {count:d} pages of {limit:d} people")
def has_read(context: Context, count: int, limit: int) -> None:
    read(context, f"{USERS}?limit={limit}")
    for _ in range(count - 1):
        read(context, walk(context).pages[-1]["links"]["next"])


@given("the administrator has read a page of {limit:d} people")
def has_read_one(context: Context, limit: int) -> None:
    has_read(context, 1, limit)


@given('"{name}" has come on day {day:d}')
@when('"{name}" comes on day {day:d}')
def comes(context: Context, name: str, day: int) -> None:
    come(context.world, name, day)


@when("everybody on the last of them leaves")
def page_leaves(context: Context) -> None:
    leave(context.world, *walk(context).names[-1])


@when("everybody leaves who was not met yet")
def others_leave(context: Context) -> None:
    met = {name for names in walk(context).names for name in names}
    leave(context.world, *(name for name in expected(28) if name not in met))


@when("the administrator reads everybody, {limit:d} people a page")
def read_all(context: Context, limit: int) -> None:
    walk(context).pages.clear()
    read(context, f"{USERS}?limit={limit}")
    follow(context, "next")


@when("the administrator goes on to the end")
def go_on(context: Context) -> None:
    follow(context, "next")


@when("the administrator goes on to the next page")
def go_on_once(context: Context) -> None:
    read(context, walk(context).pages[-1]["links"]["next"])


@when("the administrator goes back to the beginning")
def go_back(context: Context) -> None:
    last = walk(context).pages[-1]
    walk(context).pages[:] = [last]
    follow(context, "prev")
    walk(context).pages.reverse()


@when("the administrator reads a page of {limit} people")
def read_page(context: Context, limit: str) -> None:
    ask(context, f"{USERS}?limit={limit}")


@when("the administrator reads on from {cursor}")
def read_from(context: Context, cursor: str) -> None:
    made = {
        "a made-up cursor": "made-up",
        "a cursor of another list": encoded("next", "bundles"),
        "a cursor that leads sideways": encoded("sideways", "users"),
    }
    ask(context, f"{USERS}?cursor={made[cursor]}")


def encoded(direction: str, scope: str) -> str:
    """A cursor as somebody would make one up who has taken one of ours apart."""
    key = ["2025-01-01T12:00:00.000000Z", "00000000-0000-4000-8000-000000000000"]
    wire = json.dumps({"dir": direction, "key": key, "scope": scope}, separators=(",", ":"))
    return base64.urlsafe_b64encode(wire.encode()).decode().rstrip("=")


@when("they ask who is there")
def they_ask(context: Context) -> None:
    ask(context, USERS)


@when("a stranger asks who is there")
def stranger_asks(context: Context) -> None:
    context.world.get(USERS)


def expected(days: int) -> list[str]:
    return sorted(f"Early bird {day}{too}" for day in range(1, days + 1) for too in ("", " too"))


@then("everybody of those {days:d} days was met once, in the order in which they came")
def met_once(context: Context, days: int) -> None:
    met = [name for names in walk(context).names for name in names if name.startswith("Early bird")]
    assert sorted(met) == expected(days), walk(context).names
    came = [int(name.split()[2]) for name in met]
    assert came == sorted(came), walk(context).names


@then('"{name}" was met once')
def was_met(context: Context, name: str) -> None:
    met = [each for names in walk(context).names for each in names]
    assert met.count(name) == 1, walk(context).names


@then("the page is empty, and is the last one")
def empty(context: Context) -> None:
    page = walk(context).pages[-1]
    assert (page["data"], page["links"]["next"]) == ([], None), told(context)


@then("the answer says why: {code}")
def says_why(context: Context, code: str) -> None:
    errors = context.world.answer.json()["errors"]
    assert [error["code"] for error in errors] == [code], told(context)


@then("they are told that it is not for them")
def not_allowed(context: Context) -> None:
    assert_status(context, NOT_ALLOWED)
    assert "Early bird" not in context.world.answer.text, told(context)


@then("the stranger is told to log in first")
def log_in_first(context: Context) -> None:
    assert_status(context, NOBODY_LOGGED_IN)
    assert "Early bird" not in context.world.answer.text, told(context)
