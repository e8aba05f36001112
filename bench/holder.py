"""Hold many streams of events open, and say when each was told something; a process of its own.

python -m bench.holder PORT NUMBER TOKEN

It prints three lines of JSON: when all are open, when all had an event, when all have ended. Moments
are of the clock that all processes of one machine share.
"""

import asyncio
import contextlib
import json
import resource
import sys
import time
from dataclasses import dataclass, field

from bench.cases import BASE

AT_ONCE = 50
"""Connections that are opened at the same time: fewer than a server's queue holds."""
PATIENCE = 120.0


@dataclass(slots=True)
class Seen:
    """What the streams have seen so far."""

    open: int = 0
    told: list[float] = field(default_factory=list)
    ended: list[float] = field(default_factory=list)
    polite: int = 0
    """Streams that were told when to come back, and then ended as HTTP ends a body."""


async def one(port: int, token: str, door: asyncio.Semaphore, seen: Seen) -> None:
    """Open a stream and read it to its end."""
    async with door:
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        head = f"GET {BASE}/events HTTP/1.1\r\nHost: localhost\r\nLast-Event-ID: {token}\r\n\r\n"
        writer.write(head.encode())
        await reader.readuntil(b"retry: ")
    seen.open += 1
    last = b""
    with contextlib.suppress(ConnectionError):
        while data := await reader.read(4096):
            if b"event: release" in data:
                seen.told.append(time.monotonic())
            last = (last + data)[-100:]
            if last.endswith(b"0\r\n\r\n"):
                break
    seen.ended.append(time.monotonic())
    seen.polite += b"retry: " in last and last.endswith(b"0\r\n\r\n")
    writer.close()


async def until(enough: list[float], wanted: int) -> None:
    """Wait until as many as wanted are there, or patience ends."""
    deadline = time.monotonic() + PATIENCE
    while len(enough) < wanted and time.monotonic() < deadline:  # noqa: ASYNC110 - as below
        await asyncio.sleep(0.02)


async def hold(port: int, wanted: int, token: str) -> None:
    seen, door = Seen(), asyncio.Semaphore(AT_ONCE)
    async with asyncio.TaskGroup() as group:
        for _ in range(wanted):
            group.create_task(one(port, token, door, seen))
        while seen.open < wanted:  # noqa: ASYNC110 - a count, looked at rarely
            await asyncio.sleep(0.02)
        say({"open": seen.open})
        await until(seen.told, wanted)
        say({"told": sorted(seen.told)})
        await until(seen.ended, wanted)
        say({"ended": sorted(seen.ended), "polite": seen.polite})


def say(line: object) -> None:
    print(json.dumps(line), flush=True)


def main() -> None:
    port, wanted, token = int(sys.argv[1]), int(sys.argv[2]), sys.argv[3]
    allow_files(wanted + 100)
    asyncio.run(hold(port, wanted, token))


def allow_files(wanted: int) -> None:
    """Let this process, and those it starts, have so many files and sockets open."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    if soft < wanted:
        resource.setrlimit(resource.RLIMIT_NOFILE, (min(wanted, hard), hard))


if __name__ == "__main__":
    main()
