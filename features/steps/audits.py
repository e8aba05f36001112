"""The audit of user state, on schemas that are made for it."""

import json
from typing import Any

from features.support.behaviour import Context, given, then, when
from features.support.databases import execute
from features.support.user_state import drop_user_state

AUDIT = ("audit", "user-state")
REQUIRED = 3


@given("it has nothing of user state")
def nothing(context: Context) -> None:
    drop_user_state(context.world.database_url)


@given('it has no "{table}"')
def without(context: Context, table: str) -> None:
    drop_user_state(context.world.database_url, table)


@given("interests are also listed in a column of the preferences")
def listed_too(context: Context) -> None:
    statement = "alter table user_preferences add column interest_theme_ids jsonb not null default '[]'"
    execute(context.world.database_url, statement)


@when("an operator audits the user state")
def audit(context: Context) -> None:
    context.world.run(*AUDIT, "--json", "--exit-code", "--database-url", context.world.database_url)
    context.world.remembered["code"] = context.world.result.returncode
    assert context.world.result.returncode in {0, REQUIRED}, context.world.result.stderr
    context.world.remembered["audit"] = json.loads(context.world.result.stdout)


@when("CI compares the audit of the user state with its page")
def compare(context: Context) -> None:
    context.world.run(*AUDIT, "--check", "--database-url", context.world.database_url)


@then("a migration is required")
def required(context: Context) -> None:
    decided(context, "required", REQUIRED)


@then("no migration is needed")
def not_required(context: Context) -> None:
    decided(context, "not_required", 0)


def decided(context: Context, decision: str, code: int) -> None:
    found = report(context)
    assert (found["migration"], context.world.remembered["code"]) == (decision, code), found


@then('interests are stored as "{storage}"')
def stored(context: Context, storage: str) -> None:
    assert report(context)["interests"] == storage, report(context)


@then('they are found in "{one}" and in "{other}"')
def found_in(context: Context, one: str, other: str) -> None:
    assert report(context)["homes"] == [one, other], report(context)


@then('they are found only in "{home}"')
def found_only_in(context: Context, home: str) -> None:
    assert report(context)["homes"] == [home], report(context)


@then('the "{aspect}" of "{name}" is "{status}"')
def aspect_is(context: Context, aspect: str, name: str, status: str) -> None:
    assert axis(context, name)[aspect]["status"] == status, axis(context, name)


@then('the audit of "{name}" says "{evidence}"')
def says(context: Context, name: str, evidence: str) -> None:
    found = axis(context, name)
    said = [
        line for part in ("schema", "wiring", "revision", "stale_writes") for line in found[part]["evidence"]
    ]
    assert evidence in said, said


@then('the decision for "{name}" is "{decision}"')
def decision_is(context: Context, name: str, decision: str) -> None:
    found = axis(context, name)
    assert (found["migration"], found["after"]) == (decision, None), found


@then('"{name}" is deferred until there is "{prerequisite}"')
def deferred_until(context: Context, name: str, prerequisite: str) -> None:
    found = axis(context, name)
    assert (found["migration"], found["after"]) == ("deferred", prerequisite), found


def report(context: Context) -> Any:
    return context.world.remembered["audit"]


def axis(context: Context, name: str) -> Any:
    return next(one for one in report(context)["axes"] if one["name"] == name)
