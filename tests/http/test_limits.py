"""Bodies are limited, by what is announced and by what arrives."""

from collections.abc import AsyncIterator

import httpx2
import pytest
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route
from starlette.types import ASGIApp

from tests.http.support import ROUTES, Stores, assert_problem, client_of, over
from wildside.inbound.http.limits import BodyLimit
from wildside.inbound.http.problems import EXCEPTION_HANDLERS, problem
from wildside.inbound.http.tracing import Tracing


async def size(request: Request) -> Response:
    return PlainTextResponse(str(len(await request.body())))


def reader(limit: int) -> ASGIApp:
    """An application that reads bodies, which no route of ours does yet."""
    starlette = Starlette(
        routes=[Route("/", size, methods=["POST"])],
        middleware=[Middleware(BodyLimit, limit=limit)],
        exception_handlers=EXCEPTION_HANDLERS,
    )
    return Tracing(starlette, crashed=lambda scope: problem(scope, 500))


async def chunks(*sizes: int) -> AsyncIterator[bytes]:
    for length in sizes:
        yield b"x" * length


@pytest.mark.parametrize("path", ROUTES)
@pytest.mark.parametrize("length", ["262145", "9" * 19, "9" * 5000])
async def test_an_announced_body_over_the_limit_is_refused(path: str, length: str) -> None:
    async with client_of(over(Stores())) as client:
        response = await client.request("GET", path, headers={"Content-Length": length})
    problem = assert_problem(response, 413, "payload_too_large")
    assert "262144" in problem["detail"]


async def test_a_body_of_the_limit_is_read() -> None:
    async with client_of(reader(10)) as client:
        assert (await client.post("/", content=b"x" * 10)).text == "10"
        assert (await client.post("/", content=chunks(4, 6))).text == "10"


@pytest.mark.parametrize("sizes", [(11,), (4, 6, 1), (1,) * 11])
async def test_a_body_that_grows_over_the_limit_is_refused(sizes: tuple[int, ...]) -> None:
    async with client_of(reader(10)) as client:
        response = await client.post("/", content=chunks(*sizes))
    assert_problem(response, 413, "payload_too_large")


async def test_a_small_announcement_does_not_open_the_door() -> None:
    async with client_of(reader(10)) as client:
        response = await client.post("/", content=chunks(11), headers={"Content-Length": "5"})
    assert_problem(response, 413, "payload_too_large")


@pytest.mark.parametrize("length", ["", "-1", "ten", "1e9", "٣"])
async def test_an_unreadable_announcement_counts_for_nothing(length: str) -> None:
    async with client_of(reader(10)) as client:
        headers = {b"Content-Length": length.encode()}
        response = await client.post("/", content=chunks(10), headers=headers)
    assert response.text == "10"


def test_a_real_server_refuses_an_announced_body(server: httpx2.Client) -> None:
    assert_problem(server.post("/health", content=b"x" * 262145), 413, "payload_too_large")
