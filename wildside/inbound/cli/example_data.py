"""`wildside example-data`: people who can log in, made up, and a city; the same everywhere."""

import asyncio
import sys
from collections.abc import Callable, Coroutine
from typing import Any

import click

from wildside.config import DatabaseUrl
from wildside.domain.errors import NoRelease
from wildside.domain.example_people import (
    DEFAULT_PASSWORD,
    DEFAULT_SEED,
    DEFAULT_USERS,
    MOST,
    seed_problem,
    username_of,
)
from wildside.inbound.cli import options
from wildside.inbound.cli.console import errors, out
from wildside.inbound.cli.example_city import as_data, import_city, make_city, show_city
from wildside.inbound.cli.toolbox import Toolbox
from wildside.usecases.make_example_data import ExampleOrder, ExampleOutcome, make_example_data

_EPILOG = """\b
Examples:
  wildside example-data                          demo-1 to demo-12, who can log in, and Helsinki
  wildside example-data --people-only            without the city, which needs a seeded database
  wildside example-data --admin                  and demo-1 is an administrator
  wildside example-data --seed crowd --users 1000
  pass show demo | wildside example-data --seed staging --password-stdin
\b
Exit codes: 0 made, or nothing to do, 2 an option is wrong, or something that the city needs
is missing, 3 the seed was made otherwise or its names are taken, 4 database unavailable."""

DEMO = ExampleOrder(DEFAULT_SEED, DEFAULT_USERS, DEFAULT_PASSWORD, administrator=True)
"""The people of `wildside up --demo`."""


def _seed(_context: click.Context, _parameter: click.Parameter, seed: str) -> str:
    if problem := seed_problem(seed):
        raise click.BadParameter(problem)
    return seed


@click.command("example-data", epilog=_EPILOG)
@options.database_url
@click.option(
    "--seed", default=DEFAULT_SEED, show_default=True, metavar="NAME", callback=_seed,
    help="What all of it follows from; each is made once.",
)  # fmt: skip
@click.option(
    "--users", type=click.IntRange(1, MOST), default=DEFAULT_USERS, show_default=True, help="How many people."
)
@click.option("--admin", is_flag=True, help="Make the first of them an administrator.")
@click.option("--people-only", is_flag=True, help="Leave the city out: no places, no routes.")
@click.option(
    "--password-stdin", is_flag=True, help="Read their password, the same for all, instead of ours."
)
@click.option("--json", "as_json", is_flag=True, help="Report as JSON.")
@click.pass_obj
def example_data(
    tools: Toolbox,
    database_url: str,
    seed: str,
    users: int,
    admin: bool,
    people_only: bool,
    password_stdin: bool,
    as_json: bool,
) -> None:
    """Make people up who can log in, all or nobody, once for each seed; and central Helsinki.

    The same seed makes the same people in every database: ids, names and moments. Without
    --password-stdin their password stands in the documentation: only for demonstrations.
    The city is places of OpenStreetMap and routes over them: what is there of it stays as it is.
    """
    password = _password() if password_stdin else DEFAULT_PASSWORD
    order = ExampleOrder(seed, users, password, admin)
    url = DatabaseUrl.parse(database_url)
    places = None if people_only else _places(tools, url)
    outcome = run_example_data(tools, url, order)
    city = None if people_only else make_city(tools, url, places, asyncio.run)
    if as_json:
        out.print_json(data=_as_data(order, outcome) | {"city": as_data(city) if city else None})
        return
    _show(order, outcome)
    if city:
        show_city(city)


def _places(tools: Toolbox, url: DatabaseUrl) -> int | None:
    try:
        return import_city(tools, url, asyncio.run)
    except NoRelease as error:
        raise NoRelease("the city needs reference data: run wildside seed, or say --people-only") from error


def run_example_data(
    tools: Toolbox,
    url: DatabaseUrl,
    order: ExampleOrder,
    run: Callable[[Coroutine[Any, Any, ExampleOutcome]], ExampleOutcome] = asyncio.run,
) -> ExampleOutcome:
    """Make what is ordered in a database."""

    async def work() -> ExampleOutcome:
        opened = tools.open_database(url, "wildside example-data")
        async with opened as database, tools.passwords() as passwords:
            return await make_example_data(database, passwords, order)

    return run(work())


def _show(order: ExampleOrder, outcome: ExampleOutcome) -> None:
    first, last = _ends(order)
    if outcome.made:
        out.print(f"{order.users} people made of the seed {order.seed}: {first} to {last}")
        out.print(f"{first} is an administrator" if order.administrator else "none is an administrator")
    else:
        out.print(f"nothing to do: the {order.users} people of the seed {order.seed} are there")
    if outcome.made and order.password == DEFAULT_PASSWORD:
        out.print(f"their password: {DEFAULT_PASSWORD}")
        errors.print("everybody can read that password in the documentation: only for demonstrations")


def show_login(served: str, outcome: ExampleOutcome) -> None:
    """Print who of DEMO can log in, and how."""
    first, last = _ends(DEMO)
    unless = "" if outcome.made else ", unless they were given another"
    body = f'{{"username": "{first}", "password": "{DEMO.password}"}}'
    out.print(f"  who can log in       {first} (an administrator) to {last}")
    out.print(f"  with the password    {DEMO.password}{unless}")
    out.print(
        f"  log in               curl -c cookies -H 'Content-Type: application/json' "
        f"-d '{body}' {served}/api/v1/login"
    )


def _password() -> str:
    """Read a password: a line, or what is typed where somebody sits there."""
    if sys.stdin.isatty():
        password = str(click.prompt("Password", hide_input=True, confirmation_prompt=True, err=True))
    else:
        password = sys.stdin.readline().rstrip("\r\n")
    return password


def _ends(order: ExampleOrder) -> tuple[str, str]:
    return username_of(order.seed, 1), username_of(order.seed, order.users)


def _as_data(order: ExampleOrder, outcome: ExampleOutcome) -> Any:
    first, last = _ends(order)
    ours = outcome.made and order.password == DEFAULT_PASSWORD
    return {
        "made": outcome.made,
        "seed": order.seed,
        "users": order.users,
        "usernames": {"first": first, "last": last},
        "administrator": first if outcome.administrator else None,
        "password": DEFAULT_PASSWORD if ours else None,
    }
