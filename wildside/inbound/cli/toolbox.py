"""What the commands need from outside; the composition root provides it."""

import socket
from collections.abc import Callable
from contextlib import AbstractAsyncContextManager, AbstractContextManager
from pathlib import Path
from typing import Protocol

from wildside.config import DatabaseUrl, Settings
from wildside.domain.source import Source
from wildside.inbound.cli.db.toolbox import DatabaseToolbox
from wildside.ports.history import HistoryDatabase


class Toolbox(Protocol):
    """The outside, as the commands use it."""

    @property
    def database(self) -> DatabaseToolbox:
        """The tools of `wildside db`."""
        ...

    def read_source(self, folder: Path | None) -> Source:
        """Read reference files: of a folder, or those that come with the program."""
        ...

    def open_database(
        self, url: DatabaseUrl, application: str
    ) -> AbstractAsyncContextManager[HistoryDatabase]:
        """Open a database for one operator's work, with patience that requests do not get."""
        ...

    def migrate(self, url: DatabaseUrl, progress: Callable[[str], None]) -> int:
        """Apply pending migrations and return how many there were."""
        ...

    def embedded_server(
        self, data_dir: Path, pg_bin: Path | None, *, durable: bool
    ) -> AbstractContextManager[str]:
        """Run a PostgreSQL of our own; the context is its URL."""
        ...

    def serve(
        self,
        settings: Settings,
        listener: socket.socket,
        answering: Callable[[str], None],
        told: Callable[[], bool] = lambda: False,
    ) -> None:
        """Serve the API until SIGINT or SIGTERM, or not at all if `told` to stop before it began."""
        ...
