"""Small values for tests, each with what a test usually does not care about filled in."""

import asyncio
from collections.abc import Sequence
from datetime import UTC, datetime
from time import monotonic
from typing import Any

from wildside.domain.reference import Column, Link, Row, Table
from wildside.domain.source import Manifest, Rename, Source, SourceFile, TableEntry
from wildside.usecases.seed_reference import SeedOrder

MOMENT = datetime(2026, 1, 1, tzinfo=UTC)


class Mail:
    """News of which a test decides what was heard; None says that nobody listens."""

    def __init__(self, mark: int | None = None) -> None:
        self.mark = mark

    async def later(self, mark: int | None, seconds: float) -> None:
        deadline = monotonic() + seconds
        while self.mark == mark and monotonic() < deadline:  # noqa: ASYNC110 - a test sets it
            await asyncio.sleep(0.001)


def seed_order(**changes: Any) -> SeedOrder:
    return SeedOrder(**{"actor": "tester", "reason": "a test", "now": lambda: MOMENT, "wait": 1.0, **changes})


def table(name: str = "tags", *extra: Column, links: Sequence[Link] = ()) -> Table:
    """A table with a slug, an order, a name and whatever else is given."""
    columns = (
        Column("slug", "text", nullable=False, default=False),
        Column("sort_order", "integer", nullable=False, default=False),
        Column("name", "text", nullable=False, default=False),
        *extra,
        Column("is_active", "boolean", nullable=False, default=True),
    )
    return Table(name, ("slug",), ("sort_order", "slug"), columns, tuple(links))


def row(slug: str, sort_order: int = 1, **more: Any) -> dict[str, Any]:
    return {"slug": slug, "sort_order": sort_order, "name": slug.capitalize(), **more}


def image(slug: str, sort_order: int = 1, **more: Any) -> dict[str, Any]:
    """A row as it reads back once stored."""
    return row(slug, sort_order, **{"is_active": True, "source_type": "seed", **more})


def source(
    files: dict[str, Sequence[Row]], renames: Sequence[Rename] = (), digest: str = "0" * 64, **manifest: Any
) -> Source:
    """A source of the given tables, in the given order."""
    entries = [TableEntry(name=name) for name in files]
    return Source(
        Manifest(table=entries, **manifest),
        {name: SourceFile(f"{name}.json", rows) for name, rows in files.items()},
        renames,
        digest,
    )
