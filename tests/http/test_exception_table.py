"""From what the driver raises to what the client is told: each row of the table, at each place, by hand."""

import asyncio
from collections.abc import Callable
from typing import Any, cast
from uuid import UUID, uuid4

import asyncpg
import httpx2
import pytest
from starlette.applications import Starlette
from starlette.responses import JSONResponse, Response
from starlette.routing import Route
from structlog.testing import capture_logs

from tests.http.driver import COUNT, EFFECT, Driver, Trusting
from tests.http.effects import session_of
from tests.http.support import NOWHERE, assert_nothing_leaks, assert_problem, client_of, with_state
from wildside.domain.calls import Answer
from wildside.domain.sessions import SignedIn
from wildside.inbound.http.metrics import Metrics
from wildside.inbound.http.mutations import mutate
from wildside.inbound.http.problems import EXCEPTION_HANDLERS, problem
from wildside.inbound.http.state import ApiRequest, State
from wildside.inbound.http.tracing import Tracing
from wildside.outbound.postgres.pool import Limits, PostgresDatabase
from wildside.ports.database import Stores
from wildside.usecases.transact import look

CANARY = "canary-4711"
READ, WRITE = "GET", "POST"


async def write(request: ApiRequest) -> Response:
    async def effect(stores: Stores) -> Answer:
        await session_of(stores).value(EFFECT)
        return Answer(201, {}, b"{}")

    return await mutate(request, SignedIn(UUID(int=1), UUID(int=2), frozenset()), "test_effect", {}, effect)


async def read(request: ApiRequest) -> Response:
    async def work(stores: Stores) -> bool:
        found: bool = await session_of(stores).value(COUNT)
        return found

    return JSONResponse(await look(request.state["database"], work))


async def answer(driver: Driver, method: str) -> tuple[httpx2.Response, list[Any]]:
    """Ask an application over this driver; return the answer and the log."""
    database: Any = PostgresDatabase(NOWHERE, Limits(), "tests")
    database._pool, database._trusted = driver, Trusting([1])
    routes = [Route("/effects", read, methods=[READ]), Route("/effects", write, methods=[WRITE])]
    app = Tracing(
        Starlette(routes=routes, exception_handlers=EXCEPTION_HANDLERS), lambda scope: problem(scope, 500)
    )
    state = cast(State, {"database": database, "telemetry": Metrics()})
    with capture_logs() as logs:
        async with client_of(with_state(app, state)) as client:
            found = await client.request(method, "/effects", headers={"Idempotency-Key": str(uuid4())})
    return found, logs


def told(kind: type[Exception], **about: str) -> Callable[[], BaseException]:
    """An exception as the server sends it, with a message and details that are nobody's business."""

    def make() -> Exception:
        error = kind(f"something about {CANARY}")
        vars(error).update(about, detail=f"Failing row contains ({CANARY})") if about else None
        return error

    return make


def assert_passing(response: httpx2.Response, code: str) -> None:
    assert_problem(response, 503, code)
    assert int(response.headers["retry-after"]) > 0
    assert_nothing_leaks(response, [CANARY])


UNREACHABLE = [
    ConnectionRefusedError,
    OSError,
    TimeoutError,
    asyncpg.CannotConnectNowError,  # 57P03
    asyncpg.TooManyConnectionsError,  # 53300
    asyncpg.ConnectionDoesNotExistError,
    asyncpg.InterfaceError,
    asyncpg.InternalClientError,
    asyncpg.InvalidPasswordError,
]
LOST = [
    asyncpg.ConnectionDoesNotExistError,  # 08003
    asyncpg.ConnectionFailureError,  # 08006
    asyncpg.AdminShutdownError,  # 57P01
    asyncpg.CrashShutdownError,  # 57P02
    asyncpg.IdleInTransactionSessionTimeoutError,  # 25P03
    asyncpg.InterfaceError,
    asyncpg.InternalClientError,
    ConnectionResetError,
]
SILENT = TimeoutError
"""Costs the time of a command, after which there is none for another."""
LATE = [asyncpg.QueryCanceledError, asyncpg.LockNotAvailableError]  # 57014, 55P03
AGAIN = [
    asyncpg.SerializationError,  # 40001
    asyncpg.DeadlockDetectedError,  # 40P01
    asyncpg.InvalidCachedStatementError,
    asyncpg.OutdatedSchemaCacheError,
]
BROKEN = [
    asyncpg.UniqueViolationError,  # 23505
    asyncpg.ForeignKeyViolationError,  # 23503
    asyncpg.CheckViolationError,  # 23514
    asyncpg.NotNullViolationError,  # 23502
    asyncpg.ExclusionViolationError,  # 23P01
]
REFUSED = [
    asyncpg.DataError,
    asyncpg.InvalidTextRepresentationError,
    asyncpg.NumericValueOutOfRangeError,
    asyncpg.CharacterNotInRepertoireError,
    asyncpg.StringDataRightTruncationError,
]
FULL = [asyncpg.DiskFullError, asyncpg.OutOfMemoryError, asyncpg.ReadOnlySQLTransactionError]
UNKNOWN_SCHEMA = [asyncpg.UndefinedTableError, asyncpg.UndefinedColumnError, asyncpg.UndefinedFunctionError]
methods = pytest.mark.parametrize("method", [READ, WRITE])
places = pytest.mark.parametrize("place", ["statement", "commit"])


@methods
@pytest.mark.parametrize("kind", UNREACHABLE)
async def test_a_database_that_is_not_to_be_had(kind: type[Exception], method: str) -> None:
    driver = Driver("acquire", told(kind))
    response, _ = await answer(driver, method)
    assert_passing(response, "database_unavailable")
    assert driver.calls == ["acquire"]


@pytest.mark.parametrize("kind", LOST)
async def test_a_read_that_loses_its_connection_tries_once_more(kind: type[Exception]) -> None:
    driver = Driver("statement", told(kind), times=1)
    response, _ = await answer(driver, READ)
    assert (response.status_code, response.json()) == (200, True)
    assert driver.calls == ["acquire", "statement", "terminate", "acquire", "statement"]


@pytest.mark.parametrize("kind", LOST)
async def test_a_read_that_loses_two_connections_gives_up(kind: type[Exception]) -> None:
    driver = Driver("statement", told(kind))
    response, _ = await answer(driver, READ)
    assert_passing(response, "database_unavailable")
    assert driver.calls.count("statement") == 2


async def test_a_read_that_meets_silence_does_not_wait_for_another() -> None:
    driver = Driver("statement", told(SILENT), times=1)
    response, _ = await answer(driver, READ)
    assert_passing(response, "database_unavailable")
    assert driver.calls == ["acquire", "statement", "terminate"]


@places
@pytest.mark.parametrize("kind", [*LOST, SILENT])
async def test_a_write_that_loses_its_connection_is_unknown(kind: type[Exception], place: str) -> None:
    driver = Driver(place, told(kind), times=1)
    response, _ = await answer(driver, WRITE)
    assert_passing(response, "outcome_unknown")
    assert "Idempotency-Key" in response.json()["detail"]
    assert driver.calls.count("statement") == 1
    assert driver.calls[-1] == "terminate"


@pytest.mark.parametrize("kind", LOST)
async def test_a_write_that_had_not_begun_begins_once_more(kind: type[Exception]) -> None:
    driver = Driver("begin", told(kind), times=1)
    response, _ = await answer(driver, WRITE)
    assert response.status_code == 201, response.text
    assert driver.calls.count("statement") == 1
    driver = Driver("begin", told(kind))
    response, _ = await answer(driver, WRITE)
    assert_passing(response, "database_unavailable")
    assert driver.calls.count("begin") == 2


@methods
@pytest.mark.parametrize("kind", LATE)
async def test_what_takes_too_long(kind: type[Exception], method: str) -> None:
    driver = Driver("statement", told(kind))
    response, _ = await answer(driver, method)
    assert_passing(response, "timed_out")
    assert driver.calls.count("statement") == 1


@places
@pytest.mark.parametrize("kind", AGAIN)
async def test_a_write_that_met_others_is_done_again(kind: type[Exception], place: str) -> None:
    driver = Driver(place, told(kind), times=3)
    response, _ = await answer(driver, WRITE)
    assert response.status_code == 201, response.text
    assert driver.calls.count("begin") == driver.calls.count("statement") == 4
    driver = Driver(place, told(kind))
    response, _ = await answer(driver, WRITE)
    assert_passing(response, "retry_transaction")
    assert driver.calls.count("begin") == 4


async def test_attempts_are_a_moment_apart_each_time_another(monkeypatch: pytest.MonkeyPatch) -> None:
    pauses: list[float] = []

    async def sleep(seconds: float) -> None:
        pauses.append(seconds)

    monkeypatch.setattr(asyncio, "sleep", sleep)
    for _ in range(20):
        await answer(Driver("commit", told(asyncpg.SerializationError)), WRITE)
    assert len(set(pauses)) == len(pauses) == 60
    assert max(pauses[::3]) <= 0.02 < max(pauses[2::3]) <= 0.18


@pytest.mark.alarms
@places
@pytest.mark.parametrize("kind", BROKEN)
async def test_a_rule_that_nobody_foresaw_gives_alarm(kind: type[Exception], place: str) -> None:
    response, logs = await answer(Driver(place, told(kind, constraint_name="effects_odd")), WRITE)
    assert_problem(response, 500, "internal_error")
    assert_nothing_leaks(response, [CANARY, "effects_odd"])
    alarms = [log for log in logs if log["event"] == "constraint_violated"]
    assert [(log["log_level"], log["constraint"]) for log in alarms] == [("error", "effects_odd")]
    assert CANARY not in str(logs)


@places
async def test_a_user_who_was_erased_meanwhile_is_nobody(place: str) -> None:
    kind = told(asyncpg.ForeignKeyViolationError, constraint_name="effects_user_fkey")
    response, _ = await answer(Driver(place, kind), WRITE)
    assert_problem(response, 401, "unauthorized")


@pytest.mark.alarms
@methods
@pytest.mark.parametrize("kind", REFUSED)
async def test_a_value_that_only_the_database_refused_gives_alarm(kind: type[Exception], method: str) -> None:
    response, logs = await answer(Driver("statement", told(kind)), method)
    assert_problem(response, 400, "invalid_request")
    assert_nothing_leaks(response, [CANARY])
    alarms = [log for log in logs if log["event"] == "value_refused"]
    assert [log["log_level"] for log in alarms] == ["error"]
    assert alarms[0]["sqlstate"].startswith("22")
    assert CANARY not in str(logs)


@methods
@pytest.mark.parametrize("kind", FULL)
async def test_a_server_that_cannot_work(kind: type[Exception], method: str) -> None:
    response, _ = await answer(Driver("statement", told(kind)), method)
    assert_passing(response, "database_unavailable")


@methods
@pytest.mark.parametrize("kind", UNKNOWN_SCHEMA)
async def test_a_schema_that_lacks_something(kind: type[Exception], method: str) -> None:
    response, _ = await answer(Driver("statement", told(kind)), method)
    assert_passing(response, "schema_mismatch")


@methods
@pytest.mark.parametrize("kind", [asyncpg.InsufficientPrivilegeError, asyncpg.PostgresSyntaxError, KeyError])
async def test_what_is_our_own_fault(kind: type[Exception], method: str) -> None:
    response, logs = await answer(Driver("statement", told(kind)), method)
    assert_problem(response, 500, "internal_error")
    assert_nothing_leaks(response, [CANARY])
    assert [log["log_level"] for log in logs if log["event"] == "unhandled error"] == ["error"]
