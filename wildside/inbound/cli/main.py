"""The command line: every command, and what happens to an error in any of them."""

from typing import Any

import click

import wildside.inbound.cli.db.apply  # these add their commands to groups
import wildside.inbound.cli.db.bless
import wildside.inbound.cli.db.check
import wildside.inbound.cli.db.docs
import wildside.inbound.cli.db.er
import wildside.inbound.cli.db.grants
import wildside.inbound.cli.db.new
import wildside.inbound.cli.db.plan
import wildside.inbound.cli.db.repeatables
import wildside.inbound.cli.db.roles
import wildside.inbound.cli.db.rollback
import wildside.inbound.cli.db.roundtrip
import wildside.inbound.cli.db.snapshot
import wildside.inbound.cli.db.status
import wildside.inbound.cli.db.verify
import wildside.inbound.cli.edits
import wildside.inbound.cli.users_sessions  # noqa: F401
from wildside import __version__
from wildside.inbound.cli.audit import audit
from wildside.inbound.cli.db.group import db
from wildside.inbound.cli.doctor import doctor
from wildside.inbound.cli.errors import reported
from wildside.inbound.cli.example_data import example_data
from wildside.inbound.cli.ingest_osm import ingest
from wildside.inbound.cli.keys import keys
from wildside.inbound.cli.openapi import openapi
from wildside.inbound.cli.parity import parity
from wildside.inbound.cli.reference import reference
from wildside.inbound.cli.seed import seed
from wildside.inbound.cli.serve import serve
from wildside.inbound.cli.up import up
from wildside.inbound.cli.users import users

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
    epilog=_EPILOG,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
)
@click.version_option(__version__, prog_name="wildside")
@click.option("--debug", is_flag=True, help="Show tracebacks of unexpected errors.")
def cli(debug: bool) -> None:
    """Wildside: reference data and user state for personalised city walks."""


cli.add_command(up)
cli.add_command(seed)
cli.add_command(serve)
cli.add_command(doctor)
cli.add_command(users)
cli.add_command(example_data)
cli.add_command(ingest)
cli.add_command(reference)
cli.add_command(db)
cli.add_command(parity)
cli.add_command(audit)
cli.add_command(keys)
cli.add_command(openapi)
