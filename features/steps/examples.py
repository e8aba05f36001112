"""People who are made up: the command, how it ends, and who is there then."""

from typing import Any

from features.support.behaviour import Context, given, then, when
from features.support.databases import value

DONE, REFUSED = 0, 3
PEOPLE = """
select array_agg(row_to_json(p)) from (
    select u.id, u.display_name, u.created_at, c.username,
           array(select r.role from user_roles r where r.user_id = u.id) as roles
      from users u join user_credentials c on c.user_id = u.id
     order by u.created_at, u.id) p
"""


def people(context: Context) -> list[dict[str, Any]]:
    return value(context.world.database_url, PEOPLE) or []


def told(context: Context) -> str:
    return context.world.result.stdout + context.world.result.stderr


@given('an operator has made {users:d} people up, of the seed "{seed}"')
@when('an operator makes {users:d} people up, of the seed "{seed}"')
def make(context: Context, users: int, seed: str) -> None:
    context.world.run("example-data", "--people-only", "--seed", seed, "--users", str(users))
    context.world.remembered.setdefault("people", people(context))


@when('an operator makes {users:d} people up with an administrator, of the seed "{seed}"')
def make_with_administrator(context: Context, users: int, seed: str) -> None:
    context.world.run("example-data", "--people-only", "--seed", seed, "--users", str(users), "--admin")


@when("the same is done in another database")
def in_another(context: Context) -> None:
    context.world.use_database("migrated")
    assert people(context) == []
    make(context, len(context.world.remembered["people"]), "crowd")


@when("a newcomer starts Wildside with people to try it with")
def start_demo(context: Context) -> None:
    context.world.start("up", "--ephemeral", "--demo")
    shown = context.world.program.wait_for("psql '")
    context.world.database_url = shown.partition("psql '")[2].rstrip("'")
    context.world.program.wait_for("Ctrl-C stops it.")


@then('there are {count:d} people, "{first}" to "{last}"')
def there_are(context: Context, count: int, first: str, last: str) -> None:
    names = [row["username"] for row in people(context)]
    assert len(names) == count, told(context)
    assert {first, last} <= set(names), names


@then("it is said who can log in, and with which password")
def said(context: Context) -> None:
    assert context.world.result.returncode == DONE, told(context)
    assert "crowd-1 to crowd-5" in context.world.result.stdout, told(context)
    assert "their password: " in context.world.result.stdout, told(context)


@then("the newcomer is shown how to log in")
def shown(context: Context) -> None:
    line = context.world.program.wait_for("  log in  ")
    assert '"username": "demo-1"' in line, line
    assert line.endswith(f"{context.world.program.url()}/api/v1/login"), line


@then("nobody of them is an administrator")
def no_administrator(context: Context) -> None:
    found = people(context)
    assert found, told(context)
    assert not any(row["roles"] for row in found), found


@then('only "{username}" is an administrator')
def administrator(context: Context, username: str) -> None:
    found = [row["username"] for row in people(context) if row["roles"] == ["admin"]]
    assert found == [username], people(context)


@then("there is nothing to do")
def nothing_to_do(context: Context) -> None:
    assert context.world.result.returncode == DONE, told(context)
    assert context.world.result.stdout.startswith("nothing to do"), told(context)


@then("that is refused, because there are {count:d} of them already")
def refused(context: Context, count: int) -> None:
    assert context.world.result.returncode == REFUSED, told(context)
    assert f"was made with {count} users" in context.world.result.stderr, told(context)


@then("the same people are there")
def the_same(context: Context) -> None:
    assert people(context) == context.world.remembered["people"], told(context)
    assert people(context)
