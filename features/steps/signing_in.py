"""What people ask to be known, or known no longer, and what they are told: paths and status codes."""

import httpx2

from features.support.answers import told
from features.support.behaviour import Context, given, then, when
from features.support.people import PASSWORD, WRONG

LOGIN, LOGOUT, ME = "/api/v1/login", "/api/v1/logout", "/api/v1/users/me"
COMPLETE, DONE, NOBODY, TOO_OFTEN = 200, 204, 401, 429


def assert_status(context: Context, status: int) -> None:
    assert context.world.answer.status_code == status, told(context)


def sign_in_as(context: Context, username: str, password: str) -> None:
    url = context.world.program.url() + LOGIN
    body = {"username": username, "password": password}
    context.world.answer = httpx2.post(url, json=body, timeout=30)


def ask_me(context: Context, url: str) -> None:
    context.world.answer = httpx2.get(url + ME, headers=context.world.remembered["Ada"].headers)


@when("{name} signs in")
def signs_in(context: Context, name: str) -> None:
    person = context.world.remembered[name]
    sign_in_as(context, person.username, PASSWORD)
    if context.world.answer.status_code == COMPLETE:
        person.remember(context.world.answer)


@given("Ada has signed in")
def has_signed_in(context: Context) -> None:
    signs_in(context, "Ada")
    welcome(context)


@then("she is welcome")
def welcome(context: Context) -> None:
    assert_status(context, COMPLETE)
    assert context.world.answer.json()["displayName"] == "Ada", told(context)


@then("Bob can sign in")
def bob_can_sign_in(context: Context) -> None:
    signs_in(context, "Bob")
    assert_status(context, COMPLETE)


@given("somebody has signed in as Ada with a wrong password")
@when("somebody signs in as Ada with a wrong password")
def wrong_password(context: Context) -> None:
    sign_in_as(context, "ada", WRONG)
    context.world.remembered.setdefault("first refusal", context.world.answer)


@given("somebody has guessed at Ada's password {times:d} times")
def guessed(context: Context, times: int) -> None:
    for _ in range(times):
        wrong_password(context)
        assert_status(context, NOBODY)


@when("somebody signs in under a name that nobody has")
def unknown_name(context: Context) -> None:
    sign_in_as(context, "nobody", PASSWORD)


@then("they are turned away")
def turned_away(context: Context) -> None:
    assert_status(context, NOBODY)
    assert context.world.answer.json()["code"] == "unauthorized", told(context)
    assert "set-cookie" not in context.world.answer.headers


@then("they are told the same as before")
def told_the_same(context: Context) -> None:
    before, now = context.world.remembered["first refusal"], context.world.answer
    trace = "trace-id"
    assert now.text.replace(now.headers[trace], "") == before.text.replace(before.headers[trace], "")


@then("they are asked to wait")
def asked_to_wait(context: Context) -> None:
    assert_status(context, TOO_OFTEN)
    assert int(context.world.answer.headers["retry-after"]) > 0, told(context)


@then("she can see who she is")
def sees_herself(context: Context) -> None:
    ask_me(context, context.world.program.url())
    assert_status(context, COMPLETE)
    assert context.world.answer.json()["displayName"] == "Ada", told(context)


@when("she signs out")
def signs_out(context: Context) -> None:
    headers = context.world.remembered["Ada"].headers
    context.world.answer = httpx2.post(context.world.program.url() + LOGOUT, headers=headers)
    assert_status(context, DONE)


@when("she erases her account")
def erases(context: Context) -> None:
    headers = context.world.remembered["Ada"].headers
    context.world.answer = httpx2.delete(context.world.program.url() + ME, headers=headers)
    assert_status(context, DONE)


@then("she is signed in no longer")
def signed_in_no_longer(context: Context) -> None:
    ask_me(context, context.world.program.url())
    assert_status(context, NOBODY)


@then("she cannot sign in")
def cannot_sign_in(context: Context) -> None:
    signs_in(context, "Ada")
    assert_status(context, NOBODY)


@then("the other Wildside does not know her either")
def other_knows_nobody(context: Context) -> None:
    ask_me(context, context.world.remembered["other"])
    assert_status(context, NOBODY)
