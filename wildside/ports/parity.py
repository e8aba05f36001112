"""What a check of parity asks of a running Wildside, and of an app that reads from it."""

from dataclasses import dataclass
from typing import Protocol

from wildside.domain.parity_answers import AppView


@dataclass(frozen=True, slots=True)
class Reply:
    """An answer over HTTP: its status and its bytes, in no coding."""

    status: int
    content: bytes


class ReferenceServer(Protocol):
    """The reference endpoints of a running Wildside."""

    async def get(self, path: str) -> Reply:
        """Ask for a path below /api/v1/reference. Raises BackendUnavailable when there is no answer."""
        ...


class ReferenceApp(Protocol):
    """An app that reads reference data in each way that the client offers. No method raises: see `error`."""

    async def remote(self) -> AppView:
        """Read from the server, with an empty cache that it fills."""
        ...

    async def warm_offline(self) -> AppView:
        """Read as a later process with that cache, while no server can be reached."""
        ...

    async def local(self) -> AppView:
        """Read the packaged snapshot, with the flag off."""
        ...
