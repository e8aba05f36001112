"""A running Wildside, asked over HTTP with the standard library."""

import asyncio
import http.client
import time
from dataclasses import dataclass
from urllib.parse import urlsplit

from wildside.domain.command_errors import BackendUnavailable
from wildside.ports.parity import Reply

_PATH = "/api/v1/reference"
_LARGEST = 64 * 1024 * 1024  # bytes: a broken server shall not fill our memory
_CHUNK = 64 * 1024


@dataclass(frozen=True, slots=True)
class HttpReferenceServer:
    """The reference endpoints below `url`; `timeout` is for a whole request, in seconds."""

    url: str
    timeout: float = 20.0

    async def get(self, path: str) -> Reply:
        """Ask for a path below /api/v1/reference. Raises BackendUnavailable when there is no answer."""
        try:
            async with asyncio.timeout(self.timeout):
                return await asyncio.to_thread(self._fetch, path)
        except (OSError, http.client.HTTPException) as error:
            reason = getattr(error, "strerror", None) or str(error) or type(error).__name__
            raise BackendUnavailable(f"{self.url} cannot be reached: {reason}") from error

    def _fetch(self, path: str) -> Reply:
        parts = urlsplit(self.url)
        make = http.client.HTTPSConnection if parts.scheme == "https" else http.client.HTTPConnection
        deadline = time.monotonic() + self.timeout
        connection = make(parts.hostname or "", parts.port, timeout=self.timeout)
        try:
            # Bytes are to be compared as they are, so in no coding.
            headers = {"Accept": "application/json", "Accept-Encoding": "identity", "Connection": "close"}
            connection.request("GET", parts.path.rstrip("/") + _PATH + path, headers=headers)
            response = connection.getresponse()
            return Reply(response.status, _read(response, deadline))
        finally:
            connection.close()


def _read(response: http.client.HTTPResponse, deadline: float) -> bytes:
    """Read all of a body: a socket's timeout is for each packet, and packets can come for ever."""
    expected, content = response.length, bytearray()
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
