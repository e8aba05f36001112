"""A seed whose connection breaks at its n-th statement, for every n: nothing of it is there."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.sql.library import change, rename, seed
from tests.sql.support import Connection
from wildside.domain.errors import StoreError
from wildside.outbound.postgres import pool
from wildside.outbound.postgres.pool import PostgresDatabase
from wildside.outbound.postgres.session import Session

Break = Callable[[Any, Connection], None]

# Everything that a seed writes.
STATE = """
select version, (select array_agg(v order by version) from reference_versions v),
       (select array_agg(m order by table_name) from reference_metadata m),
       (select array_agg(j order by id) from reference_journal j),
       (select array_agg(a order by table_name, old_key) from reference_aliases a),
       (select array_agg(r order by id) from reference_seed_runs r),
       (select array_agg(reference_all_rows(table_name, false) order by table_name) from reference_metadata)
  from reference_counter
"""


def by_client(connection: Any, _other: Connection) -> None:
    connection.terminate()


def by_server(connection: Any, other: Connection) -> None:
    other.execute("select pg_terminate_backend(%s, 5000)", [connection.get_server_pid()])


class Breaking(Session):
    """Loses its connection before the statement of this number."""

    broken_by: Break = staticmethod(by_client)
    other: Connection
    at = 0
    count = 0

    async def rows(self, sql: str, *arguments: Any) -> list[Any]:
        Breaking.count += 1
        if Breaking.count == Breaking.at:
            Breaking.broken_by(self._connection, Breaking.other)
        return await super().rows(sql, *arguments)


def edit(folder: Path) -> None:
    """Give a seed something of everything to do."""
    rename(folder, ("genres", "whodunit", "detective"), ("shelfMarks", ["North", 2], ["North", 3]))
    change(folder, "genres", lambda rows: rows[0].update(parent="detective"))
    change(folder, "genres", lambda rows: rows[1].update(slug="detective"))
    change(folder, "genres", lambda rows: rows.append({"slug": "maps", "order": 60, "name": "Maps"}))
    change(folder, "shelfMarks", lambda rows: rows[0].update(floor=3, area=1))
    change(folder, "editions", lambda rows: [rows.pop(1), rows[0].update(copies=9)])


@pytest.mark.parametrize("broken_by", [by_client, by_server])
async def test_a_seed_that_loses_its_connection_leaves_nothing(
    library: Connection,
    library_database: PostgresDatabase,
    folder: Path,
    monkeypatch: pytest.MonkeyPatch,
    broken_by: Break,
) -> None:
    await seed(library_database, folder)
    edit(folder)
    before = library.execute(STATE).fetchall()
    monkeypatch.setattr(pool, "Session", Breaking)
    Breaking.broken_by, Breaking.other, Breaking.at = staticmethod(broken_by), library, 1
    while await breaks(library_database, folder):
        assert library.execute(STATE).fetchall() == before, Breaking.at
        Breaking.at += 1
    assert Breaking.at > 25
    assert library.execute(STATE).fetchall() != before


async def breaks(database: PostgresDatabase, folder: Path) -> bool:
    Breaking.count = 0
    try:
        await seed(database, folder)
    except StoreError:
        return True
    return False
