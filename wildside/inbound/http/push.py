"""Telling clients that there is a new release: by answering late, or as server-sent events.

Only the token travels; a client then asks for what changed.
"""

import asyncio
import random
from collections.abc import AsyncIterator
from time import monotonic

from starlette.responses import Response, StreamingResponse

from wildside.domain.errors import WildsideError
from wildside.domain.release import canonical
from wildside.inbound.http.queries import number, query
from wildside.inbound.http.representations import REVALIDATE, answer, check_accept
from wildside.inbound.http.state import ApiRequest

LONGEST_WAIT = 60
HEARTBEAT = 15.0
"""Seconds after which a silent stream sends a comment, so that no proxy takes it for dead."""
DEBOUNCE = 0.1
"""Seconds in which versions that follow one another become one event."""
UNHEARD = 1.0
"""Seconds between two looks while nobody listens to the database."""


async def version(request: ApiRequest) -> Response:
    """Answer with the release's token and its tables; with `wait`, once it is not what the client has."""
    check_accept(request)
    asked = query(request, "wait")
    deadline = monotonic() + number("wait", asked.get("wait", "0"), LONGEST_WAIT)
    while True:
        mark = request.state["news"].mark
        response = answer(request, (await request.state["current_release"]()).summary, REVALIDATE)
        left = deadline - monotonic()
        if response.status_code != 304 or left <= 0 or request.state["draining"].is_set():
            return response
        await _pause(request, mark, left)


async def events(request: ApiRequest) -> Response:
    """Stream an event for each new release, first for one that is newer than Last-Event-ID."""
    query(request)
    await request.state["current_release"]()  # what is wrong now is told as a problem, not as a stream
    headers = {"Cache-Control": "no-store", "X-Accel-Buffering": "no"}
    if request.method == "HEAD":
        return Response(headers=headers, media_type="text/event-stream")
    return StreamingResponse(_stream(request), headers=headers, media_type="text/event-stream")


async def _stream(request: ApiRequest) -> AsyncIterator[bytes]:
    known = request.headers.get("last-event-id", "")
    yield _retry()
    spoke = monotonic()
    while not request.state["draining"].is_set():
        mark = request.state["news"].mark
        token = await _token(request)
        if token not in {None, known}:
            known, spoke = str(token), monotonic()
            data = canonical({"referenceVersion": token}).decode()
            yield f"id: {token}\nevent: release\ndata: {data}\n\n".encode()
        silent = spoke + HEARTBEAT - monotonic()
        if silent <= 0:
            spoke = monotonic()
            yield b": still here\n\n" if token else b": the database is away\n\n"
            continue
        await _pause(request, mark, silent)
        await asyncio.sleep(DEBOUNCE)
    yield _retry()


def _retry() -> bytes:
    """Say when to come back: not all at once, when a process with a thousand listeners ends."""
    return f"retry: {random.randint(1000, 5000)}\n\n".encode()  # noqa: S311 - spreads, hides nothing


async def _token(request: ApiRequest) -> str | None:
    """Return the newest token, or None while the database is away: the stream outlives that."""
    try:
        return (await request.state["current_release"]()).token
    except WildsideError:
        await asyncio.sleep(UNHEARD)
        return None


async def _pause(request: ApiRequest, mark: int | None, seconds: float) -> None:
    """Wait for news or for the end of this process, at most so many seconds."""
    news, draining = request.state["news"], request.state["draining"]
    longest = seconds if mark is not None else min(seconds, UNHEARD)
    waits = [asyncio.ensure_future(news.later(mark, longest)), asyncio.ensure_future(draining.wait())]
    try:
        await asyncio.wait(waits, return_when=asyncio.FIRST_COMPLETED)
    finally:
        for wait in waits:
            wait.cancel()
