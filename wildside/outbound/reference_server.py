"""A running Wildside, asked over HTTP with the standard library."""

import asyncio
import http.client
from dataclasses import dataclass
from urllib.parse import urlsplit

from wildside.domain.errors import BackendUnavailable
from wildside.ports.parity import Reply

_PATH = "/api/v1/reference"
_LARGEST = 64 * 1024 * 1024  # bytes: a broken server shall not fill our memory


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
        connection = make(parts.hostname or "", parts.port, timeout=self.timeout)
        try:
            # Bytes are to be compared as they are, so in no coding.
            headers = {"Accept": "application/json", "Accept-Encoding": "identity", "Connection": "close"}
            connection.request("GET", parts.path.rstrip("/") + _PATH + path, headers=headers)
            response = connection.getresponse()
            content = response.read(_LARGEST + 1)
            if len(content) > _LARGEST:
                raise http.client.HTTPException(f"{path} is more than {_LARGEST} bytes")
            if response.length:
                raise http.client.IncompleteRead(content, response.length)
            return Reply(response.status, content)
        finally:
            connection.close()
