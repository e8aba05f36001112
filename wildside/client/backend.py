"""Asking the backend over HTTP; what comes back has been checked as far as its headers allow."""

import asyncio
import base64
import hashlib
import http.client
import re
import time
import zlib
from collections.abc import AsyncGenerator, Mapping
from contextlib import closing
from dataclasses import dataclass
from urllib.parse import quote, urlsplit

from wildside.client.errors import BackendUnavailable, NotIntact, Refused
from wildside.client.events import Event, read_events

_LARGEST = 64 * 1024 * 1024  # bytes, packed or not: a broken backend shall not fill our memory
_CHUNK = 64 * 1024
_SHA_256 = re.compile(r"(?:^|,)\s*sha-256=:([A-Za-z0-9+/=]+):")
_PATH = "/api/v1/reference"
_TEMPORARY = {408, 425, 429}


@dataclass(frozen=True, slots=True)
class _Reply:
    status: int
    headers: Mapping[str, str]
    raw: bytes


@dataclass(frozen=True, slots=True)
class Backend:
    """The reference endpoints of the backend at `url`; `timeout` is for a whole request, in seconds.

    Each method raises BackendUnavailable when there is no answer, Refused when it is a 4xx, and
    NotIntact when the bytes are not those that were sent.
    """

    url: str
    timeout: float

    async def bootstrap(self) -> bytes:
        """Fetch /bootstrap, which must carry its Repr-Digest."""
        reply = await self._get("/bootstrap")
        if _sha_256(reply) is None:
            raise NotIntact("/bootstrap came without a Repr-Digest")
        return _content(reply)

    async def changes(self, since: str) -> bytes:
        """Fetch /changes since a token."""
        return _content(await self._get(f"/changes?since={quote(since, safe='')}"))

    def events(self) -> AsyncGenerator[Event, None]:
        """Open /events; its first event is the newest release. To be closed by who reads it."""
        return read_events(lambda seconds: self._asked("/events", seconds, coding="identity"))

    async def _get(self, path: str) -> _Reply:
        try:
            # The thread has limits of its own; this one is for what it cannot limit, such as
            # looking up a name.
            async with asyncio.timeout(self.timeout):
                reply = await asyncio.to_thread(self._fetch, path)
        except (OSError, http.client.HTTPException) as error:
            reason = str(error) or type(error).__name__
            raise BackendUnavailable(f"the backend cannot be reached: {reason}") from error
        if reply.status != 200:
            raise _failure(reply)
        return reply

    def _fetch(self, path: str) -> _Reply:
        deadline = time.monotonic() + self.timeout
        with closing(self._asked(path, self.timeout)) as connection:
            response = connection.getresponse()
            lines = response.headers
            joined = {name.lower(): ", ".join(lines.get_all(name, [])) for name in lines}
            return _Reply(response.status, joined, _read(response, deadline))

    def _asked(self, path: str, timeout: float, coding: str = "gzip") -> http.client.HTTPConnection:
        """Connect and ask; `timeout` is for each packet, in seconds."""
        headers = {"Accept": "*/*", "Accept-Encoding": coding, "Connection": "close"}
        parts = urlsplit(self.url)
        make = http.client.HTTPSConnection if parts.scheme == "https" else http.client.HTTPConnection
        connection = make(parts.hostname or "", parts.port, timeout=timeout)
        try:
            connection.request("GET", parts.path.rstrip("/") + _PATH + path, headers=headers)
        except BaseException:
            connection.close()
            raise
        return connection


def _read(response: http.client.HTTPResponse, deadline: float) -> bytes:
    """Read all of a body: a socket's timeout is for each packet, and packets can come for ever."""
    with response:
        expected = response.length
        content = bytearray()
        while chunk := response.read1(_CHUNK):
            content += chunk
            if len(content) > _LARGEST:
                raise http.client.HTTPException(f"more than {_LARGEST} bytes")
            if time.monotonic() > deadline:
                raise TimeoutError("the answer takes too long")
    # Unlike read(), read1() takes the end of a connection for the end of the body.
    if expected is not None and len(content) < expected:
        raise http.client.IncompleteRead(bytes(content), expected - len(content))
    return bytes(content)


def _failure(reply: _Reply) -> BackendUnavailable:
    message = f"the backend answered {reply.status}"
    if 400 <= reply.status < 500 and reply.status not in _TEMPORARY:
        return Refused(message)
    wait = reply.headers.get("retry-after", "").strip()
    return BackendUnavailable(message, float(wait) if wait.isascii() and wait.isdigit() else None)


def _content(reply: _Reply) -> bytes:
    """Check the bytes as they were sent (RFC 9530: after the coding), then unpack them."""
    promised = _sha_256(reply)
    if promised is not None and promised != hashlib.sha256(reply.raw).digest():
        raise NotIntact("the bytes are not what Repr-Digest says")
    coding = reply.headers.get("content-encoding", "identity").strip().lower()
    if coding == "identity":
        return reply.raw
    if coding in {"gzip", "x-gzip"}:
        return _unpacked(reply.raw)
    raise NotIntact(f"we did not ask for the coding {coding}")


def _sha_256(reply: _Reply) -> bytes | None:
    found = _SHA_256.search(reply.headers.get("repr-digest", ""))
    if found is None:
        return None
    try:
        return base64.b64decode(found[1], validate=True)
    except ValueError as error:
        raise NotIntact("Repr-Digest is not base64") from error


def _unpacked(raw: bytes) -> bytes:
    unpack = zlib.decompressobj(wbits=zlib.MAX_WBITS | 16)  # with the frame of gzip
    try:
        content = unpack.decompress(raw, _LARGEST)
    except zlib.error as error:
        raise NotIntact(f"the bytes cannot be unpacked: {error}") from error
    if not unpack.eof:
        raise NotIntact("the packed bytes are cut short, or too many")
    return content
