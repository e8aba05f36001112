"""The worked example of the guide: it passes `check`, and programs of two releases live through it."""

import re
from pathlib import Path
from types import SimpleNamespace

import pytest

from tests.sql.support import Connection, column, connect, scratch_database
from tests.toolkit.checking import FILE, write
from wildside.config import DatabaseUrl
from wildside.outbound.migration_check import check_migrations
from wildside.outbound.postgres.migrations import apply_migrations

GUIDE = (Path(__file__).parents[2] / "sql" / "README.md").read_text()
STEPS = dict(re.findall(r"`(000\d\.[a-z_]+\.sql)`[^`]*(?:`[^`]+`[^`]*)?\n```sql\n(.*?)```", GUIDE, re.DOTALL))
WALKS = """-- Walks.
-- depends:

create table walks (
    id   bigint generated always as identity,
    name text not null,
    constraint walks_pkey primary key (id)
);

comment on table walks is 'Walks.';
"""


def test_all_steps_are_read_from_the_guide() -> None:
    assert [name[:4] for name in STEPS] == ["0002", "0003", "0004", "0005"]


def test_the_example_passes_the_check(tmp_path: Path) -> None:
    undone = {name.replace(".sql", ".rollback.sql"): "select 1;\n" for name in [FILE, *list(STEPS)[:3]]}
    found = check_migrations(write(tmp_path, {FILE: WALKS} | STEPS | undone))
    assert [str(one) for one in found] == []


@pytest.fixture
def titles(cluster: SimpleNamespace, tmp_path: Path) -> list[str]:
    """Titles after every release, with the programs of that release and the one before at work."""
    with scratch_database(cluster) as url, connect(url) as connection:
        old, new = "insert into walks (name) values (%s)", "insert into walks (title) values (%s)"
        release(url, tmp_path, {FILE: WALKS})
        add(connection, old, "before")
        release(url, tmp_path, dict(list(STEPS.items())[:2]))
        add(connection, old, "one")
        connection.execute("update walks set name = 'renamed' where name = 'one'")
        release(url, tmp_path, dict(list(STEPS.items())[2:3]))
        add(connection, old, "two, late")
        add(connection, new, "two")
        connection.execute("update walks set title = 'retitled' where title = 'two'")
        assert column(connection, "select name from walks where title is distinct from name") == []
        release(url, tmp_path, dict(list(STEPS.items())[3:]))
        add(connection, new, "three")
        return column(connection, "select title from walks order by id")


def release(url: str, folder: Path, files: dict[str, str]) -> None:
    for name, text in files.items():
        (folder / name).write_text(text)
    apply_migrations(DatabaseUrl.parse(url), folder, lambda _id: None)


def add(connection: Connection, statement: str, name: str) -> None:
    connection.execute(statement.encode(), [name])


def test_no_release_loses_what_another_wrote(titles: list[str]) -> None:
    assert titles == ["before", "renamed", "two, late", "retitled", "three"]
