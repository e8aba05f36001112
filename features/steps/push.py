"""Being told: clients that listen, clients that wait, and the server's own ear, which can be cut."""

from threading import Barrier, Thread
from time import monotonic, sleep

from features.steps.databases import give_icon
from features.steps.responses import BOOTSTRAP, COMPLETE, LATER, REFERENCE, UNCHANGED
from features.support.behaviour import Context, given, then, when
from features.support.databases import value
from features.support.streams import Listener, Told, Waiter
from tests.cli.program import PATIENCE

EVENTS, VERSION = f"{REFERENCE}/events", f"{REFERENCE}/version"
SECOND = 1.0
EAR = "from pg_stat_activity where application_name = 'wildside listener' and datname = current_database()"
RETRY = "retry: "


def listener(context: Context) -> Listener:
    found: Listener = context.world.remembered["listener"]
    return found


def token(context: Context) -> str:
    """The newest release's token: of the version that the database says is the newest."""
    number = value(context.world.database_url, "select version from reference_counter")
    deadline = monotonic() + SECOND
    while f".{number}-" not in (found := read_token(context)):
        assert monotonic() < deadline, (number, found)
    return found


def read_token(context: Context) -> str:
    found: str = context.world.get(VERSION).json()["referenceVersion"]
    return found


def listen(context: Context, last: str | None = None) -> None:
    opened = context.world.keep(Listener(context.world.program.url(), EVENTS, last))
    context.world.remembered["listener"] = opened
    opened.wait_until(lambda: any(line.startswith(RETRY) for line in opened.lines))


@given("a client listens")
def listens(context: Context) -> None:
    listen(context)
    listener(context).hears(token(context))


@given("the listener has lost its connection")
@when("the listener leaves")
def lose(context: Context) -> None:
    listener(context).close()


@given("the listener has come back")
@when("the listener comes back")
def come_back(context: Context) -> None:
    listen(context, last=listener(context).tokens[-1][1])


@given("a client waits for {seconds:d} seconds for another version")
@given("a client waits for {seconds:d} second for another version")
@when("a client waits for {seconds:d} seconds for another version")
def wait(context: Context, seconds: int) -> None:
    token(context)  # who waits knows the newest; the server may not have heard of it yet
    made = Waiter(context.world.program.url(), VERSION, seconds)
    context.world.remembered["waiter"] = context.world.keep(made)
    read_token(context)  # when this is answered, the request that was sent before has been read


@when("the server's listening connection is cut at the very moment of an edit")
def cut_at_an_edit(context: Context) -> None:
    barrier = Barrier(2)

    def cut() -> None:
        barrier.wait(PATIENCE)
        cut_ear(context)

    cutting = Thread(target=cut)
    cutting.start()
    barrier.wait(PATIENCE)
    give_icon(context, "coffee", "tag:cut")
    cutting.join(PATIENCE)


def cut_ear(context: Context) -> None:
    assert value(context.world.database_url, f"select count(pg_terminate_backend(pid)) {EAR}") == 1


@when("the server's listening connection is cut around {edits:d} edits")
def cut_around_edits(context: Context, edits: int) -> None:
    heard = context.world.remembered["heard"] = []
    for number in range(edits):
        icon = f"tag:cut-{number}"
        if number % 3 == 0:
            cut_ear(context)
            give_icon(context, "coffee", icon)
        elif number % 3 == 1:
            cut_at_an_edit(context)
            give_icon(context, "coffee", icon)
        else:
            give_icon(context, "coffee", icon)
            cut_ear(context)
        moment = context.world.edited_at
        heard.append(listener(context).hears(token(context)) - moment)
        await_ear(context)


def await_ear(context: Context) -> None:
    deadline = monotonic() + PATIENCE
    while value(context.world.database_url, f"select count(*) {EAR}") != 1:
        assert monotonic() < deadline, context.world.program.output
        sleep(0.02)


@then("the listener has heard of each of them within a second")
def heard_each(context: Context) -> None:
    late = [seconds for seconds in context.world.remembered["heard"] if seconds > SECOND]
    assert not late, context.world.remembered["heard"]


@then("the listener hears of the newest release within a second")
def hears_newest(context: Context) -> None:
    took = listener(context).hears(token(context)) - context.world.edited_at
    assert took < SECOND, took


@then("the listener has heard of nothing else")
def heard_nothing_else(context: Context) -> None:
    assert len(listener(context).tokens) == 1, listener(context).lines


@then("the listener is still connected")
def still_connected(context: Context) -> None:
    assert not listener(context).ended, listener(context).lines


@then("the listener is told when to come back")
def told_when(context: Context) -> None:
    heard = listener(context)
    heard.wait_until(lambda: heard.ended)
    last = [line for line in heard.lines if line][-1]
    assert last.startswith(RETRY), heard.lines
    assert 1000 <= int(last.removeprefix(RETRY)) <= 5000, last


@then("its stream has come to a proper end")
def proper_end(context: Context) -> None:
    assert listener(context).broken is None, listener(context).broken


@then("the waiting client is told of the newest release within a second")
def answered(context: Context) -> None:
    told = waiter(context).answer()
    assert_newest(context, told)
    took = told.at - context.world.edited_at
    assert took < SECOND, took


def waiter(context: Context) -> Waiter:
    found: Waiter = context.world.remembered["waiter"]
    return found


def assert_newest(context: Context, told: Told) -> None:
    assert told.status == COMPLETE, told
    assert told.token == token(context), told


@then("the waiting client still waits")
def still_waits(context: Context) -> None:
    assert waiter(context).busy, waiter(context).answers


@then("the waiting client, perhaps asked to come back meanwhile, is told of the newest release")
def answered_after_all(context: Context) -> None:
    last = waiter(context).answer()
    before = waiter(context).answers[:-1]
    assert {told.status for told in before} <= {LATER}, before
    assert_newest(context, last)


@then("the waiting client is told after a second that nothing has changed")
def waited_in_vain(context: Context) -> None:
    told = waiter(context).answer()
    assert told.status == UNCHANGED, told
    assert SECOND * 0.9 < told.at - waiter(context).began < SECOND * 3, told


@then("a client that reads is given the newest release within a second")
def reads_newest(context: Context) -> None:
    number = value(context.world.database_url, "select version from reference_counter")
    answer = context.world.get(BOOTSTRAP)
    assert monotonic() - context.world.edited_at < SECOND * 3
    assert f".{number}-" in answer.json()["referenceVersion"], answer.text
