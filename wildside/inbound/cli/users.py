"""`wildside users`: accounts, made and looked after by hand. Their sessions are in `users_sessions.py`."""

import asyncio
import sys
from collections.abc import Awaitable, Callable
from typing import Any, TypeVar

import click

from wildside.config import DatabaseUrl, account_name
from wildside.domain.command_errors import AccountInvalid
from wildside.domain.users import ADMIN, ROLES, folded
from wildside.inbound.cli import options
from wildside.inbound.cli.console import out
from wildside.inbound.cli.toolbox import Toolbox
from wildside.inbound.cli.users_reports import print_json, show_account, show_accounts
from wildside.inbound.ids import new_user_id
from wildside.ports.database import Database, Stores
from wildside.ports.passwords import Passwords
from wildside.usecases.accounts import account_of
from wildside.usecases.create_account import NewAccount, create_account
from wildside.usecases.set_password import set_password
from wildside.usecases.switch_account import switch_account
from wildside.usecases.transact import transact

_CODES = """\b
Exit codes: 0 done or nothing to do, 2 no such user or session, or a name or password that
cannot be, 3 the name is taken, 4 database unavailable."""
_LONGEST_LINE = 16 * 1024

Result = TypeVar("Result")

json_option = click.option("--json", "as_json", is_flag=True, help="Report as JSON.")
_password_stdin = click.option(
    "--password-stdin", is_flag=True, help="Read the password as one line from standard input."
)


def examples(*lines: str) -> str:
    """Return the end of a command's help."""
    return "\b\nExamples:\n" + "\n".join(f"  {line}" for line in lines) + f"\n{_CODES}"


def run_on(tools: Toolbox, url: str, work: Callable[[Database, Passwords], Awaitable[Result]]) -> Result:
    """Do one operator's work on a database."""

    async def run() -> Result:
        opened = tools.open_database(DatabaseUrl.parse(url), f"wildside users ({account_name()})")
        async with opened as database, tools.passwords() as passwords:
            return await work(database, passwords)

    return asyncio.run(run())


@click.group(
    epilog=examples(
        "wildside users create ada --admin",
        "wildside users list",
        "wildside users disable ada",
    )
)
def users() -> None:
    """Make accounts, and look after them. A password is typed twice, or read from standard input."""


@users.command(
    epilog=examples(
        "wildside users create ada --display-name 'Ada Lovelace' --admin",
        "pass show wildside/ada | wildside users create ada --password-stdin",
    )
)
@click.argument("name")
@click.option("--display-name", help="What others see.  [default: the name]")
@click.option("--admin", is_flag=True, help="Give the role admin.")
@_password_stdin
@options.database_url
@json_option
@click.pass_obj
def create(
    tools: Toolbox,
    name: str,
    display_name: str | None,
    admin: bool,
    password_stdin: bool,
    database_url: str,
    as_json: bool,
) -> None:
    """Make an account that logs in as NAME, in upper or lower case."""
    shown = name if display_name is None else display_name
    roles = [ADMIN] if admin else []
    new = NewAccount(new_user_id(), folded(name), shown, _password(password_stdin), roles)
    made = run_on(tools, database_url, lambda database, passwords: create_account(database, passwords, new))
    print_json(made) if as_json else show_account(made)


@users.command(
    "set-password",
    epilog=examples(
        "wildside users set-password ada",
        "pass show wildside/ada | wildside users set-password ada --password-stdin",
    ),
)
@click.argument("name")
@_password_stdin
@options.database_url
@click.pass_obj
def set_a_password(tools: Toolbox, name: str, password_stdin: bool, database_url: str) -> None:
    """Give an account another password. Its sessions end; attempts that failed no longer count."""
    password = _password(password_stdin)
    ended = run_on(
        tools, database_url, lambda database, passwords: set_password(database, passwords, name, password)
    )
    out.print(f"{folded(name)}: the password is set, {ended} sessions ended")


@users.command(epilog=examples("wildside users grant ada admin", "wildside users grant ada admin --revoke"))
@click.argument("name")
@click.argument("role", type=click.Choice(ROLES))
@click.option("--revoke", is_flag=True, help="Take the role away.")
@options.database_url
@click.pass_obj
def grant(tools: Toolbox, name: str, role: str, revoke: bool, database_url: str) -> None:
    """Give an account a role. It holds from the next request on."""

    async def work(stores: Stores) -> bool:
        user_id = (await account_of(stores, name)).user.id
        change = stores.users.withdraw if revoke else stores.users.grant
        return await change(user_id, role)

    changed = run_on(tools, database_url, lambda database, _passwords: transact(database, work))
    told = f"has no longer the role {role}" if revoke else f"has the role {role}"
    out.print(f"{folded(name)}: {_done(changed, told)}")


@users.command(epilog=examples("wildside users disable ada", "wildside users disable ada --enable"))
@click.argument("name")
@click.option("--enable", is_flag=True, help="Let the account log in again.")
@options.database_url
@click.pass_obj
def disable(tools: Toolbox, name: str, enable: bool, database_url: str) -> None:
    """Keep an account from logging in, and end its sessions."""
    changed, ended = run_on(
        tools,
        database_url,
        lambda database, _passwords: switch_account(database, name, disabled=not enable),
    )
    told = "is enabled" if enable else f"is disabled, {ended} sessions ended"
    out.print(f"{folded(name)}: {_done(changed or ended > 0, told)}")


@users.command("list", epilog=examples("wildside users list", "wildside users list --json"))
@options.database_url
@json_option
@click.pass_obj
def list_users(tools: Toolbox, database_url: str, as_json: bool) -> None:
    """List the accounts, by name."""

    async def read(database: Database, _passwords: Passwords) -> Any:
        async with database.reading() as stores:
            return await stores.users.accounts()

    found = run_on(tools, database_url, read)
    print_json(found) if as_json else show_accounts(found)


def _done(changed: bool, told: str) -> str:
    return told if changed else f"nothing to do: {told}"


def _password(from_stdin: bool) -> str:
    """Return a password, typed twice or read: never from an argument, which everybody sees in `ps`."""
    if not from_stdin:
        if not sys.stdin.isatty():
            raise click.UsageError("there is no terminal to type a password at: use --password-stdin")
        typed: str = click.prompt("Password", hide_input=True, confirmation_prompt=True, err=True)
        return typed
    line = sys.stdin.buffer.readline(_LONGEST_LINE)
    try:
        return line.removesuffix(b"\n").removesuffix(b"\r").decode()
    except UnicodeDecodeError as error:
        raise AccountInvalid(["the password on standard input is not UTF-8"]) from error
