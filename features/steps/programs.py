"""Wildside itself: started, stopped, killed, and what is left of it."""

import signal

from features.support.behaviour import Context, given, then, when
from tests.cli.places import processes_in
from tests.cli.program import wildside

WELL, IN_USE = 0, 5


@given("a machine without a database")
def no_database(context: Context) -> None:
    assert list(context.world.place.iterdir()) == []


@given("Wildside runs, keeping nothing")
@when("a newcomer starts Wildside, keeping nothing")
def start_ephemeral(context: Context) -> None:
    context.world.start("up", "--ephemeral")
    context.world.program.url()


@given("Wildside runs, keeping its data")
@when("the newcomer starts it again")
def start_keeping(context: Context) -> None:
    context.world.start("up", "--data-dir", str(context.world.place / "data"))
    shown = context.world.program.wait_for("psql '")
    context.world.database_url = shown.partition("psql '")[2].rstrip("'")


@given("Wildside serves it")
@when("Wildside serves it")
def serve(context: Context) -> None:
    context.world.serve()
    context.world.program.url()


@given("another program listens on a port")
def take_port(context: Context) -> None:
    context.world.remembered["port"] = context.world.listen()


@when("Wildside is restarted")
def serve_again(context: Context) -> None:
    context.world.program.stop()
    serve(context)


@when("Wildside is stopped")
@when("the newcomer stops it")
def stop(context: Context) -> None:
    context.world.program.stop()


@when("the newcomer restarts it")
def restart(context: Context) -> None:
    context.world.program.stop()
    start_keeping(context)


@when("it is killed")
def kill(context: Context) -> None:
    context.world.program.stop(signal.SIGKILL)


@when("another Wildside is started on the same data")
def start_another(context: Context) -> None:
    context.world.result = wildside("up", "--port", "0", "--data-dir", str(context.world.place / "data"))


@when("a newcomer starts Wildside on that port")
def start_on_port(context: Context) -> None:
    port = context.world.remembered["port"]
    data = str(context.world.place / "data")
    context.world.result = wildside("up", "--port", str(port), "--data-dir", data)


@then("it ends well")
def ended_well(context: Context) -> None:
    program = context.world.program
    assert program.process.returncode == WELL, program.output
    assert "Traceback" not in program.output, program.output


@then("nothing of it is left running")
def nothing_runs(context: Context) -> None:
    left = processes_in(context.world.place)
    assert not left, left


@then("nothing of it is left on disk")
def nothing_on_disk(context: Context) -> None:
    left = list(context.world.place.iterdir())
    assert not left, left


@then("that one is refused because the {what} is in use")
def in_use(context: Context, what: str) -> None:
    result = context.world.result
    assert result.returncode == IN_USE, result.stdout + result.stderr
    options = {"data": "--data-dir", "port": "--port", "metrics' port": "--metrics-bind"}
    assert options[what] in result.stderr, result.stderr
    assert "Traceback" not in result.stderr, result.stderr


@then("that one names the process which has it")
def names_process(context: Context) -> None:
    result = context.world.result
    assert f"process {context.world.program.process.pid} " in result.stderr, result.stderr
