"""Bodies that nobody reads, and protocols that nobody goes on to: no connection is left of either."""

import asyncio
from time import monotonic

import pytest
from starlette.applications import Starlette

from tests.trust.answers import ask
from wildside.inbound.http.server import reserve
from wildside.inbound.http.servers import SERVERS, server_named

DRAIN = 20.0
CHUNKED = b"POST /nowhere HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n"
UPGRADE = (
    b"GET /nowhere HTTP/1.1\r\nHost: x\r\nConnection: Upgrade, close\r\nUpgrade: h2c\r\nHTTP2-Settings: "
)
LEFT = {
    "a hundred small pieces": CHUNKED + b"1\r\nx\r\n" * 100 + b"0\r\n\r\n",
    "pieces without an end": CHUNKED + b"1\r\nx\r\n" * 100,
    "large pieces": CHUNKED + (b"10000\r\n" + b"x" * 65536 + b"\r\n") * 40 + b"0\r\n\r\n",
    "an older HTTP/2": UPGRADE + b"\r\n\r\n",
    "an older HTTP/2 by the method of the newer": UPGRADE.replace(b"GET", b"PRI", 1) + b"\r\n\r\n",
    "an older HTTP/2 with settings that are none": UPGRADE + b'W/"\r\n\r\n',
}


@pytest.mark.parametrize("sent", LEFT.values(), ids=LEFT)
@pytest.mark.parametrize("name", SERVERS)
async def test_no_connection_is_left(name: str, sent: bytes) -> None:
    """A server waits for connections that are in use when it is to end."""
    listener, stop = reserve("127.0.0.1", 0), asyncio.Event()
    address = listener.getsockname()
    serving = asyncio.ensure_future(server_named(name).serve(Starlette(), listener, stop, DRAIN))
    for _ in range(3):
        assert (await asyncio.to_thread(ask, address, sent)).status in {404, 400}
    began = monotonic()
    stop.set()
    await serving
    assert monotonic() - began < DRAIN / 2
