"""`wildside doctor`: is all there that the server needs, and if not, which command mends it?"""

import asyncio
import shlex
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from urllib.parse import unquote, urlsplit

import click
import msgspec

from wildside.config import DatabaseUrl, migrations_folder, sql_folder
from wildside.domain import diagnosis, diagnosis_schema
from wildside.domain.command_errors import SettingsInvalid
from wildside.domain.diagnosis import Diagnosis, Vitals
from wildside.domain.errors import NoRelease, NotPermitted, WildsideError
from wildside.domain.grants import difference, render
from wildside.domain.health import Check, migration_check
from wildside.domain.release import Version
from wildside.inbound.cli import options
from wildside.inbound.cli.console import out
from wildside.inbound.cli.keys import new_key
from wildside.inbound.cli.seed import now
from wildside.inbound.cli.toolbox import Toolbox
from wildside.settings import Spelled, read_key_file, try_settings

_EPILOG = """\b
Examples:
  wildside doctor                         the settings as `wildside serve` would read them, and the database
  wildside doctor --database-url "$MIGRATOR_URL"
                                          as who may see all of it
  wildside doctor --json | jq '.checks[] | select(.status == "fail")'
\b
ok, warn, fail, or unknown: what could not be looked at, and why. It changes nothing, starts nothing,
and shows keys by their fingerprints.
\b
Exit codes: 0 nothing fails, 1 something fails, 2 wrong usage."""

_FAILS = 1
_OF_THE_DATABASE = ("extensions", "migrations", "repeatables", "roles", "release", "clock", "disk")


@click.command(epilog=_EPILOG)
@options.spelled
@click.option("--json", "as_json", is_flag=True, help="Report as JSON.")
@click.pass_obj
def doctor(tools: Toolbox, spelled: Spelled, as_json: bool) -> None:
    """Look at settings, keys, database, migrations, roles, release, clock and disk.

    It says in a sentence what is wrong, and below it the command that mends it.
    """
    found = list(_examined(tools, spelled))
    counts = {one: sum(each.status == one for each in found) for one in ("fail", "warn", "unknown", "ok")}
    if as_json:
        out.print_json(data={"checks": msgspec.to_builtins(found), "counts": counts})
    else:
        for each in found:
            click.echo(f"{each.status:8}{each.name:12} {each.says}")
            if each.mend:
                click.echo(f"{'':21}$ {each.mend}")
        click.echo(", ".join(f"{number} {status}" for status, number in counts.items()))
    raise SystemExit(_FAILS if counts["fail"] else 0)


def _examined(tools: Toolbox, spelled: Spelled) -> Iterator[Diagnosis]:
    _, problems, warnings = try_settings(spelled, new_key)
    yield from diagnosis.of_settings(problems, warnings, spelled.keys_file)
    yield from _keys(spelled.keys_file)
    try:
        through = DatabaseUrl.parse(spelled.database_url)
        direct = DatabaseUrl.parse(spelled.direct_url) if spelled.direct_url else None
    except SettingsInvalid:
        yield from _unknown(("database", *_OF_THE_DATABASE), "it was not asked: no URL of it can be read")
        return
    url, before = direct or through, now()
    try:
        vitals = tools.database.server.vitals(url)
    except WildsideError as error:
        parts = urlsplit(url.asyncpg)
        database, user = unquote(parts.path.removeprefix("/")), unquote(parts.username or "")
        yield diagnosis.of_no_database(url.mask(str(error)), str(url), database, user)
        yield from _unknown(_OF_THE_DATABASE, "it was not looked at: the database cannot be used")
        return
    after = now()
    yield diagnosis.of_database(vitals, str(url))
    yield from _pooler(tools, through, direct)
    yield from _in_database(tools, url, vitals)
    yield diagnosis.of_clock(before, vitals.moment, after)
    yield diagnosis.of_disk(vitals, tools.database.server.space(vitals))


def _keys(file: str) -> Iterator[Diagnosis]:
    try:
        if file:
            yield diagnosis.of_keys(read_key_file(Path(file))[0], file)
    except SettingsInvalid:
        pass  # told with the settings


def _unknown(names: Iterable[str], why: str) -> Iterator[Diagnosis]:
    yield from (Diagnosis(name, "unknown", why) for name in names)


def _pooler(tools: Toolbox, through: DatabaseUrl, direct: DatabaseUrl | None) -> Iterator[Diagnosis]:
    is_pooled = tools.database.server.pooled
    try:
        pooled, bypassing = is_pooled(through), is_pooled(direct) if direct else None
    except WildsideError as error:
        says = f"{through} cannot be used: {' '.join(through.mask(str(error)).split())}"
        yield Diagnosis("pooler", "fail", says, f"pg_isready --dbname {shlex.quote(str(through))}")
    else:
        yield from diagnosis.of_pooler(pooled, bypassing)


def _in_database(tools: Toolbox, url: DatabaseUrl, vitals: Vitals) -> Iterator[Diagnosis]:
    migrations = _looked("migrations", url, lambda: _migrations(tools, url))
    pending = [one.says for one in migrations if one.status == "fail"]
    yield from diagnosis.of_extensions(vitals, pending)
    yield from migrations
    if pending:
        yield from _unknown(("repeatables", "roles"), "it was not looked at: the migrations come first")
    else:
        yield from _looked("repeatables", url, lambda: _repeatables(tools, url))
        yield from _looked("roles", url, lambda: _roles(tools, url, vitals))
    yield from _looked("release", url, lambda: [asyncio.run(_release(tools, url))])


def _looked(name: str, url: DatabaseUrl, look: Callable[[], Iterable[Diagnosis]]) -> list[Diagnosis]:
    """Look at one thing. Where that cannot be done, the outcome is why."""
    try:
        return list(look())
    except NotPermitted as error:
        why = f"it may not be looked at: {url.mask(str(error))}"
        return [Diagnosis(name, "unknown", why, diagnosis_schema.AS_WHO_MAY)]
    except WildsideError as error:
        return [Diagnosis(name, "unknown", f"it could not be looked at: {url.mask(str(error))}")]


def _migrations(tools: Toolbox, url: DatabaseUrl) -> Iterable[Diagnosis]:
    """Compare with the files; who may not read the checksums sees what the API sees."""
    folder = tools.database.files.read(migrations_folder())
    try:
        return diagnosis_schema.of_migrations(tools.database.migrations.status(url, folder))
    except NotPermitted as error:
        expected = frozenset(one.id for one in folder.migrations)
        return diagnosis_schema.of_applied(asyncio.run(_applied(tools, url, expected)), str(error))


async def _applied(tools: Toolbox, url: DatabaseUrl, expected: frozenset[str]) -> Check:
    async with tools.open_database(url, "wildside doctor") as database, database.reading() as stores:
        return migration_check(expected, await stores.health.applied_migrations())


def _repeatables(tools: Toolbox, url: DatabaseUrl) -> Iterable[Diagnosis]:
    names = tools.database.repeatables.pending(url, sql_folder() / "repeatable")
    return [diagnosis_schema.of_repeatables(names)]


def _roles(tools: Toolbox, url: DatabaseUrl, vitals: Vitals) -> Iterable[Diagnosis]:
    grants = tools.database.roles.grants(url)
    agreed = (sql_folder() / "grants.md").read_text(encoding="utf-8")
    return diagnosis_schema.of_roles(vitals, grants, difference(agreed, render(grants)))


async def _release(tools: Toolbox, url: DatabaseUrl) -> Diagnosis:
    version: Version | None = None
    try:
        async with tools.open_database(url, "wildside doctor") as database, database.reading() as stores:
            version = await stores.reference.version()
    except NoRelease:
        pass
    return diagnosis_schema.of_release(version)
