"""Reading releases: which rows, in what order, and all of one moment."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from threading import Event, Thread
from types import SimpleNamespace
from typing import Any, LiteralString

import psycopg
import pytest
from psycopg.types.json import Jsonb

from tests.conftest import MIGRATIONS, url_of
from tests.sql.support import Connection, add_rows, add_slugs, column, connect, scratch_database, value
from wildside.config import DatabaseUrl
from wildside.domain.errors import NoRelease
from wildside.domain.release import Body, Content, Release, build_release
from wildside.outbound.postgres.binaries import installed
from wildside.outbound.postgres.embedded import EmbeddedServer
from wildside.outbound.postgres.migrations import apply_migrations
from wildside.outbound.postgres.pool import Limits, PostgresDatabase

# By code point "a-b" comes before "a1" and "ab"; people's orders skip the hyphen.
SLUGS = ["ab", "a1", "a-b", "a-c", "b", "a", "a1-b", "ab-a"]
READS = 300
NOT_TABLES = ["pg_class", "constructor", "tags; drop table tags", "public.tags", '"tags"', "Tags", ""]
FUNCTIONS = [
    "reference_active_rows(%(name)s)",
    "reference_all_rows(%(name)s, false)",
    "reference_images(%(name)s, '[]')",
    "reference_violations(%(name)s, '[]')",
    "reference_upsert(%(name)s, '[]')",
    "reference_deprecate(%(name)s, '[]')",
    """reference_rename(%(name)s, '["a"]', '["b"]')""",
]


def active_rows(connection: Connection, table: str) -> Any:
    return value(connection, "select reference_active_rows(%s)", table)


def test_inactive_rows_and_bookkeeping_are_hidden(db: Connection) -> None:
    add_slugs(db, "tags", "a", "b")
    db.execute("update tags set is_active = false where slug = 'a'")
    assert active_rows(db, "tags") == [
        {"slug": "b", "sort_order": 1, "icon": "some:icon", "localizations": {"en-GB": {"name": "A name"}}}
    ]


def test_rows_come_by_their_order_and_then_by_their_key(db: Connection) -> None:
    add_slugs(db, "tags", *SLUGS)
    db.execute("update tags set sort_order = case slug when 'b' then -1 else 7 end")
    assert [row["slug"] for row in active_rows(db, "tags")] == ["b", *sorted({*SLUGS} - {"b"})]


def test_a_table_without_rows_reads_as_none(db: Connection) -> None:
    assert active_rows(db, "tags") == []


@pytest.mark.parametrize("name", NOT_TABLES)
@pytest.mark.parametrize("function", FUNCTIONS)
def test_other_tables_are_refused(shared_db: Connection, function: str, name: str) -> None:
    with pytest.raises(psycopg.errors.UndefinedTable, match="is not a reference table"):
        shared_db.execute(f"select {function}".encode(), {"name": name})


async def test_before_the_first_version_there_is_no_release(database: PostgresDatabase) -> None:
    async with database.reading() as stores:
        with pytest.raises(NoRelease):
            await stores.reference.content()


@contextmanager
def writing(work: Callable[[], None]) -> Iterator[None]:
    """Do something every millisecond meanwhile."""
    stop = Event()
    errors: list[Exception] = []

    def repeat() -> None:
        try:
            while not stop.wait(0.001):
                work()
        except Exception as error:
            errors.append(error)

    writer = Thread(target=repeat)
    writer.start()
    try:
        yield
    finally:
        stop.set()
        writer.join()
    assert errors == []


def write_a_number(connection: Connection) -> None:
    """Name a tag and a badge after the version that this transaction makes."""
    with connection.transaction():
        number = value(connection, "select version + 1 from reference_counter for update")
        texts = Jsonb({"en-GB": {"name": str(number)}})
        connection.execute("update tags set localizations = %s", [texts])
        connection.execute("update badges set localizations = %s", [texts])


def moments(content: Content) -> tuple[set[int], set[datetime]]:
    """The versions and the times that a reader holds: more than one of either is a torn read."""
    tables = [content.tables["tags"], content.tables["badges"]]
    names = [int(table.rows[0]["localizations"]["en-GB"]["name"]) for table in tables]
    versions = {*names, *[table.version for table in tables], content.version.number}
    return versions, {content.version.created_at, *[table.last_updated for table in tables]}


async def test_no_read_holds_rows_of_two_moments(new_db: Connection, database: PostgresDatabase) -> None:
    add_slugs(new_db, "tags", "a")
    add_slugs(new_db, "badges", "a")
    write_a_number(new_db)
    seen: list[set[int]] = []
    with writing(lambda: write_a_number(new_db)):
        for _ in range(READS):
            async with database.reading() as stores:
                versions, times = moments(await stores.reference.content())
            assert (len(versions), len(times)) == (1, 1)
            seen.append(versions)
    assert len(set.union(*seen)) > READS / 10


@contextmanager
def server_with_icu(cluster: SimpleNamespace, folder: Path) -> Iterator[SimpleNamespace]:
    """The server of this run if it was built with ICU, else the first installed one that was."""
    if knows_icu(cluster):
        yield cluster
        return
    for bin_dir in installed():
        with EmbeddedServer(folder / bin_dir.parts[-2], bin_dir, durable=False) as server:
            other = SimpleNamespace(**{**vars(cluster), "host": str(server.socket_dir)})
            if knows_icu(other):
                yield other
                return
    pytest.skip("no installed PostgreSQL was built with ICU")


def knows_icu(cluster: SimpleNamespace) -> bool:
    url = url_of(cluster.host, cluster.port, cluster.user, cluster.maintenance_dbname)
    with connect(url) as connection:
        return (
            value(connection, "select exists (select from pg_collation where collname = 'en-x-icu')") is True
        )


async def read_back(url: str) -> tuple[list[str], Release, Release]:
    """Write rows whose order is a matter of taste; read them by the taste of the database, and by ours."""
    apply_migrations(DatabaseUrl.parse(url), MIGRATIONS, lambda _id: None)
    with connect(url) as connection:
        add_slugs(connection, "tags", *SLUGS)
        connection.execute("update tags set sort_order = 7")
        add_slugs(connection, "poi_categories", "cafe")
        rules = [
            (slug.replace("-", mark), mark.replace(":", "x"), "cafe", 1) for slug in SLUGS for mark in "_:"
        ]
        add_rows(connection, "osm_tag_rules", ["osm_key", "osm_value", "category", "priority"], rules)
        theirs = column(connection, "select slug from tags order by slug")
    async with PostgresDatabase(url, Limits(), "tests") as database, database.reading() as stores:
        newest = build_release(await stores.reference.content())
        return theirs, newest, build_release(await stores.reference.content_at(newest.version.number))


async def test_databases_of_two_collations_give_the_same_bytes(
    cluster: SimpleNamespace, tmp_path: Path
) -> None:
    with server_with_icu(cluster, tmp_path) as server:
        icu: LiteralString = "locale_provider icu icu_locale 'en-US-u-ka-shifted' locale 'C'"
        with scratch_database(server, "locale 'C'") as plain, scratch_database(server, icu) as human:
            (by_code_point, here, _), (by_taste, there, past) = await read_back(plain), await read_back(human)
    assert by_code_point != by_taste
    assert past.bootstrap == there.bootstrap
    assert tables_of(here.bootstrap) == tables_of(there.bootstrap)
    assert [tables_of(body) for body in here.tables.values()] == [
        tables_of(body) for body in there.tables.values()
    ]
    assert here.token.split("-")[1] == there.token.split("-")[1]


def tables_of(body: Body) -> bytes:
    """The bytes of a body after what names its version and its time."""
    return body.content.split(b'"tables":')[1]
