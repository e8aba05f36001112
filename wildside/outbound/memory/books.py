"""What the stores keep, and the one place of a writer."""

import asyncio
from collections.abc import Callable, Hashable, Sequence
from copy import deepcopy
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from wildside.domain.command_errors import SeedLocked
from wildside.domain.delta import Renaming
from wildside.domain.reference import Key, Row, Table, Tables
from wildside.domain.seeding import SeedRun
from wildside.outbound.memory.city import City
from wildside.outbound.memory.people import People


@dataclass(frozen=True, slots=True)
class Rule:
    """A named check of a table's rows, as its schema would have it."""

    table: str
    name: str
    holds: Callable[[Row], bool]
    columns: Sequence[str] = ()


@dataclass(slots=True)
class Books:
    """Everything that a transaction can change. `changed` is table → (version, when)."""

    rows: dict[str, dict[Key, Row]]
    aliases: dict[str, dict[Key, Key]]
    changed: dict[str, tuple[int, datetime]]
    created_at: datetime
    number: int = 0
    runs: list[SeedRun] = field(default_factory=list)
    renames: list[tuple[int, Renaming]] = field(default_factory=list)
    people: People = field(default_factory=People)
    city: City = field(default_factory=City)


@dataclass(slots=True)
class Shelf:
    """The committed books, and what never changes: tables, rules, migrations, the line's name."""

    tables: Tables
    rules: Sequence[Rule]
    migrations: frozenset[str]
    epoch: str
    now: Callable[[], datetime]
    books: Books
    writing: asyncio.Lock = field(default_factory=asyncio.Lock)
    writer: str = "a writer"
    past: dict[int, Books] = field(default_factory=dict)
    """version → the books that it left"""
    held: set[Hashable] = field(default_factory=set)
    """Whatever transactions at work hold for themselves."""


class Session:
    """The books as one transaction sees them: those committed, until it writes and has its own."""

    def __init__(self, shelf: Shelf) -> None:
        self.shelf = shelf
        self.own: Books | None = None
        self._versioned = False
        self._holds: set[Hashable] = set()

    @property
    def books(self) -> Books:
        """The transaction's own books, or those committed at this moment."""
        return self.own or self.shelf.books

    async def claim(self, writer: str = "a writer", wait: float | None = None) -> Books:
        """Take the place of the one writer within `wait` seconds, and a copy of the books."""
        if self.own is None:
            try:
                async with asyncio.timeout(wait):
                    await self.shelf.writing.acquire()
            except TimeoutError as error:
                raise SeedLocked(f"another seed is at work: {self.shelf.writer}") from error
            self.shelf.writer, self.own = writer, deepcopy(self.shelf.books)
        return self.own

    def hold(self, thing: Hashable) -> bool:
        """Hold something until the transaction ends; false, at once, where another holds it."""
        if thing in self.shelf.held - self._holds:
            return False
        self._holds.add(thing)
        self.shelf.held.add(thing)
        return True

    def end(self, keep: bool) -> None:
        """Make the transaction's books the committed ones, or forget them."""
        self.shelf.held -= self._holds
        self._holds.clear()
        if self.own is not None:
            self.shelf.books = self.own if keep else self.shelf.books
            self.shelf.past[self.shelf.books.number] = self.shelf.books
            self.own = None
            self.shelf.writing.release()

    def put(self, table: Table, row: Row, old: Key | None = None) -> None:
        """Store a row under its key, in place of that under `old`. One version a transaction."""
        books, key = self.books, table.key_of(row)
        if not self._versioned:
            self._versioned = True
            books.number += 1
            books.created_at = max(self.shelf.now(), books.created_at + timedelta(microseconds=1))
        books.changed[table.name] = (books.number, books.created_at)
        books.aliases[table.name].pop(key, None)
        if old is not None and old != key:
            del books.rows[table.name][old]
            books.aliases[table.name][old] = key
            books.people.follow(table.name, old[0], key[0])
            books.city.follow(table.name, old[0], key[0])
            books.renames.append((books.number, Renaming(table.name, old, key)))
        books.rows[table.name][key] = deepcopy(row)
