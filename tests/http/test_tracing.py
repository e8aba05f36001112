"""Every answer names its trace: the caller's if that is a valid one, else a new one."""

import httpx2
import pytest

from tests.http.support import READS, ROUTES, TRACE_ID, Stores, client_of, over

TRACE = "4bf92f3577b34da6a3ce929d0e0e4736"
SPAN = "00f067aa0ba902b7"
VALID = f"00-{TRACE}-{SPAN}-01"
INVALID = {
    "trace id of zeros": f"00-{'0' * 32}-{SPAN}-01",
    "span id of zeros": f"00-{TRACE}-{'0' * 16}-01",
    "forbidden version": f"ff-{TRACE}-{SPAN}-01",
    "upper case": VALID.upper(),
    "short trace id": f"00-{TRACE[1:]}-{SPAN}-01",
    "more fields than version 00 has": f"{VALID}-extra",
    "a line break": f"{VALID}\n",
    "no flags": f"00-{TRACE}-{SPAN}",
    "junk": "junk",
    "nothing": "",
    "not ASCII": f"00-{TRACE}-{SPAN}-0é",
}


async def trace_of(client: httpx2.AsyncClient, path: str, traceparent: str | None) -> str:
    headers = [] if traceparent is None else [(b"traceparent", traceparent.encode())]
    found: list[str] = (await client.get(path, headers=headers)).headers.get_list("trace-id")
    assert len(found) == 1
    return found[0]


@pytest.mark.parametrize("path", [*ROUTES, "/nope", "/health?x", f"{READS[0]}?x"])
async def test_a_valid_traceparent_is_continued(client: httpx2.AsyncClient, path: str) -> None:
    assert await trace_of(client, path, VALID) == TRACE


@pytest.mark.parametrize("traceparent", [None, *INVALID.values()], ids=["absent", *INVALID])
async def test_without_a_valid_traceparent_the_trace_is_new(
    client: httpx2.AsyncClient, traceparent: str | None
) -> None:
    found = [await trace_of(client, READS[0], traceparent) for _ in range(2)]
    assert found[0] != found[1]
    assert all(TRACE_ID.fullmatch(trace) and trace != TRACE and int(trace, 16) for trace in found)


async def test_a_later_version_of_traceparent_is_continued(client: httpx2.AsyncClient) -> None:
    """Trace Context, section 3.2.2.4: read what a higher version shares with 00."""
    assert await trace_of(client, READS[0], f"01-{TRACE}-{SPAN}-01") == TRACE
    assert await trace_of(client, READS[0], f"cc-{TRACE}-{SPAN}-01-what-the-future-brings") == TRACE
    assert await trace_of(client, READS[0], f"cc-{TRACE}-{SPAN}-01x") != TRACE


async def test_two_traceparents_are_none(client: httpx2.AsyncClient) -> None:
    """As the test suite of Trace Context has it: nobody can tell which one is meant."""
    lines = [("traceparent", VALID), ("traceparent", VALID.replace("4bf9", "4bf8"))]
    response = await client.get(READS[0], headers=lines)
    assert response.headers["trace-id"] not in {TRACE, TRACE.replace("4bf9", "4bf8")}


@pytest.mark.parametrize("path", READS)
async def test_an_unmodified_answer_names_its_trace(client: httpx2.AsyncClient, path: str) -> None:
    response = await client.get(path, headers={"If-None-Match": "*", "traceparent": VALID})
    assert (response.status_code, response.headers.get_list("trace-id")) == (304, [TRACE])


@pytest.mark.parametrize("path", [*ROUTES, "/nope"])
async def test_a_head_answer_names_its_trace(client: httpx2.AsyncClient, path: str) -> None:
    response = await client.head(path, headers={"traceparent": VALID})
    assert response.headers.get_list("trace-id") == [TRACE]


async def test_an_unexpected_error_names_its_trace() -> None:
    async with client_of(over(Stores(KeyError("x")))) as client:
        response = await client.get(READS[0], headers={"traceparent": VALID})
    assert response.status_code == 500
    assert response.headers.get_list("trace-id") == [TRACE]
    assert response.json()["traceId"] == TRACE


async def test_an_unexpected_error_is_logged_with_its_trace(capsys: pytest.CaptureFixture[str]) -> None:
    async with client_of(over(Stores(KeyError("what went wrong")))) as client:
        await client.get(READS[0], headers={"traceparent": VALID})
    logged = "".join(capsys.readouterr())
    assert TRACE in logged
    assert "what went wrong" in logged
