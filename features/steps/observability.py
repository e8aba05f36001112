"""What operators see of a server: its log, and its metrics."""

import json
from collections.abc import Callable
from time import monotonic, sleep
from typing import Any
from uuid import uuid4

import httpx2

from features.steps.responses import BOOTSTRAP, LOG_IN, NOT_FOUND, PROFILE, assert_status
from features.support.behaviour import Context, given, then, when
from features.support.people import WRONG
from features.support.signed_in import ask, who
from tests.cli.program import PATIENCE, wildside
from tests.http.counting import Told

TRACE = "4bf92f3577b34da6a3ce929d0e0e4736"
TRACEPARENT = f"00-{TRACE}-00f067aa0ba902b7-01"
ANYWHERE = "127.0.0.1:0"
REQUESTS = "wildside_http_requests_total"


@given("Wildside serves it, with metrics")
def serve_with_metrics(context: Context) -> None:
    context.world.start("serve", "--metrics-bind", ANYWHERE, DATABASE_URL=context.world.database_url)
    context.world.program.url()


@when("an operator serves Wildside, with metrics on that port")
def serve_on_port(context: Context) -> None:
    bind = f"127.0.0.1:{context.world.remembered['port']}"
    context.world.run("serve", "--port", "0", "--metrics-bind", bind)


@when("a client reads a path that nobody knows")
def read_unknown(context: Context) -> None:
    context.world.get(f"/nope/{uuid4()}")
    assert_status(context, NOT_FOUND)


def metrics(context: Context) -> Told:
    url = context.world.program.wait_for("metrics at ").removeprefix("metrics at ")
    return Told(httpx2.get(url).text)


def eventually(context: Context, holds: Callable[[Told], bool]) -> None:
    deadline = monotonic() + PATIENCE
    while not holds(told := metrics(context)):
        assert monotonic() < deadline, told.samples
        sleep(0.02)


@then("{answers:d} answer of the bootstrap is counted, and {others:d} of no route")
def counted(context: Context, answers: int, others: int) -> None:
    def holds(told: Told) -> bool:
        found = told.counts(REQUESTS, "method", "route", "status")
        return (found.get(("GET", BOOTSTRAP, "200")), found.get(("GET", "other", "404"))) == (answers, others)

    eventually(context, holds)


@then("the metrics tell version {number:d} of the reference data")
def tell_version(context: Context, number: int) -> None:
    assert metrics(context).value("wildside_reference_version") == number


@then("the metrics tell of {number:d} listener")
@then("the metrics tell of {number:d} listeners")
def tell_listeners(context: Context, number: int) -> None:
    eventually(context, lambda told: told.value("wildside_event_listeners") == number)


@then("the metrics say that the database is away")
def tell_away(context: Context) -> None:
    assert metrics(context).value("wildside_database_up") == 0
    eventually(context, lambda told: told.value("wildside_database_listening") == 0)


@then("no client can read the metrics")
def not_for_clients(context: Context) -> None:
    context.world.get("/metrics")
    assert_status(context, NOT_FOUND)


def lines(context: Context) -> list[dict[str, Any]]:
    """The log up to now: that of a request comes before the next is read."""
    mark = f"/mark/{uuid4()}"
    context.world.get(mark)
    context.world.program.wait_for(mark)
    return [json.loads(line) for line in context.world.program.stderr]


def of_trace(context: Context, trace: str) -> list[dict[str, Any]]:
    return [line for line in lines(context) if line.get("trace_id") == trace]


@then("the log has one line of that answer, with its route, status, duration and bytes")
def one_line(context: Context) -> None:
    answer = context.world.answer
    (line,) = of_trace(context, answer.headers["trace-id"])
    assert (line["event"], line["route"], line["status"]) == ("request", BOOTSTRAP, 200), line
    assert line["duration_ms"] > 0, line
    assert line["bytes"] == answer.num_bytes_downloaded, line


@when("somebody signs in with a wrong password")
def sign_in_wrongly(context: Context) -> None:
    body = {"username": "ada", "password": WRONG}
    context.world.answer = httpx2.post(context.world.program.url() + "/api/v1/login", json=body)
    assert_status(context, LOG_IN)


@then("the log tells of a refused login, in the trace of the answer")
def tells_of_refusal(context: Context) -> None:
    found = of_trace(context, context.world.answer.headers["trace-id"])
    assert [line["event"] for line in found] == ["login refused", "request"], found


@then("the password is nowhere in the log")
def no_password(context: Context) -> None:
    assert WRONG not in context.world.program.output


@when("{name} reads her profile")
def read_profile(context: Context, name: str) -> None:
    context.world.remembered["reader"] = name
    ask(context.world, name, "GET", PROFILE)


@then("the log names her by her id alone")
def named_by_id(context: Context) -> None:
    name = context.world.remembered["reader"]
    (line,) = of_trace(context, context.world.answer.headers["trace-id"])
    assert line["user_id"] == str(who(context.world, name).id), line
    assert f'"{name}' not in context.world.program.output


@when("it was probed {times:d} times")
def probe(context: Context, times: int) -> None:
    for _ in range(times):
        context.world.get("/health/ready")


@then("the log has no line of a probe")
def no_probes(context: Context) -> None:
    assert not [line for line in lines(context) if line.get("path", "").startswith("/health")]


@when("a job seeds it, in a trace of its own")
def seed_in_job(context: Context) -> None:
    env = {
        "DATABASE_URL": context.world.database_url,
        "WILDSIDE_LOG_FORMAT": "json",
        "TRACEPARENT": TRACEPARENT,
    }
    context.world.result = wildside("seed", "--json", env=env)


@then("the log of the job tells in that trace which versions the seed began and ended with")
def job_tells(context: Context) -> None:
    found = [json.loads(line) for line in context.world.result.stderr.splitlines()]
    assert {line["trace_id"] for line in found} == {TRACE}, found
    assert [line["event"] for line in found] == ["seed", "run ended"], found
    assert (found[0]["version_from"], found[0]["version_to"], found[1]["outcome"]) == (1, 1, "done"), found


@then("its report is on standard output, as ever")
def report(context: Context) -> None:
    assert json.loads(context.world.result.stdout)["versionTo"] == 1
