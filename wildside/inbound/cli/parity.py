"""`wildside parity`: do database, HTTP and apps show what the source files say?"""

import tempfile
from functools import partial
from pathlib import Path

import click
from click.core import ParameterSource

from wildside.config import DatabaseUrl, account_name
from wildside.domain.errors import WildsideError
from wildside.domain.parity import ParityReport
from wildside.domain.source import Source
from wildside.inbound.cli import options
from wildside.inbound.cli.console import errors, out
from wildside.inbound.cli.parity_reports import as_data, show_stage
from wildside.inbound.cli.seed import now, run_seed
from wildside.inbound.cli.stopping import Stopping
from wildside.inbound.cli.toolbox import Toolbox
from wildside.inbound.cli.up import database_for
from wildside.inbound.http.server import reserve
from wildside.settings import Settings
from wildside.usecases.check_parity import ParityOrder, check_parity
from wildside.usecases.seed_reference import SeedOrder

_EPILOG = """\b
Examples:
  wildside parity                         a database and a server of its own, as CI runs it
  wildside parity --url https://api.example
                                          a running server, without its database
  wildside parity --url http://localhost:8080 --database-url postgresql:///wildside --json
\b
Exit codes: 0 equal, 1 differences, 2 a wrong option or an invalid source, 4 no server, database
or PostgreSQL to be had, 130 stopped by Ctrl-C or SIGTERM."""

_DIFFERENT, _STOPPED = 1, 130


@click.command(epilog=_EPILOG)
@click.option("--url", help="A running server to compare, instead of one of its own.")
@click.option(
    "--database-url", envvar="DATABASE_URL", show_envvar=True, help="With --url: that server's database."
)
@click.option("--data", type=click.Path(path_type=Path), help="Folder of reference files instead of ours.")
@click.option(
    "--snapshot",
    type=click.Path(path_type=Path),
    help="The snapshot that apps are shipped with, instead of ours.",
)
@options.pg_bin
@click.option("--json", "as_json", is_flag=True, help="Report as JSON.")
@click.pass_context
def parity(
    context: click.Context,
    url: str | None,
    database_url: str | None,
    data: Path | None,
    snapshot: Path | None,
    pg_bin: Path | None,
    as_json: bool,
) -> None:
    """Compare what database, HTTP and apps show with what the source files say, strictly.

    Every difference is reported by stage, table, key and field. Without --url it starts an
    embedded PostgreSQL and a server in a temporary folder and leaves nothing behind.
    """
    typed = context.get_parameter_source("database_url") is ParameterSource.COMMANDLINE
    if typed and not url:
        raise click.UsageError("--database-url goes with --url: without, a database of its own is made")
    check = _Run(context.obj, data, snapshot, as_json)
    try:
        report = check.running(url, database_url) if url else check.own(pg_bin)
    except (KeyboardInterrupt, WildsideError):
        # Once we were told to stop, an error is only what an interrupted step made of it.
        if not check.stopping.told:
            raise
        errors.print("stopped")
        context.exit(_STOPPED)
    if as_json:
        out.print_json(data=as_data(report))
    context.exit(0 if report.equal else _DIFFERENT)


class _Run:
    """One comparison. Whatever it makes is taken down before it returns, also when it is stopped."""

    def __init__(self, tools: Toolbox, data: Path | None, snapshot: Path | None, as_json: bool) -> None:
        self._tools, self._snapshot, self._as_json = tools, snapshot, as_json
        self._packaged = data is None or snapshot is not None
        self._source: Source = tools.read_source(data)
        self.stopping = Stopping()

    def running(self, url: str, database_url: str | None) -> ParityReport:
        """Compare a server that runs already."""
        database = DatabaseUrl.parse(database_url) if database_url else None
        return self.stopping.run(self._compare(url, database))

    def own(self, pg_bin: Path | None) -> ParityReport:
        """Make a database and a server, and compare them."""
        with database_for(self._tools, None, True, pg_bin, None) as database:
            self._tools.migrate(database, lambda _name: None)
            order = SeedOrder(account_name(), "wildside parity", now)
            run_seed(self._tools, database, self._source, order, self.stopping.run)
            return self.stopping.run(self._serve_and_compare(database))

    async def _serve_and_compare(self, database: DatabaseUrl) -> ParityReport:
        with reserve("127.0.0.1", 0) as listener:
            async with self._tools.served(Settings(database), listener) as url:
                return await self._compare(url, database)

    async def _compare(self, url: str, database: DatabaseUrl | None) -> ParityReport:
        with tempfile.TemporaryDirectory(prefix="wildside-") as folder:
            app = self._tools.reference_app(url, Path(folder), self._snapshot)
            opened = partial(self._tools.open_database, database, "wildside parity") if database else None
            server = self._tools.reference_server(url)
            progress = (lambda _stage: None) if self._as_json else show_stage
            order = ParityOrder(self._source, server, app, opened, self._packaged, progress)
            return await check_parity(order)
