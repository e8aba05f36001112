"""`wildside users sessions` and `revoke`: where an account is logged in."""

from collections.abc import Sequence
from uuid import UUID

import click

from wildside.domain.sessions import Session
from wildside.inbound.cli import options
from wildside.inbound.cli.console import out
from wildside.inbound.cli.toolbox import Toolbox
from wildside.inbound.cli.users import examples, json_option, run_on, users
from wildside.inbound.cli.users_reports import print_json, show_sessions
from wildside.ports.database import Database
from wildside.ports.passwords import Passwords
from wildside.usecases.accounts import account_of
from wildside.usecases.revoke_sessions import revoke_sessions


@users.command(epilog=examples("wildside users sessions ada", "wildside users sessions ada --json"))
@click.argument("name")
@options.database_url
@json_option
@click.pass_obj
def sessions(tools: Toolbox, name: str, database_url: str, as_json: bool) -> None:
    """List the sessions of an account that hold, the oldest first."""

    async def read(database: Database, _passwords: Passwords) -> Sequence[Session]:
        async with database.reading() as stores:
            return await stores.sessions.of_user((await account_of(stores, name)).user.id)

    found = run_on(tools, database_url, read)
    print_json(found) if as_json else show_sessions(found)


@users.command(
    epilog=examples(
        "wildside users revoke ada 0a6a1c5e-7f0f-4f0b-9c1e-7d1a3b0a9d55", "wildside users revoke ada --all"
    )
)
@click.argument("name")
@click.argument("session", type=click.UUID, nargs=-1)
@click.option("--all", "everything", is_flag=True, help="Every session of the account.")
@options.database_url
@click.pass_obj
def revoke(tools: Toolbox, name: str, session: tuple[UUID, ...], everything: bool, database_url: str) -> None:
    """End sessions of an account, on every node at once: those that are named, or none of them."""
    if bool(session) is everything:
        raise click.UsageError("name sessions, or say --all")
    named = None if everything else session
    ended = run_on(tools, database_url, lambda database, _passwords: revoke_sessions(database, name, named))
    out.print(f"{ended} sessions ended")
