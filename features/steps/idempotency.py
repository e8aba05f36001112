"""Mutations that are asked for twice, by people who are logged in."""

import signal
from typing import Any
from uuid import uuid4

import httpx2

from features.steps.responses import COMPLETE, PREFERENCES, REFUSED, WRONG, assert_status
from features.support.answers import told
from features.support.behaviour import Context, given, then, when
from features.support.databases import value
from tests.people import Person, person

REVISION = "select revision from user_preferences where user_id = %s"


@given("{one} and {other} have accounts")
def accounts(context: Context, one: str, other: str) -> None:
    context.world.remembered |= {name: person(context.world.database_url, name) for name in (one, other)}


@given("the server is killed and started again")
def kill(context: Context) -> None:
    context.world.program.send(signal.SIGKILL)
    context.world.program.ended()
    context.world.serve()


def choose(context: Context, name: str, units: str, key: str) -> None:
    who: Person = context.world.remembered[name]
    context.world.remembered["who"] = who
    body: dict[str, Any] = {
        "interestThemeIds": [],
        "safetyToggleIds": [],
        "unitSystem": units,
        "expectedRevision": None,
    }
    headers = {**who.headers, "Idempotency-Key": key}
    context.world.answer = httpx2.put(context.world.program.url() + PREFERENCES, json=body, headers=headers)


@given("{name} has chosen {units} units under a key")
def has_chosen(context: Context, name: str, units: str) -> None:
    context.world.remembered["key"] = str(uuid4())
    choose(context, name, units, context.world.remembered["key"])
    assert_status(context, COMPLETE)
    context.world.remembered["answer"] = context.world.answer


@given("{name} has chosen {units} under a key, which was refused")
def has_chosen_in_vain(context: Context, name: str, units: str) -> None:
    context.world.remembered["key"] = str(uuid4())
    choose(context, name, units, context.world.remembered["key"])
    assert_status(context, WRONG)


@when("{name} chooses {units} units under the same key")
def choose_again(context: Context, name: str, units: str) -> None:
    choose(context, name, units, context.world.remembered["key"])


@when('{name} chooses {units} units under the key "{key}"')
def choose_under(context: Context, name: str, units: str, key: str) -> None:
    choose(context, name, units, key)


@then("she gets the same answer again")
def same_again(context: Context) -> None:
    assert_status(context, COMPLETE)
    assert context.world.answer.content == context.world.remembered["answer"].content, told(context)
    assert context.world.answer.headers["idempotency-replayed"] == "true"


@then("her choice is made")
def is_made(context: Context) -> None:
    assert_status(context, COMPLETE)
    assert "idempotency-replayed" not in context.world.answer.headers
    made_once(context)


@then("her choice was made once")
def made_once(context: Context) -> None:
    assert revision(context) == 1


@then("her choice was never made")
def never_made(context: Context) -> None:
    assert revision(context) is None


def revision(context: Context) -> int | None:
    found: int | None = value(context.world.database_url, REVISION, context.world.remembered["who"].id)
    return found


@then("she is told that the key was used for something else")
def key_reused(context: Context) -> None:
    assert_status(context, REFUSED)
    assert context.world.answer.json()["code"] == "idempotency_key_reused", told(context)


@then("she is told that this is no key")
def no_key(context: Context) -> None:
    assert_status(context, WRONG)
    assert [error["header"] for error in context.world.answer.json()["errors"]] == ["Idempotency-Key"]
