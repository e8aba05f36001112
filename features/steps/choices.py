"""What people choose over HTTP, and what they are told: the paths and status codes of preferences."""

from collections import Counter
from typing import Any
from uuid import uuid4

from features.support.answers import told
from features.support.behaviour import Context, given, then, when
from features.support.databases import execute
from features.support.signed_in import ask, ask_at_once, sign_in

PREFERENCES, INTERESTS = "/api/v1/users/me/preferences", "/api/v1/users/me/interests"
DONE, WRONG, NOBODY, CONFLICT, FAILED = 200, 400, 401, 409, 412


def keys(text: str) -> list[str]:
    return [key.strip() for key in text.split(",") if key.strip()]


def read(context: Context, name: str, path: str) -> Any:
    shown = ask(context.world, name, "GET", path)
    assert shown.status_code == DONE, told(context)
    return shown.json()


def replace(context: Context, name: str, path: str, **body: Any) -> None:
    """Change what is there now, whatever its revision is."""
    expected = {"expectedRevision": read(context, name, path)["revision"]}
    ask(context.world, name, "PUT", path, {**expected, **body})


@given("{name} is logged in")
def logged_in(context: Context, name: str) -> None:
    sign_in(context.world, name)


@given('{name} is interested in "{themes}"')
@given('{name} has changed her interests to "{themes}"')
def is_interested(context: Context, name: str, themes: str) -> None:
    change_interests(context, name, themes)
    assert context.world.answer.status_code == DONE, told(context)


@when('{name} changes her interests to ""')
def take_back(context: Context, name: str) -> None:
    change_interests(context, name, "")


@when('{name} changes her interests to "{themes}"')
@when('{name} changes his interests to "{themes}"')
def change_interests(context: Context, name: str, themes: str) -> None:
    replace(context, name, INTERESTS, interestThemeIds=keys(themes))


@when("{name} reads her interests")
def read_interests(context: Context, name: str) -> None:
    read(context, name, INTERESTS)


@when("{name} reads her preferences")
def read_preferences(context: Context, name: str) -> None:
    read(context, name, PREFERENCES)


@when("{name} asks whether they have changed")
def ask_again(context: Context, name: str) -> None:
    headers = {"If-None-Match": context.world.answer.headers["etag"]}
    ask(context.world, name, "GET", PREFERENCES, headers=headers)


@given('{name} prefers "{unit}" units, with the toggles ""')
@when('{name} prefers "{unit}" units, with the toggles ""')
def prefer_no_toggles(context: Context, name: str, unit: str) -> None:
    prefer(context, name, unit, "")


@given('{name} prefers "{unit}" units, with the toggles "{toggles}"')
@when('{name} prefers "{unit}" units, with the toggles "{toggles}"')
def prefer(context: Context, name: str, unit: str, toggles: str) -> None:
    chosen = {"safetyToggleIds": keys(toggles), "unitSystem": unit, "interestThemeIds": []}
    replace(context, name, PREFERENCES, **chosen)


@when('{name} sends preferences without "{member}"')
def send_without(context: Context, name: str, member: str) -> None:
    body: dict[str, Any] = {"interestThemeIds": [], "safetyToggleIds": [], "unitSystem": "metric"}
    del body[member]
    ask(context.world, name, "PUT", PREFERENCES, body)


@when("{name} sends the same preferences twice under one key")
def send_twice(context: Context, name: str) -> None:
    body = {"interestThemeIds": ["parks"], "safetyToggleIds": [], "unitSystem": "metric"}
    key = {"Idempotency-Key": str(uuid4())}
    answers = [ask(context.world, name, "PUT", PREFERENCES, body, key) for _ in range(2)]
    context.world.remembered["answers"] = answers


@when("{name} changes her interests, expecting revision {revision:d}")
def expect(context: Context, name: str, revision: int) -> None:
    body = {"interestThemeIds": ["museums"], "expectedRevision": revision}
    ask(context.world, name, "PUT", INTERESTS, body)


@when("{name} changes her interests, expecting nothing there")
def expect_nothing(context: Context, name: str) -> None:
    ask(context.world, name, "PUT", INTERESTS, {"interestThemeIds": ["museums"]})


@when("{name} changes her interests on {devices:d} devices at once, all expecting revision {revision:d}")
def change_at_once(context: Context, name: str, devices: int, revision: int) -> None:
    body = {"interestThemeIds": ["museums"], "expectedRevision": revision}
    answers = ask_at_once(context.world, name, "PUT", INTERESTS, [body] * devices)
    context.world.remembered["answers"] = answers


@when("{name} changes his interests on {devices:d} devices at once, all expecting nothing there")
def first_at_once(context: Context, name: str, devices: int) -> None:
    answers = ask_at_once(
        context.world, name, "PUT", INTERESTS, [{"interestThemeIds": ["museums"]}] * devices
    )
    context.world.remembered["answers"] = answers


@when("{name} changes what she has read, by its entity tag")
def change_by_tag(context: Context, name: str) -> None:
    read(context, name, INTERESTS)
    context.world.remembered["tag"] = context.world.answer.headers["etag"]
    change_by_same_tag(context, name)


@when("{name} changes it again by the same entity tag")
def change_by_same_tag(context: Context, name: str) -> None:
    headers = {"If-Match": context.world.remembered["tag"]}
    ask(context.world, name, "PUT", INTERESTS, {"interestThemeIds": ["museums"]}, headers)


@when("{name} changes what she has read, by its entity tag and expecting revision {revision:d}")
def contradict(context: Context, name: str, revision: int) -> None:
    read(context, name, INTERESTS)
    headers = {"If-Match": context.world.answer.headers["etag"]}
    body = {"interestThemeIds": ["museums"], "expectedRevision": revision}
    ask(context.world, name, "PUT", INTERESTS, body, headers)


@given('an operator has hidden the unit system "{slug}"')
def hide_unit_system(context: Context, slug: str) -> None:
    execute(context.world.database_url, "update unit_systems set is_active = false where slug = %s", slug)


@then('they are ""')
def are_none(context: Context) -> None:
    are(context, "")


@then('they are "{themes}"')
def are(context: Context, themes: str) -> None:
    assert context.world.answer.status_code == DONE, told(context)
    assert context.world.answer.json()["interestThemeIds"] == keys(themes), told(context)


@then('they are to show "{unit}" units, with the toggles ""')
def show_no_toggles(context: Context, unit: str) -> None:
    show(context, unit, "")


@then('they are to show "{unit}" units, with the toggles "{toggles}"')
def show(context: Context, unit: str, toggles: str) -> None:
    shown = context.world.answer.json()
    assert (shown["unitSystem"], shown["safetyToggleIds"]) == (unit, keys(toggles)), told(context)


@then("they are at revision {revision:d}")
def at_revision(context: Context, revision: int) -> None:
    assert context.world.answer.status_code == DONE, told(context)
    assert context.world.answer.json()["revision"] == revision, told(context)


@then("nothing of it was stored yet")
def not_stored(context: Context) -> None:
    assert context.world.answer.json()["revision"] is None, told(context)


@then('{name} is still interested in "{themes}"')
def still_interested(context: Context, name: str, themes: str) -> None:
    assert read(context, name, INTERESTS)["interestThemeIds"] == keys(themes), told(context)


@then("somebody who is not logged in is shown no interests")
def not_shown(context: Context) -> None:
    assert ask(context.world, None, "GET", INTERESTS).status_code == NOBODY, told(context)


@then('it is refused because of "{faults}"')
def refused(context: Context, faults: str) -> None:
    assert context.world.answer.status_code == WRONG, told(context)
    found = [
        f"{one.get('pointer', one.get('header'))} {one['code']}"
        for one in context.world.answer.json()["errors"]
    ]
    assert found == keys(faults), told(context)


@then("it is refused, since there is revision {revision:d}")
def conflict(context: Context, revision: int) -> None:
    mismatch(context, CONFLICT, "revision_mismatch", revision)


@then("the precondition has failed, since there is revision {revision:d}")
def precondition_failed(context: Context, revision: int) -> None:
    mismatch(context, FAILED, "precondition_failed", revision)


def mismatch(context: Context, status: int, code: str, revision: int) -> None:
    assert context.world.answer.status_code == status, told(context)
    found = context.world.answer.json()
    assert (found["code"], found["actualRevision"]) == (code, revision), told(context)


@then("both answers are the same")
def same_answers(context: Context) -> None:
    one, other = context.world.remembered["answers"]
    assert (one.status_code, one.content) == (other.status_code, other.content) == (DONE, one.content), (
        other.text
    )


@then("one of them is done, and the others are told of revision {revision:d}")
def one_done(context: Context, revision: int) -> None:
    answers = context.world.remembered["answers"]
    statuses = Counter(answer.status_code for answer in answers)
    assert statuses == {DONE: 1, CONFLICT: len(answers) - 1}, statuses
    actual = {answer.json()["actualRevision"] for answer in answers if answer.status_code == CONFLICT}
    assert actual == {revision}, [answer.text for answer in answers]
