"""Three small tables that both databases hold, and what a test needs besides the stores."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any, LiteralString

from wildside.domain.reference import Column, Link, Row, Table
from wildside.ports.database import Database


def _column(name: str, sql_type: str, *, nullable: bool = False) -> Column:
    return Column(name, sql_type, nullable, default=False)


_ACTIVE = Column("is_active", "boolean", nullable=False, default=True)

KINDS = Table(
    "kinds",
    ("slug",),
    ("sort_order", "slug"),
    (
        _column("slug", "text"),
        _column("sort_order", "integer", nullable=True),
        _column("parent", "text", nullable=True),
        _column("notes", "jsonb", nullable=True),
        _ACTIVE,
    ),
    (Link("kinds_parent_fkey", ("parent",), "kinds", ("slug",)),),
)
"""A tree with an order."""

WORDS = Table(
    "words",
    ("kind", "word"),
    ("kind", "weight", "word"),
    (_column("kind", "text"), _column("word", "text"), _column("weight", "double precision"), _ACTIVE),
    (Link("words_kind_fkey", ("kind",), "kinds", ("slug",)),),
)
"""Its key holds the key of another."""

USES = Table(
    "uses",
    ("use",),
    ("use",),
    (_column("use", "text"), _column("kind", "text"), _column("word", "text"), _ACTIVE),
    (Link("uses_word_fkey", ("kind", "word"), "words", ("kind", "word")),),
)
"""A link of two columns."""

TABLES = (KINDS, WORDS, USES)

SQL: LiteralString = """
create table kinds (
    slug text not null, sort_order integer, parent text, notes jsonb,
    is_active boolean not null default true, source_type text not null default 'seed',
    constraint kinds_pkey primary key (slug),
    constraint kinds_parent_fkey foreign key (parent) references kinds on update cascade on delete restrict,
    constraint kinds_slug_is_short check (length(slug) <= 12),
    constraint kinds_roots_come_first check (parent is null or sort_order > 0));
create index kinds_active on kinds (sort_order, slug collate "C") where is_active;
call reference_attach('kinds');

create table words (
    kind text not null, word text not null, weight double precision not null,
    is_active boolean not null default true, source_type text not null default 'seed',
    constraint words_pkey primary key (kind, word),
    constraint words_kind_fkey foreign key (kind) references kinds on update cascade on delete restrict);
create index words_active on words (kind collate "C", weight, word collate "C") where is_active;
call reference_attach('words');

create table uses (
    use text not null, kind text not null, word text not null,
    is_active boolean not null default true, source_type text not null default 'seed',
    constraint uses_pkey primary key (use),
    constraint uses_word_fkey foreign key (kind, word) references words on update cascade on delete restrict);
create index uses_active on uses (use collate "C") where is_active;
call reference_attach('uses');
"""


@dataclass(frozen=True, slots=True)
class Backend:
    """A database that holds TABLES. `edit` writes a whole row image past the seed, and commits."""

    name: str
    database: Database
    edit: Callable[[str, Row], Awaitable[None]]

    async def given(self, table: str, *rows: Row) -> None:
        """Seed rows in a transaction of their own."""
        async with self.database.transaction() as stores:
            await stores.seeding.upsert(table, rows)

    async def stored(self, table: str) -> list[Row]:
        """All rows as committed, in the order of keys."""
        async with self.database.reading() as stores:
            rows = await stores.seeding.rows(table)
        key = next(each for each in TABLES if each.name == table)
        return sorted(rows, key=key.key_of)

    async def number(self) -> int:
        """The newest version's number as committed."""
        async with self.database.reading() as stores:
            return await stores.seeding.version()


def kind(slug: str, sort_order: int | None = 1, **more: Any) -> dict[str, Any]:
    return {"slug": slug, "sort_order": sort_order, "parent": None, "notes": None, **more}


def word(kind: str, text: str, weight: float = 0.5, **more: Any) -> dict[str, Any]:
    return {"kind": kind, "word": text, "weight": weight, **more}


def use(name: str, kind: str, text: str, **more: Any) -> dict[str, Any]:
    return {"use": name, "kind": kind, "word": text, **more}


def stored(row: Row, **more: Any) -> dict[str, Any]:
    """A row as it reads back once stored."""
    return {**row, "is_active": True, "source_type": "seed", **more}
