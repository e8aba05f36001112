"""Every failure is a problem document (RFC 9457) that says the same thing in body and headers."""

import httpx2
import pytest
from structlog.testing import capture_logs

from tests.http.support import (
    READS,
    REFERENCE,
    ROUTES,
    Stores,
    assert_nothing_leaks,
    assert_problem,
    client_of,
    over,
)
from wildside.domain.errors import (
    ConstraintViolated,
    NoRelease,
    QueryFailed,
    RetryTransaction,
    SchemaMismatch,
    StoreError,
    TimedOut,
    Unavailable,
    WildsideError,
)

CANARY = "canary-4711"
PASSING = [
    (Unavailable, "database_unavailable"),
    (TimedOut, "timed_out"),
    (RetryTransaction, "retry_transaction"),
    (SchemaMismatch, "schema_mismatch"),
]
NO_TABLES = [
    "nope",
    "constructor",
    "__proto__",
    "toString",
    "pg_class",
    "pg_catalog.pg_class",
    "reference_counter",
    "_yoyo_migration",
    "TAGS",
    "tags ",
    "tags%20",
    "tags;drop%20table%20tags",
    "tags'--",
    "%22tags%22",
    "%00",
    "tags%00",
    "%e2%98%83",
    "%ff",
    "%F0%9F%A5%BE",
    "x" * 8000,
]


@pytest.mark.parametrize("path", ["/", "/nope", "/api", "/api/v1", "/api/v2/reference/tags", "/health/nope"])
async def test_an_unknown_path_is_not_found(client: httpx2.AsyncClient, path: str) -> None:
    assert_problem(await client.get(path), 404, "not_found")


@pytest.mark.parametrize("path", ["", "/", "/tags/", "/tags/coffee", "//tags", "/..%2f..%2fetc%2fpasswd"])
async def test_only_the_exact_path_is_found(client: httpx2.AsyncClient, path: str) -> None:
    assert_problem(await client.get(REFERENCE + path), 404, "not_found")


@pytest.mark.parametrize("name", NO_TABLES, ids=lambda name: name[:30])
async def test_an_unknown_table_is_not_found(client: httpx2.AsyncClient, name: str) -> None:
    problem = assert_problem(await client.get(f"{REFERENCE}/{name}"), 404, "not_found")
    assert problem["detail"]


@pytest.mark.parametrize("name", NO_TABLES, ids=lambda name: name[:30])
def test_a_real_server_finds_no_unknown_table_either(server: httpx2.Client, name: str) -> None:
    assert_problem(server.get(f"{REFERENCE}/{name}"), 404, "not_found")


@pytest.mark.parametrize("path", ROUTES)
@pytest.mark.parametrize("method", ["POST", "PUT", "PATCH", "DELETE", "OPTIONS", "BREW"])
async def test_a_wrong_method_learns_which_are_right(
    client: httpx2.AsyncClient, path: str, method: str
) -> None:
    response = await client.request(method, path)
    assert_problem(response, 405, "method_not_allowed")
    assert set(response.headers["allow"].split(", ")) == {"GET", "HEAD"}


@pytest.mark.parametrize("path", READS)
@pytest.mark.parametrize(
    "accept", ["text/html", "application/xml, text/*", "application/json;q=0", "*/*;q=0"]
)
async def test_an_accept_header_without_json_is_not_acceptable(
    client: httpx2.AsyncClient, path: str, accept: str
) -> None:
    problem = assert_problem(await client.get(path, headers={"Accept": accept}), 406, "not_acceptable")
    assert "application/json" in problem["detail"]


BROWSER = "text/html,application/xhtml+xml,application/xml;q=0.9,image/avif,image/webp,*/*;q=0.8"


@pytest.mark.parametrize("path", READS)
@pytest.mark.parametrize("accept", ["*/*", "application/*", "application/json", BROWSER])
async def test_an_accept_header_with_json_is_fine(client: httpx2.AsyncClient, path: str, accept: str) -> None:
    response = await client.get(path, headers={"Accept": accept})
    assert response.status_code == 200, response.text


async def test_no_accept_header_is_fine(client: httpx2.AsyncClient) -> None:
    del client.headers["accept"]
    assert (await client.get(READS[0])).status_code == 200


async def test_an_accept_header_may_come_in_two_lines(client: httpx2.AsyncClient) -> None:
    lines = [("Accept", "text/html"), ("Accept", "application/json")]
    del client.headers["accept"]
    assert (await client.get(READS[0], headers=lines)).status_code == 200


@pytest.mark.parametrize("path", READS)
async def test_unknown_parameters_are_refused_all_at_once(client: httpx2.AsyncClient, path: str) -> None:
    response = await client.get(f"{path}?since=3&lang=es&lang=fr&%00=&empty")
    problem = assert_problem(response, 400, "invalid_request")
    assert [error["parameter"] for error in problem["errors"]] == ["\0", "empty", "lang", "since"]
    assert {error["code"] for error in problem["errors"]} == {"unknown_parameter"}
    assert all(error["detail"] for error in problem["errors"])


@pytest.mark.parametrize("name", ["/since", "", "/"])
async def test_a_parameter_is_not_taken_for_a_place_in_a_body(client: httpx2.AsyncClient, name: str) -> None:
    problem = assert_problem(await client.get(READS[0], params={name: "3"}), 400, "invalid_request")
    assert [error.get("parameter") for error in problem["errors"]] == [name]


@pytest.mark.parametrize("path", READS)
@pytest.mark.parametrize(("error", "code"), PASSING, ids=[code for _, code in PASSING])
async def test_a_failing_store_makes_the_service_unavailable(
    path: str, error: type[WildsideError], code: str
) -> None:
    async with client_of(over(Stores(error(f"on host {CANARY}")))) as client:
        response = await client.get(path)
    assert_problem(response, 503, code)
    assert int(response.headers["retry-after"]) > 0
    assert_nothing_leaks(response, [CANARY])


@pytest.mark.parametrize("path", READS)
async def test_before_the_first_seed_there_is_no_release(path: str) -> None:
    async with client_of(over(Stores(NoRelease("run wildside seed")))) as client:
        response = await client.get(path)
    problem = assert_problem(response, 503, "no_release")
    assert int(response.headers["retry-after"]) > 0
    assert problem["detail"] == "run wildside seed"


@pytest.mark.alarms
@pytest.mark.parametrize("path", READS)
@pytest.mark.parametrize(
    "error",
    [
        KeyError(CANARY),
        ExceptionGroup(CANARY, [ValueError(CANARY)]),
        QueryFailed(CANARY),
        ConstraintViolated(CANARY, CANARY),
        StoreError(CANARY),
    ],
    ids=repr,
)
async def test_an_unexpected_error_is_a_redacted_problem(path: str, error: Exception) -> None:
    with capture_logs():
        async with client_of(over(Stores(error))) as client:
            response = await client.get(path)
    assert_problem(response, 500, "internal_error")
    assert_nothing_leaks(response, [CANARY, type(error).__name__])


@pytest.mark.parametrize("path", ["/health", "/health/ready"])
async def test_a_readiness_check_that_breaks_is_a_redacted_problem(path: str) -> None:
    with capture_logs():
        async with client_of(over(Stores(KeyError(CANARY)))) as client:
            response = await client.get(path)
    assert_problem(response, 500, "internal_error")
    assert_nothing_leaks(response, [CANARY, "KeyError"])


async def test_a_problem_answers_a_head_request_too(client: httpx2.AsyncClient) -> None:
    response = await client.head(f"{REFERENCE}/nope")
    assert (response.status_code, response.content) == (404, b"")
    assert response.headers["content-type"] == "application/problem+json"
    assert response.headers["cache-control"] == "no-store"
