"""The outside, as the commands use it: put together of settings and adapters, like the application.

A part is imported by who asks for it: each is more than what a short command takes.
"""

from __future__ import annotations

import asyncio
import logging
from contextlib import asynccontextmanager, contextmanager, nullcontext
from typing import TYPE_CHECKING

from wildside.config import DatabaseUrl, demo_routes, migrations_folder, sql_folder
from wildside.outbound.key_files import KeyFiles

if TYPE_CHECKING:
    import socket
    from collections.abc import AsyncIterator, Callable, Iterator
    from pathlib import Path

    from wildside.domain.audit import Wiring
    from wildside.domain.example_routes import ExampleCity
    from wildside.domain.source import Source
    from wildside.inbound.cli.db.toolbox import DatabaseToolbox
    from wildside.inbound.http.servers import AsgiServer
    from wildside.outbound.osm_files import OsmFile
    from wildside.outbound.passwords import Argon2Passwords
    from wildside.outbound.postgres.pool import PostgresDatabase
    from wildside.ports.parity import ReferenceApp, ReferenceServer
    from wildside.settings import Settings


class Tools:
    """The outside, for the commands."""

    key_files = KeyFiles()

    @property
    def database(self) -> DatabaseToolbox:
        """The tools of `wildside db`."""
        from wildside.toolkit import DATABASE_TOOLS

        return DATABASE_TOOLS

    def read_source(self, folder: Path | None) -> Source:
        """Read reference files: of a folder, or those that come with the program."""
        from wildside.outbound.files import read_source

        return read_source(folder or sql_folder() / "reference")

    def open_database(self, url: DatabaseUrl, application: str) -> PostgresDatabase:
        """Open a database for one operator's work, with patience that requests do not get."""
        from wildside.outbound.postgres.pool import OPERATOR_LIMITS, PostgresDatabase

        return PostgresDatabase(url.asyncpg, OPERATOR_LIMITS, application)

    def passwords(self) -> Argon2Passwords:
        """Hash passwords while the context lasts."""
        from wildside.outbound.passwords import Argon2Passwords

        return Argon2Passwords()

    def open_extract(self, path: Path) -> OsmFile:
        """Open a file of OpenStreetMap. Raises ToolMissing without the extra `osm`."""
        from wildside.outbound.osm_files import open_extract

        return open_extract(path)

    def read_example_city(self) -> ExampleCity:
        """Read the demo city's routes, which come with the program."""
        from wildside.outbound.example_city import read_example_city

        return read_example_city(demo_routes())

    def migrate(self, url: DatabaseUrl, progress: Callable[[str], None]) -> int:
        """Apply pending migrations and return how many there were; then run what is repeatable."""
        from wildside.outbound.postgres.migrations import apply_migrations
        from wildside.outbound.postgres.repeatables import apply_repeatables

        applied = apply_migrations(url, migrations_folder(), progress)
        apply_repeatables(url, sql_folder() / "repeatable", progress)
        return applied

    def wiring(self, url: DatabaseUrl) -> Wiring:
        """Start the API over a database, and return what it is made of."""
        from wildside.app import wiring
        from wildside.settings import Settings

        return asyncio.run(wiring(Settings(url)))

    @contextmanager
    def embedded_server(self, data_dir: Path, pg_bin: Path | None, *, durable: bool) -> Iterator[str]:
        """Run a PostgreSQL of our own; the context is its URL."""
        from wildside.outbound.postgres.binaries import find_binaries
        from wildside.outbound.postgres.embedded import EmbeddedServer

        with EmbeddedServer(data_dir, find_binaries(pg_bin), durable=durable) as server:
            yield server.url

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

        The metrics are to be had at `watched`, until the last request was answered.
        """
        from wildside.app import create_app
        from wildside.inbound.http.metrics import Metrics
        from wildside.inbound.http.scrapes import metrics_app
        from wildside.inbound.http.server import beside, run
        from wildside.inbound.http.servers import HYPERCORN
        from wildside.inbound.logs import configure_logs

        configure_logs()
        server = server or HYPERCORN

        async def serve() -> None:
            stop, metrics = asyncio.Event(), Metrics()
            app = create_app(settings, stop, metrics)
            async with beside(metrics_app(metrics), watched) if watched else nullcontext():
                await run(app, listener, answering, told, stop, settings.timeouts.drain, server)

        with asyncio.Runner(loop_factory=server.loop) as runner:
            runner.run(serve())

    @asynccontextmanager
    async def served(self, settings: Settings, listener: socket.socket) -> AsyncIterator[str]:
        """Serve the API while the context lasts; it is the URL. Only warnings are logged: a command asks."""
        from wildside.app import create_app
        from wildside.inbound.http.server import serving
        from wildside.inbound.logs import configure_logs

        configure_logs(logging.WARNING)
        stop = asyncio.Event()
        async with serving(create_app(settings, stop), listener, stop) as url:
            yield url

    def reference_server(self, url: str) -> ReferenceServer:
        """Ask a running Wildside."""
        from wildside.outbound.reference_server import HttpReferenceServer

        return HttpReferenceServer(url)

    def reference_app(self, url: str, folder: Path, snapshot: Path | None) -> ReferenceApp:
        """Read as an app does that keeps its cache in a folder. Raises SettingsInvalid for a wrong URL."""
        from wildside.client import PACKAGED_SNAPSHOT
        from wildside.client_app import ClientApp

        return ClientApp(url, folder, snapshot or PACKAGED_SNAPSHOT)
