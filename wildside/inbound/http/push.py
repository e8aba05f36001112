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
from wildside.inbound.http.deadlines import extend
from wildside.inbound.http.queries import number, query
from wildside.inbound.http.representations import REVALIDATE, answer
from wildside.inbound.http.state import ApiRequest

LONGEST_WAIT = 60
HEARTBEAT = 15.0
"""Seconds after which a silent stream has sent a comment, so that no proxy takes it for dead."""
DEBOUNCE = 0.1
"""Seconds, about, in which versions that follow one another become one event."""
UNHEARD = 1.0
"""Seconds between two looks while nobody listens to the database."""


async def version(request: ApiRequest) -> Response:
    """Answer with the release's token and its tables; with `wait`, once it is not what the client has."""
    asked = query(request)
    wait = number("wait", asked.get("wait", "0"), LONGEST_WAIT)
    deadline = monotonic() + wait
    extend(request.scope, wait)
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
    due = _next_beat()
    while not request.state["draining"].is_set():
        mark = request.state["news"].mark
        token = await _token(request)
        if token not in {None, known}:
            known, due = str(token), _next_beat()
            data = canonical({"referenceVersion": token}).decode()
            yield f"id: {token}\nevent: release\ndata: {data}\n\n".encode()
        if due <= monotonic():
            due = _next_beat()
            yield b": still here\n\n" if token else b": the database is away\n\n"
            continue
        await _pause(request, mark, due - monotonic())
        if request.state["news"].mark != mark:
            await asyncio.sleep(_spread(DEBOUNCE / 2, DEBOUNCE * 3 / 2))
    yield _retry()


def _next_beat() -> float:
    return monotonic() + _spread(HEARTBEAT / 2, HEARTBEAT)


def _spread(least: float, most: float) -> float:
    """Choose a moment of its own for each listener, so that a thousand never keep the loop busy at once."""
    return random.uniform(least, most)  # noqa: S311 - spreads, hides nothing


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
    """Wait for news, which the end of this process is too, at most so many seconds."""
    await request.state["news"].later(mark, seconds if mark is not None else min(seconds, UNHEARD))
