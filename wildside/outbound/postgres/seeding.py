"""Seeds: every statement calls a function of sql/migrations/0004 and 0005, or reads their views."""

import asyncio
from collections.abc import Mapping, Sequence
from typing import Any

from wildside.domain.command_errors import SeedLocked
from wildside.domain.reference import Column, Key, Link, Row, Table, Tables
from wildside.domain.seeding import SeedRun
from wildside.outbound.postgres.session import Session
from wildside.ports.seeding import Violation

_LOCK = (0x57494C44, 1)
"""The advisory lock of seeds: "WILD" in ASCII, and a number among ours."""

_POLL = 0.1

_HOLDER = """
select a.pid, a.application_name, a.usename, a.client_addr, a.xact_start
  from pg_locks l
  join pg_stat_activity a using (pid)
 where l.locktype = 'advisory' and l.classid = $1 and l.objid = $2 and l.objsubid = 2 and l.granted
   and l.database = (select oid from pg_database where datname = current_database())
"""

_CATALOGUE = """
select table_name, key_columns, order_columns, columns, links
  from reference_catalogue
 order by table_name
"""

_VIOLATIONS = "select row_number, column_names, rule, message from reference_violations($1, $2)"

_LAST_RUN = """
select started_at, finished_at, source_digest, actor, counts, version_from, version_to
  from reference_seed_runs
 order by id desc
 limit 1
"""

_RECORD = """
insert into reference_seed_runs
       (started_at, finished_at, source_digest, actor, counts, version_from, version_to)
values ($1, $2, $3, $4, $5, $6, $7)
"""


class PostgresSeeding:
    """Reads and writes any reference table."""

    def __init__(self, session: Session) -> None:
        self._session = session

    async def begin(self, actor: str, reason: str, wait: float) -> None:
        """Take the seed's lock by polling, and say who seeds and why."""
        for _ in range(max(1, round(wait / _POLL))):
            if await self._session.value("select pg_try_advisory_xact_lock($1, $2)", *_LOCK):
                break
            await asyncio.sleep(_POLL)
        else:
            raise SeedLocked(await self._holder())
        await self._session.row(
            "select set_config('wildside.actor', $1, true), set_config('wildside.reason', $2, true)",
            actor,
            reason,
        )

    async def _holder(self) -> str:
        found = await self._session.row(_HOLDER, *_LOCK)
        if found is None:
            return "another seed held the lock until just now: try again"
        address, since = found["client_addr"], found["xact_start"]
        return (
            f"another seed is at work: {found['application_name'] or 'a program'} as {found['usename']}"
            f"{f' from {address}' if address else ''}, backend {found['pid']}"
            f"{f', since {since:%H:%M:%S} UTC' if since else ''}"
        )

    async def last_run(self) -> SeedRun | None:
        """Return the last seed that committed."""
        found = await self._session.row(_LAST_RUN)
        return None if found is None else SeedRun(**dict(found))

    async def record(self, run: SeedRun) -> None:
        """Keep a run."""
        await self._session.rows(
            _RECORD,
            run.started_at,
            run.finished_at,
            run.source_digest,
            run.actor,
            run.counts,
            run.version_from,
            run.version_to,
        )

    async def version(self) -> int:
        """Return the number of the newest version."""
        number: int = await self._session.value("select version from reference_counter")
        return number

    async def tables(self) -> Tables:
        """Return the reference tables as the catalogue has them."""
        rows = await self._session.rows(_CATALOGUE)
        return {row["table_name"]: _table(row) for row in rows}

    async def rows(self, table: str, *, adopted_only: bool = False) -> list[Row]:
        """Return rows as images."""
        found: list[Row] = await self._session.value("select reference_all_rows($1, $2)", table, adopted_only)
        return found

    async def aliases(self, table: str) -> Mapping[Key, Key]:
        """Return the renamed keys of a table."""
        rows = await self._session.rows(
            "select old_key, new_key from reference_aliases where table_name = $1", table
        )
        return {tuple(row["old_key"]): tuple(row["new_key"]) for row in rows}

    async def images(self, table: str, rows: Sequence[Row]) -> list[Row]:
        """Return source rows as they would read back."""
        found: list[Row] = await self._session.value("select reference_images($1, $2)", table, rows)
        return found

    async def violations(self, table: str, rows: Sequence[Row]) -> list[Violation]:
        """Return what does not fit, or which checks are broken."""
        found = await self._session.rows(_VIOLATIONS, table, rows)
        return [
            Violation(row["row_number"], row["column_names"] or (), row["rule"], row["message"])
            for row in found
        ]

    async def rename(self, table: str, old: Key, new: Key) -> None:
        """Give a row a new key."""
        await self._session.value("select reference_rename($1, $2, $3)", table, old, new)

    async def note_alias(self, table: str, old: Key, new: Key) -> None:
        """Remember an alias of a key that is not in use here."""
        await self._session.value("select reference_note_alias($1, $2, $3)", table, old, new)

    async def upsert(self, table: str, rows: Sequence[Row]) -> None:
        """Insert new rows and update seed rows that differ."""
        await self._session.value("select reference_upsert($1, $2)", table, rows)

    async def deprecate(self, table: str, keys: Sequence[Key]) -> None:
        """Make seed rows inactive."""
        await self._session.value("select reference_deprecate($1, $2)", table, keys)

    async def settle(self) -> None:
        """Check the deferred constraints now."""
        await self._session.rows("set constraints all immediate")


def _table(row: Any) -> Table:
    columns = [Column(**column) for column in row["columns"]]
    links = [
        Link(link["name"], tuple(link["columns"]), link["table"], tuple(link["parent_columns"]))
        for link in row["links"]
    ]
    return Table(
        row["table_name"],
        tuple(row["key_columns"]),
        tuple(row["order_columns"]),
        tuple(columns),
        tuple(links),
    )
