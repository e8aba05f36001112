"""Many writers at once: their versions come in the order of their commits, and they never deadlock."""

import random
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor, wait

import pytest

from tests.conftest import url_of_connection
from tests.sql.support import Connection, add_slugs, column, connect, value, version, wait_until

WRITERS = 8
COMMITS = 25
SLUGS = [f"tag-{number}" for number in range(20)]
TABLES = (b"tags", b"badges")

# What a reader who asks again and again sees: the newest version, and then what it holds.
NEWEST = "select coalesce(max(version), 0) from reference_versions"
HELD = """
select array_agg(v.version order by v.version), array_agg(v.version order by v.created_at),
       array_agg(distinct v.created_at), array_agg(j.version order by j.id)
  from reference_versions v left join reference_journal j using (version)
 where v.version <= %s
"""


def many_commits(url: str, seed: int) -> None:
    """Transactions of one change each, some of them rolled back."""
    dice = random.Random(seed)
    with connect(url) as connection:
        for _ in range(COMMITS):
            table = dice.choice(TABLES)
            with connection.transaction():
                change = b"update " + table + b" set sort_order = sort_order + 1 where slug = %s"
                connection.execute(change, [dice.choice(SLUGS)])
            with connection.transaction(force_rollback=True):
                connection.execute(b"update " + table + b" set sort_order = 0")


@pytest.fixture
def full(db: Connection) -> Connection:
    """Versions 1 and 2: twenty tags and twenty badges."""
    add_slugs(db, "tags", *SLUGS)
    add_slugs(db, "badges", *SLUGS)
    return db


def while_writing(work: Callable[[int], None], count: int = WRITERS) -> Iterator[None]:
    """Yield again and again while writers are at work; raise what they raised."""
    with ThreadPoolExecutor(count) as pool:
        writers = [pool.submit(work, number) for number in range(count)]
        while wait(writers, timeout=0.005).not_done:
            yield
        for writer in writers:
            writer.result()


def test_a_reader_sees_versions_only_in_their_order_and_whole(full: Connection) -> None:
    looks = 0
    url = url_of_connection(full)
    for _ in while_writing(lambda number: many_commits(url, number)):
        newest = value(full, NEWEST)
        versions, by_time, moments, noted = full.execute(HELD, [newest]).fetchall()[0]
        assert sorted(set(versions)) == list(range(1, newest + 1))
        assert by_time == versions
        assert len(moments) == newest
        assert noted == versions
        looks += 1
    assert version(full) == 2 + WRITERS * COMMITS
    assert looks > 20


def test_versions_are_as_many_as_commits(full: Connection) -> None:
    url = url_of_connection(full)
    for _ in while_writing(lambda number: many_commits(url, number)):
        pass
    versions = "select version from reference_versions order by 1"
    assert column(full, versions) == list(range(1, version(full) + 1))
    assert value(full, "select max(version_seq) from reference_metadata") == version(full)
    assert (
        value(full, "select sum(sort_order) from (table tags union all table badges) as both_tables")
        == 380 + 200
    )


def opposite_updates(url: str, number: int) -> None:
    first, second = TABLES if number else reversed(TABLES)
    with connect(url) as connection:
        for _ in range(100):
            with connection.transaction():
                for table in (first, second):
                    connection.execute(b"update " + table + b" set sort_order = sort_order + 1")


def test_two_writers_in_opposite_order_never_deadlock(full: Connection) -> None:
    url = url_of_connection(full)
    for _ in while_writing(lambda number: opposite_updates(url, number), count=2):
        pass
    assert version(full) == 2 + 200


def test_a_writer_waits_before_it_locks_a_row(full: Connection) -> None:
    url = url_of_connection(full)
    with connect(url) as first, connect(url) as second, ThreadPoolExecutor() as pool:
        with first.transaction():
            first.execute("update tags set sort_order = 99")
            waiting = pool.submit(second.execute, "update badges set sort_order = 99")
            wait_until(full, "select exists (select from pg_locks where not granted)")
            assert len(column(full, "select slug from badges for update nowait")) == len(SLUGS)
        waiting.result(timeout=10)
    tables = "select table_name from reference_metadata where version_seq > 2 order by version_seq"
    assert column(full, tables) == ["tags", "badges"]
