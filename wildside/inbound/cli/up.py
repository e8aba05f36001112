"""`wildside up`: from nothing to a served reference bootstrap."""

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass
from pathlib import Path

import click
import platformdirs

from wildside.config import DatabaseUrl, account_name
from wildside.domain.command_errors import ExampleDataRefused
from wildside.domain.errors import WildsideError
from wildside.domain.session_keys import KeyRing
from wildside.inbound.cli import options
from wildside.inbound.cli.console import errors, out
from wildside.inbound.cli.example_city import CityOutcome, import_city, make_city, show_ways
from wildside.inbound.cli.example_data import DEMO, run_example_data, show_login
from wildside.inbound.cli.keys import new_key
from wildside.inbound.cli.runs import logged
from wildside.inbound.cli.seed import now, run_seed, show
from wildside.inbound.cli.serve import announce
from wildside.inbound.cli.stopping import Stopping
from wildside.inbound.cli.toolbox import Toolbox
from wildside.inbound.http.server import reserve
from wildside.settings import Settings, Timeouts, read_key_file
from wildside.usecases.make_example_data import ExampleOutcome
from wildside.usecases.seed_reference import SeedOrder

_EPILOG = """\b
Examples:
  wildside up                             keep data in your state directory
  wildside up --ephemeral --port 0        keep nothing, take any free port
  wildside up --data-dir ./data           keep data here
  wildside up --ephemeral --demo          with people who can log in, and Helsinki
  wildside up --database-url postgresql:///wildside
\b
Ctrl-C or SIGTERM stops the API and the embedded PostgreSQL, and exits with 0."""

_KEYS = "session.keys"


@dataclass(frozen=True, slots=True)
class _Demo:
    people: ExampleOutcome | None
    city: CityOutcome


@click.command(epilog=_EPILOG)
@click.option(
    "--data-dir",
    type=click.Path(file_okay=False, path_type=Path),
    help="Where to keep the embedded database.",
)
@click.option("--ephemeral", is_flag=True, help="Keep nothing after it stops.")
@options.pg_bin
@click.option(
    "--database-url",
    envvar="DATABASE_URL",
    show_envvar=True,
    help="Use this server instead of an embedded one.",
)
@click.option(
    "--demo", is_flag=True, help="Make up people who can log in, import Helsinki, and say how to see both."
)
@options.host
@options.port
@options.cors_origins
@options.timeouts
@click.pass_obj
def up(
    tools: Toolbox,
    data_dir: Path | None,
    ephemeral: bool,
    pg_bin: Path | None,
    database_url: str | None,
    demo: bool,
    host: str,
    port: int,
    cors_origins: str,
    timeouts: str,
) -> None:
    """Start an embedded PostgreSQL, apply the migrations, seed, and serve the API."""
    if ephemeral and (data_dir or database_url):
        raise click.UsageError("--ephemeral goes with neither --data-dir nor --database-url")
    patience = Timeouts.parse(timeouts)
    listener = reserve(host, port)
    stopping = Stopping()
    try:
        with listener, database_for(tools, data_dir, ephemeral, pg_bin, database_url) as url:
            _prepare(tools, url, stopping)
            shown = _demo(tools, url, stopping) if demo else None
            stopping.hold()
            keys = _session_keys(tools, None if ephemeral or database_url else folder_of(data_dir))
            # Without Secure: it is served over http, to this machine.
            settings = Settings(
                url,
                cors_origins=tuple(cors_origins.split()),
                session_keys=keys,
                session_cookie_secure=False,
                timeouts=patience,
            )
            tools.serve(
                settings, listener, lambda served: _welcome(served, url, shown), lambda: stopping.told
            )
    except (KeyboardInterrupt, WildsideError):
        # Once we were told to stop, an error is only what an interrupted step made of it.
        if not stopping.told:
            raise
    errors.print("stopped")


def _prepare(tools: Toolbox, url: DatabaseUrl, stopping: Stopping) -> None:
    with logged("migrations"):
        applied = tools.migrate(url, lambda name: errors.print(f"applying {name}"))
    errors.print(f"{applied} migrations applied" if applied else "migrations: nothing to do")
    order = SeedOrder(account_name(), "wildside up", now)
    show(run_seed(tools, url, tools.read_source(None), order, stopping.run))


@contextmanager
def database_for(
    tools: Toolbox, data_dir: Path | None, ephemeral: bool, pg_bin: Path | None, database_url: str | None
) -> Iterator[DatabaseUrl]:
    """Use a server that is there, or run one: the context is the database's URL."""
    if database_url:
        url = DatabaseUrl.parse(database_url)
        errors.print(f"using {url}")
        yield url
        return
    with tempfile.TemporaryDirectory(prefix="wildside-") if ephemeral else nullcontext() as temporary:
        folder = Path(temporary) if temporary else folder_of(data_dir)
        errors.print(f"starting PostgreSQL in {folder}")
        with tools.embedded_server(folder, pg_bin, durable=not ephemeral) as url_text:
            yield DatabaseUrl.parse(url_text)


def folder_of(data_dir: Path | None) -> Path:
    """Return where an embedded database is kept."""
    return data_dir or platformdirs.user_state_path("wildside")


def _session_keys(tools: Toolbox, folder: Path | None) -> tuple[bytes, ...]:
    """Return the keys that are kept beside the database, or one that ends with us where nothing is kept."""
    if folder is None:
        return (new_key(),)
    file = folder / _KEYS
    if not file.exists():
        tools.key_files.create(file, KeyRing((new_key(),)).text())
    return read_key_file(file)[0].keys


def _demo(tools: Toolbox, url: DatabaseUrl, stopping: Stopping) -> _Demo:
    """Make people and a city. Who erased one of them, or made them otherwise, has the city all the same."""
    places = import_city(tools, url, stopping.run)
    people = None
    try:
        people = run_example_data(tools, url, DEMO, stopping.run)
    except ExampleDataRefused as error:
        errors.print(f"nobody is made up: {error} of `wildside example-data`")
    return _Demo(people, make_city(tools, url, places, stopping.run))


def _welcome(served: str, url: DatabaseUrl, demo: _Demo | None) -> None:
    announce(served)
    out.print(f"  all reference data   {served}/api/v1/reference/bootstrap")
    out.print(f"  one table            {served}/api/v1/reference/interest_themes")
    out.print(f"  its version          {served}/api/v1/reference/version")
    out.print(f"  health               {served}/health")
    out.print(f"  the database         psql '{url}'")
    if demo and demo.people:
        show_login(served, demo.people)
    if demo:
        show_ways(served, demo.city)
    out.print("Ctrl-C stops it.")
