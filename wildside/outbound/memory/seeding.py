"""Seeds over dicts, by the rules of sql/migrations/0002, 0004 and 0005."""

from collections.abc import Iterator, Mapping, Sequence
from copy import deepcopy

from wildside.domain.errors import ConstraintViolated
from wildside.domain.reference import Key, Link, Row, Table, Tables
from wildside.domain.seeding import SeedRun
from wildside.outbound.memory.books import Session
from wildside.ports.seeding import Violation


class MemorySeeding:
    """Reads and writes any reference table. A column's default is null here, but for is_active."""

    def __init__(self, session: Session) -> None:
        self._session = session
        self._tables = session.shelf.tables

    async def begin(self, actor: str, reason: str, wait: float) -> None:  # noqa: ARG002
        """Take the place of the one writer."""
        await self._session.claim(actor, wait)

    async def last_run(self) -> SeedRun | None:
        """Return the last seed that committed."""
        runs = self._session.books.runs
        return runs[-1] if runs else None

    async def record(self, run: SeedRun) -> None:
        """Keep a run."""
        (await self._session.claim()).runs.append(run)

    async def version(self) -> int:
        """Return the number of the newest version."""
        return self._session.books.number

    async def tables(self) -> Tables:
        """Return the reference tables."""
        return dict(sorted(self._tables.items()))

    async def rows(self, table: str, *, adopted_only: bool = False) -> list[Row]:
        """Return rows as images."""
        rows = self._session.books.rows[table].values()
        return [deepcopy(row) for row in rows if not adopted_only or row["source_type"] == "admin"]

    async def aliases(self, table: str) -> Mapping[Key, Key]:
        """Return the renamed keys of a table."""
        return dict(self._session.books.aliases[table])

    async def images(self, table: str, rows: Sequence[Row]) -> list[Row]:
        """Return source rows as they would read back."""
        return [_image(self._tables[table], row) for row in rows]

    async def violations(self, table: str, rows: Sequence[Row]) -> list[Violation]:
        """Return every rule that a source row would break."""
        return [
            Violation(number, rule.columns, rule.name, f"breaks the rule {rule.name}")
            for number, row in enumerate(rows, start=1)
            for rule in self._session.shelf.rules
            if rule.table == table and not rule.holds(_image(self._tables[table], row))
        ]

    async def rename(self, table: str, old: Key, new: Key) -> None:
        """Give a row a new key."""
        rows = (await self._session.claim()).rows[table]
        if old == new or old not in rows:
            return
        if new in rows:
            raise ConstraintViolated(f"{table} has both keys ({table}_pkey)", f"{table}_pkey")
        columns = zip(self._tables[table].key, new, strict=True)
        self._move(self._tables[table], old, {**rows[old], **dict(columns)})

    def _move(self, table: Table, old: Key, row: Row) -> None:
        """Store a row in place of another, and take the rows that point to it along."""
        before = self._session.books.rows[table.name][old]
        self._session.put(table, row, old)
        for child, link in self._links():
            if link.table != table.name:
                continue
            was, now = (tuple(each[column] for column in link.parent_columns) for each in (before, row))
            for key, found in list(self._session.books.rows[child.name].items()):
                if was != now and link.parent_key(found, link.parent_columns) == was:
                    self._move(child, key, {**found, **dict(zip(link.columns, now, strict=True))})

    async def note_alias(self, table: str, old: Key, new: Key) -> None:
        """Remember an alias of a key that is not in use here."""
        books = await self._session.claim()
        if books.number:
            books.aliases[table].setdefault(old, new)

    async def upsert(self, table: str, rows: Sequence[Row]) -> None:
        """Insert new rows and update seed rows that differ."""
        stored = (await self._session.claim()).rows[table]
        for broken in await self.violations(table, rows):
            raise ConstraintViolated(f"row {broken.row}: {broken.message}", str(broken.constraint))
        for image in await self.images(table, rows):
            found = stored.get(self._tables[table].key_of(image), {"source_type": "seed"})
            if found["source_type"] == "seed" and found != image:
                self._session.put(self._tables[table], image)
        self._refuse(broken for broken in self._broken() if not broken.endswith("_active"))

    async def deprecate(self, table: str, keys: Sequence[Key]) -> None:
        """Make seed rows inactive."""
        stored = (await self._session.claim()).rows[table]
        for key in keys:
            row = stored.get(tuple(key), {})
            if row.get("source_type") == "seed" and row["is_active"]:
                self._session.put(self._tables[table], {**row, "is_active": False})

    async def settle(self) -> None:
        """Check every link now."""
        self._refuse(self._broken())

    def _refuse(self, broken: Iterator[str]) -> None:
        for name in broken:
            raise ConstraintViolated(f"a row names one that is not there, or not active ({name})", name)

    def _broken(self) -> Iterator[str]:
        for child, link in self._links():
            parents = {
                tuple(row[column] for column in link.parent_columns): row["is_active"]
                for row in self._session.books.rows[link.table].values()
            }
            for row in self._session.books.rows[child.name].values():
                wanted = link.parent_key(row, link.parent_columns)
                if wanted is not None and not parents.get(wanted):
                    if wanted not in parents:
                        yield link.name
                    elif row["is_active"]:
                        yield f"{link.name}_active"

    def _links(self) -> list[tuple[Table, Link]]:
        return [(table, link) for table in self._tables.values() for link in table.links]


def _image(table: Table, row: Row) -> Row:
    defaults = dict.fromkeys((column.name for column in table.columns), None)
    return deepcopy({**defaults, "is_active": True, **row, "source_type": "seed"})
