"""What clients ask over HTTP and what they are told: the one place for URLs and status codes."""

from time import monotonic
from typing import Any

import httpx2

from features.support.answers import told
from features.support.behaviour import Context, given, then, when

REFERENCE = "/api/v1/reference"
BOOTSTRAP = f"{REFERENCE}/bootstrap"
PROFILE, PREFERENCES = "/api/v1/users/me", "/api/v1/users/me/preferences"
LOGOUT = "/api/v1/logout"
COMPLETE, DONE, UNCHANGED, WRONG, LOG_IN, FORBIDDEN, NOT_FOUND = 200, 204, 304, 400, 401, 403, 404
REFUSED, LATER = 409, 503


def assert_status(context: Context, status: int) -> None:
    assert context.world.answer.status_code == status, told(context)


def number(answer: Any) -> int:
    """The version's number within its token."""
    return int(answer["referenceVersion"].partition(".")[2].partition("-")[0])


@when("a client reads the bootstrap")
def read_bootstrap(context: Context) -> None:
    context.world.get(BOOTSTRAP)


@given("a client has read the bootstrap")
def has_read_bootstrap(context: Context) -> None:
    read_bootstrap(context)
    assert_status(context, COMPLETE)
    context.world.remembered["answer"] = context.world.answer


@when('a client reads the table "{table}"')
def read_table(context: Context, table: str) -> None:
    context.world.get(f"{REFERENCE}/{table}")


@when('a client reads the bootstrap since version "{version}"')
def read_since(context: Context, version: str) -> None:
    context.world.get(f"{BOOTSTRAP}?since={version}")


@when("the client asks whether it has changed")
def ask_again(context: Context) -> None:
    context.world.get(BOOTSTRAP, **{"If-None-Match": context.world.remembered["answer"].headers["etag"]})


@when("the client asks for a second whether it has changed")
def ask_for_a_second(context: Context) -> None:
    deadline = monotonic() + 1.0
    ask_again(context)
    while context.world.answer.status_code == UNCHANGED and monotonic() < deadline:
        ask_again(context)


@then("the answer is complete")
def complete(context: Context) -> None:
    assert_status(context, COMPLETE)


@then("the answer says that nothing has changed")
def unchanged(context: Context) -> None:
    assert_status(context, UNCHANGED)
    assert context.world.answer.content == b"", told(context)


@then("the answer says that there is no such thing")
def not_found(context: Context) -> None:
    assert_status(context, NOT_FOUND)
    assert context.world.answer.json()["code"] == "not_found", told(context)


@then("the answer says that the request is wrong")
def wrong(context: Context) -> None:
    assert_status(context, WRONG)
    assert context.world.answer.json()["code"] == "invalid_request", told(context)


@then('the answer names the parameter "{name}"')
def names_parameter(context: Context, name: str) -> None:
    assert [error["parameter"] for error in context.world.answer.json()["errors"]] == [name], told(context)


@then("the answer is the same as before")
def same(context: Context) -> None:
    assert context.world.answer.content == context.world.remembered["answer"].content, told(context)


@then("it holds {count:d} tables")
def holds_tables(context: Context, count: int) -> None:
    tables = context.world.answer.json()["tables"]
    assert len(tables) == count, told(context)
    assert all(tables.values()), told(context)


@then('it holds only the table "{table}"')
def holds_only(context: Context, table: str) -> None:
    assert list(context.world.answer.json()["tables"]) == [table], told(context)


@then("it names its version")
def names_version(context: Context) -> None:
    assert number(context.world.answer.json()) == 1, told(context)


@then("its version is newer than before")
def newer(context: Context) -> None:
    before = context.world.remembered["answer"].json()
    assert number(context.world.answer.json()) == number(before) + 1, told(context)


@then('the tag "{slug}" is shown with the icon "{icon}"')
def shown_with_icon(context: Context, slug: str, icon: str) -> None:
    tags = context.world.answer.json()["tables"]["tags"]
    assert [tag["icon"] for tag in tags if tag["slug"] == slug] == [icon], told(context)


@then('the tag "{slug}" is not shown')
def not_shown(context: Context, slug: str) -> None:
    tags = context.world.answer.json()["tables"]["tags"]
    assert tags, told(context)
    assert slug not in [tag["slug"] for tag in tags], told(context)


@then("Wildside is alive")
def alive(context: Context) -> None:
    context.world.get("/health/live")
    assert_status(context, COMPLETE)


@then("Wildside is ready")
def ready(context: Context) -> None:
    context.world.get("/health/ready")
    assert_status(context, COMPLETE)
    assert context.world.answer.json()["status"] == "pass", told(context)


@then("Wildside becomes ready")
def becomes_ready(context: Context) -> None:
    context.world.await_answer("/health/ready", "status", "pass")
    assert_status(context, COMPLETE)


@given("Wildside has noticed")
def has_noticed(context: Context) -> None:
    context.world.await_answer("/health/ready", "status", "fail")


@then('Wildside is ready, with a warning about the "{check}"')
def ready_with_warning(context: Context, check: str) -> None:
    context.world.get("/health/ready")
    assert_status(context, COMPLETE)
    assert context.world.answer.json()["checks"][check]["status"] == "warn", told(context)


@then('Wildside is not ready because of the "{check}"')
@then('Wildside becomes not ready because of the "{check}"')
def not_ready(context: Context, check: str) -> None:
    context.world.await_answer("/health/ready", "status", "fail")
    assert_status(context, LATER)
    assert context.world.answer.json()["checks"][check]["status"] == "fail", told(context)


@then('it advises to run "{command}"')
def advises(context: Context, command: str) -> None:
    outputs = [check.get("output", "") for check in context.world.answer.json()["checks"].values()]
    assert [output for output in outputs if command in output], told(context)


@then("a client who reads the bootstrap is asked to come back later")
def come_back_later(context: Context) -> None:
    read_bootstrap(context)
    assert_status(context, LATER)
    assert int(context.world.answer.headers["retry-after"]) > 0, told(context)
    assert context.world.answer.json()["code"] == "database_unavailable", told(context)


def profile_of(url: str, headers: dict[str, str]) -> httpx2.Response:
    """Ask who is logged in."""
    return httpx2.get(url + PROFILE, headers=headers)


def end_session(context: Context, url: str, headers: dict[str, str]) -> None:
    context.world.answer = httpx2.post(url + LOGOUT, headers=headers)
    assert_status(context, DONE)


def assert_known(context: Context, url: str, headers: dict[str, str], name: str) -> None:
    context.world.answer = profile_of(url, headers)
    assert_status(context, COMPLETE)
    assert context.world.answer.json()["displayName"] == name, told(context)


def assert_unknown(context: Context, url: str, headers: dict[str, str]) -> None:
    context.world.answer = profile_of(url, headers)
    assert_status(context, LOG_IN)
    assert context.world.answer.json()["code"] == "unauthorized", told(context)


def answered_always(statuses: list[int]) -> None:
    assert set(statuses) == {COMPLETE}, statuses


def send_from_elsewhere(context: Context, url: str, headers: dict[str, str]) -> None:
    """Send what a browser sends that shows a page of another site."""
    elsewhere = {"Origin": "https://evil.example", "Sec-Fetch-Site": "cross-site"}
    context.world.answer = httpx2.delete(url + PROFILE, headers={**headers, **elsewhere})


@then("the answer says that this is forbidden")
def forbidden(context: Context) -> None:
    assert_status(context, FORBIDDEN)
    assert context.world.answer.json()["code"] == "forbidden", told(context)
