"""Bootstraps a second: held in memory and asked for once a request, against built at each request.

python -m bench.bootstrap
"""

import asyncio
import os
import re
import signal
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

SECONDS = 3.0
BUILDING = """
import sys
from wildside import app
from wildside.domain.release import build_release
class Building:
    def __init__(self, database): self.database = database
    async def __call__(self):
        async with self.database.reading() as stores:
            return build_release(await stores.reference.content())
app.CurrentRelease = Building
from wildside.__main__ import main
main()
"""


@contextmanager
def serving(*command: str) -> Iterator[int]:
    """Run a server and give its port."""
    process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
    try:
        assert process.stdout is not None
        for line in process.stdout:
            if found := re.match(r"listening on http://127\.0\.0\.1:(\d+)", line):
                break
        else:
            raise SystemExit("the server did not start")
        yield int(found[1])
    finally:
        process.send_signal(signal.SIGTERM)
        process.wait(20)


async def one_client(port: int, request: bytes, until: float) -> list[float]:
    """Ask again and again on one connection; return the times in milliseconds."""
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    times = []
    while time.perf_counter() < until:
        start = time.perf_counter()
        writer.write(request)
        head = await reader.readuntil(b"\r\n\r\n")
        length = re.search(rb"content-length: (\d+)", head)
        if length and b" 304 " not in head:
            await reader.readexactly(int(length[1]))
        times.append((time.perf_counter() - start) * 1000)
    writer.close()
    return times


async def load(port: int, clients: int, headers: str = "") -> str:
    request = f"GET /api/v1/reference/bootstrap HTTP/1.1\r\nHost: localhost\r\n{headers}\r\n".encode()
    until = time.perf_counter() + SECONDS
    results = await asyncio.gather(*(one_client(port, request, until) for _ in range(clients)))
    times = sorted(moment for result in results for moment in result)
    p99 = times[int(len(times) * 0.99) - 1]
    return f"{len(times) / SECONDS:,.0f}/s, median {statistics.median(times):.1f} ms, p99 {p99:.1f} ms"


async def etag(port: int) -> str:
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    writer.write(b"HEAD /api/v1/reference/bootstrap HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n")
    head = (await reader.read()).decode()
    writer.close()
    return re.search(r'etag: ("[^"]+")', head)[1]  # type: ignore[index]


def main() -> None:
    print("| way | 1 connection | 32 connections |")
    print("|---|---|---|")
    with tempfile.TemporaryDirectory() as folder:
        up = ("up", "--port", "0", "--data-dir", str(Path(folder, "data")))
        with serving(sys.executable, "-m", "wildside", *up) as port:
            known = f"If-None-Match: {asyncio.run(etag(port))}\r\n"
            for name, headers in (("in memory, version asked", ""), ("the same, 304", known)):
                row = [asyncio.run(load(port, clients, headers)) for clients in (1, 32)]
                print(f"| {name} | " + " | ".join(row) + " |")
        with serving(sys.executable, "-c", BUILDING, *up) as port:
            row = [asyncio.run(load(port, clients)) for clients in (1, 32)]
            print("| built at each request | " + " | ".join(row) + " |")


if __name__ == "__main__":
    os.environ.pop("DATABASE_URL", None)
    main()
