"""People who are logged in, the nodes that know them, and the keys by which they do."""

from pathlib import Path

from features.steps.responses import (
    answered_always,
    assert_known,
    assert_unknown,
    end_session,
    profile_of,
    send_from_elsewhere,
)
from features.support.behaviour import Context, given, then, when
from features.support.databases import execute
from features.support.nodes import Asker, Node
from tests.cli.program import wildside
from tests.people import keys_file, person

WRONG, OUT_OF_ORDER = 2, 3
EXPIRE = "update sessions set issued_at = now() - interval '1 day', expires_at = now() where user_id = %s"
DISABLE = "update user_credentials set disabled_at = now() where user_id = %s"


@given("a migrated database")
def migrated(context: Context) -> None:
    context.world.use_database("migrated")


@given("a new file of session keys")
def new_keys(context: Context) -> None:
    file = context.world.remembered["keys"] = context.world.place / "session.keys"
    assert wildside("keys", "new", str(file)).returncode == 0


def keys_of(context: Context) -> Path:
    return Path(context.world.remembered.get("keys", keys_file()))


@given('Wildside serves it at the nodes "{one}" and "{two}"')
def serve_nodes(context: Context, one: str, two: str) -> None:
    world = context.world
    world.remembered["nodes"] = {
        name: world.keep(Node(world.database_url, keys_of(context), world.place)) for name in (one, two)
    }
    world.remembered["people"], world.remembered["cookies"] = {}, {}


def node(context: Context, name: str) -> Node:
    found: Node = context.world.remembered["nodes"][name]
    return found


@when('the node "{name}" is restarted')
def restart(context: Context, name: str) -> None:
    node(context, name).restart()
    if asker := context.world.remembered.get("asker"):
        asker.wait_for_more()


@given('{name} is logged in at "{where}"')
@when('{name} is logged in at "{where}"')
def log_in(context: Context, name: str, where: str) -> None:
    made = context.world.remembered["people"][name] = person(context.world.database_url, name)
    context.world.remembered["cookies"][name] = node(context, where).cookie(made)


@given("Ada asks all the time, now here, now there")
def ask_all_the_time(context: Context) -> None:
    nodes = list(context.world.remembered["nodes"].values())
    cookies = context.world.remembered["cookies"]
    asker = Asker(lambda turn: profile_of(nodes[turn % len(nodes)].url, cookies["Ada"]))
    context.world.remembered["asker"] = context.world.keep(asker)


@then('{name} is known at "{where}"')
def known(context: Context, name: str, where: str) -> None:
    assert_known(context, node(context, where).url, context.world.remembered["cookies"][name], name)


@then('{name} is not known at "{where}"')
def unknown(context: Context, name: str, where: str) -> None:
    assert_unknown(context, node(context, where).url, context.world.remembered["cookies"][name])


@then("Ada, Bea and Cem are known at both nodes")
def all_known(context: Context) -> None:
    for name in ("Ada", "Bea", "Cem"):
        for where in context.world.remembered["nodes"]:
            known(context, name, where)


@then("Ada was answered all the time, and never told to log in")
def always(context: Context) -> None:
    asker: Asker = context.world.remembered["asker"]
    asker.wait_for_more()
    answered_always(asker.statuses)


def about(context: Context, name: str, statement: str) -> None:
    execute(context.world.database_url, statement, context.world.remembered["people"][name].id)


@when('{name} logs out at "{where}"')
def log_out(context: Context, name: str, where: str) -> None:
    end_session(context, node(context, where).url, context.world.remembered["cookies"][name])


@when("{name}'s session expires")
def expire(context: Context, name: str) -> None:
    about(context, name, EXPIRE)


@when("{name}'s account is disabled")
def disable(context: Context, name: str) -> None:
    about(context, name, DISABLE)


@when("somebody changes a letter of {name}'s cookie")
def change_cookie(context: Context, name: str) -> None:
    cookie = context.world.remembered["cookies"][name]["Cookie"]
    changed = cookie[:-5] + ("A" if cookie[-5] != "A" else "B") + cookie[-4:]
    context.world.remembered["cookies"][name] = {"Cookie": changed}


@when('a page of another site makes {name}\'s browser send a change to "{where}"')
def forge(context: Context, name: str, where: str) -> None:
    send_from_elsewhere(context, node(context, where).url, context.world.remembered["cookies"][name])


@when('the operator takes the step "{step}"')
def take_step(context: Context, step: str) -> None:
    file = str(keys_of(context))
    context.world.result = wildside("keys", "rotate", file, "--step", step)


@given('the operator has taken the steps "{one}", "{two}" and "{three}"')
def take_steps(context: Context, one: str, two: str, three: str) -> None:
    for step in (one, two, three):
        take_step(context, step)
        assert context.world.result.returncode == 0, context.world.result.stderr


@when("two hours have passed, in which {one}, {two} and {three} logged in anew")
def log_in_anew(context: Context, one: str, two: str, three: str) -> None:
    for name in (one, two, three):
        log_in(context, name, "one")


@then('it is refused, and the next step is "{step}"')
def refused(context: Context, step: str) -> None:
    result = context.world.result
    assert result.returncode == OUT_OF_ORDER, result.stderr
    assert f"the next step is {step}" in result.stderr, result.stderr


@when("the operator exchanges the file for a new one")
def exchange(context: Context) -> None:
    keys_of(context).unlink()
    new_keys(context)


@when("the operator shortens the key")
def shorten(context: Context) -> None:
    file = keys_of(context)
    file.write_text(file.read_text().rstrip()[:-30])


@when("the operator starts another node")
def start_another(context: Context) -> None:
    env = {"DATABASE_URL": context.world.database_url, "SESSION_KEYS_FILE": str(keys_of(context))}
    context.world.result = wildside("serve", "--port", "0", env=env)


@then('it does not start because of the setting "{name}"')
def not_started(context: Context, name: str) -> None:
    result = context.world.result
    assert result.returncode == WRONG, result.stderr
    assert result.stderr.startswith(name), result.stderr
