"""The command line: every command, and what happens to an error in any of them."""

from typing import Any

import click

from wildside import __version__
from wildside.inbound.cli.errors import reported
from wildside.inbound.cli.lazy import Lazy

_HERE = "wildside.inbound.cli"
_COMMANDS = {
    "audit": "audit:audit",
    "db": "db.group:db",
    "doctor": "doctor:doctor",
    "example-data": "example_data:example_data",
    "ingest-osm": "ingest_osm:ingest",
    "keys": "keys:keys",
    "openapi": "openapi:openapi",
    "parity": "parity:parity",
    "reference": "edits:reference",
    "seed": "seed:seed",
    "serve": "serve:serve",
    "up": "up:up",
    "users": "users_sessions:users",
}

_EPILOG = """\b
First steps:
  wildside up                 a served API from nothing, data kept between runs
With a PostgreSQL of your own (15 to 18):
  export DATABASE_URL=postgresql://user@host/wildside
  yoyo apply && wildside db repeatables && wildside seed
  wildside keys new session.keys && SESSION_KEYS_FILE=session.keys wildside serve"""


class _Commands(click.Group):
    def invoke(self, ctx: click.Context) -> Any:
        with reported(debug=ctx.params["debug"]):
            return super().invoke(ctx)


@click.group(
    cls=_Commands,
    commands=Lazy({name: f"{_HERE}.{place}" for name, place in _COMMANDS.items()}),
    epilog=_EPILOG,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
)
@click.version_option(__version__, prog_name="wildside")
@click.option("--debug", is_flag=True, help="Show tracebacks of unexpected errors.")
def cli(debug: bool) -> None:
    """Wildside: reference data and user state for personalised city walks."""
