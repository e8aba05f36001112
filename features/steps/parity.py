"""Comparisons of the files with what is served, and what they tell."""

import json
from typing import Any

from features.support.behaviour import Context, given, then, when
from tests.cli.program import wildside

EQUAL, DIFFERENT, UNAVAILABLE = 0, 1, 4
NOBODY = "http://127.0.0.1:1"
APPS = {"remote provider", "warm offline provider"}
SERVED = {"bootstrap", "tables", *APPS}
STAGES = {"source", "seeded", "version", "local provider", *SERVED}


def compare(context: Context, *arguments: str, **env: str) -> None:
    temporary = {"TMPDIR": str(context.world.place)}
    context.world.result = wildside("parity", "--json", *arguments, env={**temporary, **env})


def server(context: Context) -> str:
    found = context.world.remembered.get("server")
    return str(found) if found else context.world.program.url()


def told(context: Context) -> str:
    result = context.world.result
    return f"{result.returncode} {result.stdout}{result.stderr}"


def report(context: Context) -> Any:
    return json.loads(context.world.result.stdout)


def differences(context: Context, tag: str) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = report(context)["differences"]
    return [one for one in found if (one["table"], one["key"]) == ("tags", [tag])]


@given("a server that is not there")
def nobody(context: Context) -> None:
    context.world.remembered["server"] = NOBODY


@given('something on the way gives the tag "{tag}" the icon "{icon}"')
def damage(context: Context, tag: str, icon: str) -> None:
    def damaged(path: str, body: bytes) -> bytes:
        if not path.endswith("/bootstrap"):
            return body
        document = json.loads(body)
        (row,) = [row for row in document["tables"]["tags"] if row["slug"] == tag]
        return body.replace(f'"{row["icon"]}"'.encode(), f'"{icon}"'.encode())

    context.world.remembered["server"] = context.world.relay(damaged)


@when("an operator compares everything")
def compare_everything(context: Context) -> None:
    compare(context)


@when("an operator compares that server and its database with the files")
def compare_with_database(context: Context) -> None:
    compare(context, "--url", server(context), DATABASE_URL=context.world.database_url)


@when("an operator compares that server with the files")
@when("an operator compares what arrives with the files")
def compare_server(context: Context) -> None:
    compare(context, "--url", server(context))


@when("an operator compares that server with those files")
def compare_files(context: Context) -> None:
    compare(context, "--url", server(context), "--data", str(context.world.source))


@then("everything is equal from the files to the apps")
def equal(context: Context) -> None:
    assert context.world.result.returncode == EQUAL, told(context)
    stages = report(context)["stages"]
    assert {stage["stage"] for stage in stages if stage["equal"]} == STAGES, told(context)


@then("a difference is found")
def different(context: Context) -> None:
    assert context.world.result.returncode == DIFFERENT, told(context)
    assert report(context)["equal"] is False, told(context)


@then('the tag "{tag}" differs in its "{field}" wherever it is shown')
def differs(context: Context, tag: str, field: str) -> None:
    found = differences(context, tag)
    assert {one["field"] for one in found} == {f"/{field}"}, told(context)
    assert {one["stage"] for one in found} >= SERVED, told(context)


@then('it is told that an administrator holds the tag "{tag}"')
def adopted(context: Context, tag: str) -> None:
    assert {one["kind"] for one in differences(context, tag)} == {"adopted"}, told(context)


@then('the tag "{tag}" is missed wherever tags are shown')
def missed(context: Context, tag: str) -> None:
    found = differences(context, tag)
    assert {one["kind"] for one in found} == {"missing_row"}, told(context)
    assert {one["stage"] for one in found} == SERVED, told(context)


@then("no app takes the damaged answer")
def refused(context: Context) -> None:
    found = report(context)["differences"]
    assert {one["stage"] for one in found if one["kind"] == "no_answer"} == APPS, told(context)


@then("it is told in one line that the server cannot be reached")
def unreachable(context: Context) -> None:
    result = context.world.result
    assert (result.returncode, result.stdout) == (UNAVAILABLE, ""), told(context)
    assert f"{NOBODY} cannot be reached" in result.stderr, told(context)
    assert len(result.stderr.splitlines()) == 1, told(context)
