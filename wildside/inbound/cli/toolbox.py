"""What the commands need from outside; the composition root provides it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:  # a command imports no more than it asks for
    import socket
    from collections.abc import Callable
    from contextlib import AbstractAsyncContextManager, AbstractContextManager
    from pathlib import Path

    from wildside.config import DatabaseUrl
    from wildside.domain.audit import Wiring
    from wildside.domain.example_routes import ExampleCity
    from wildside.domain.source import Source
    from wildside.inbound.cli.db.toolbox import DatabaseToolbox
    from wildside.inbound.http.servers import AsgiServer
    from wildside.ports.history import HistoryDatabase
    from wildside.ports.ingestion import Extract
    from wildside.ports.parity import ReferenceApp, ReferenceServer
    from wildside.ports.passwords import Passwords
    from wildside.settings import Settings


class KeyFiles(Protocol):
    """Writes files of session keys."""

    def create(self, path: Path, text: str) -> None:
        """Write a file that only its owner may read. Raises OutputFailed, also where there is one."""
        ...

    def replace(self, path: Path, text: str) -> None:
        """Put a file in the place of another, whole, with its mode and owner. Raises OutputFailed."""
        ...


class Toolbox(Protocol):
    """The outside, as the commands use it."""

    @property
    def database(self) -> DatabaseToolbox:
        """The tools of `wildside db`."""
        ...

    @property
    def key_files(self) -> KeyFiles:
        """Files of session keys."""
        ...

    def read_source(self, folder: Path | None) -> Source:
        """Read reference files: of a folder, or those that come with the program."""
        ...

    def open_database(
        self, url: DatabaseUrl, application: str
    ) -> AbstractAsyncContextManager[HistoryDatabase]:
        """Open a database for one operator's work, with patience that requests do not get."""
        ...

    def passwords(self) -> AbstractAsyncContextManager[Passwords]:
        """Hash passwords while the context lasts."""
        ...

    def open_extract(self, path: Path) -> Extract:
        """Open a file of OpenStreetMap. Raises ToolMissing without the extra `osm`."""
        ...

    def read_example_city(self) -> ExampleCity:
        """Read the demo city's routes, which come with the program. Raises ExampleRoutesInvalid."""
        ...

    def migrate(self, url: DatabaseUrl, progress: Callable[[str], None]) -> int:
        """Apply pending migrations and return how many there were."""
        ...

    def wiring(self, url: DatabaseUrl) -> Wiring:
        """Start the API over a database, and return what it is made of."""
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
        watched: socket.socket | None = None,
        server: AsgiServer | None = None,
    ) -> None:
        """Serve the API until SIGINT or SIGTERM, or not at all if `told` to stop before it began.

        The metrics are to be had at `watched`.
        """
        ...

    def served(self, settings: Settings, listener: socket.socket) -> AbstractAsyncContextManager[str]:
        """Serve the API while the context lasts; it is the URL."""
        ...

    def reference_server(self, url: str) -> ReferenceServer:
        """Ask a running Wildside."""
        ...

    def reference_app(self, url: str, folder: Path, snapshot: Path | None) -> ReferenceApp:
        """Read as an app does that keeps its cache in a folder. Raises SettingsInvalid for a wrong URL."""
        ...
