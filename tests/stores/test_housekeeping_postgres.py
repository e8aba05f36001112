"""Housekeeping beside other processes: it waits for nobody, and asks an index."""

from uuid import uuid4

import pytest

from tests.people import person
from tests.sql.plans import planned
from tests.sql.support import Connection, connect, value
from wildside.domain.housekeeping import Removed
from wildside.outbound.postgres import housekeeping
from wildside.outbound.postgres.pool import PostgresDatabase
from wildside.usecases.remove_expired import remove_expired

ATTEMPT = """
insert into login_attempts (username_hash, address, attempted_at)
values (sha256('ada'), '192.0.2.1', now() - %s::interval)
"""
PILE = """
insert into sessions (id, user_id, issued_at, expires_at)
select gen_random_uuid(), %(user)s, now() - interval '1 day', now() + n * interval '1 s' - interval '5 min'
  from generate_series(1, 6000) n;
insert into idempotency_keys (user_id, mutation, key, request_hash, status_code, headers, response,
                              created_at, expires_at)
select %(user)s, 'a', gen_random_uuid(), sha256('a'), 200, '{}', '', now() - interval '1 day',
       now() + n * interval '1 s' - interval '5 min'
  from generate_series(1, 6000) n;
insert into login_attempts (username_hash, address, attempted_at)
select sha256('a'), '192.0.2.1', now() - n * interval '1 s' from generate_series(1, 6000) n
"""


async def test_old_attempts_are_removed_and_recent_ones_kept(
    database: PostgresDatabase, other: Connection
) -> None:
    for age in ("2 h", "61 min", "59 min", "1 s"):
        other.execute(ATTEMPT, [age])
    assert await remove_expired(database, batch=1) == Removed(0, 0, 2)
    assert value(other, "select count(*) from login_attempts") == 2


async def test_rows_that_another_process_removes_are_left_to_it(
    database: PostgresDatabase, database_url: str, other: Connection
) -> None:
    ada = person(database_url)
    other.execute("update sessions set issued_at = 'yesterday', expires_at = now()")
    other.execute(
        "insert into sessions (id, user_id, issued_at, expires_at) values (%s, %s, 'yesterday', now())",
        [uuid4(), ada.id],
    )
    with connect(database_url, autocommit=False) as busy:
        busy.execute("select from sessions where id = %s for update", [ada.session_id])
        assert await remove_expired(database) == Removed(1, 0, 0)
        busy.rollback()
    assert await remove_expired(database) == Removed(1, 0, 0)


@pytest.mark.parametrize(
    ("statement", "arguments", "index"),
    [
        (housekeeping._SESSIONS, ["500"], "sessions_expiry"),
        (housekeeping._ANSWERS, ["500"], "idempotency_keys_expiry"),
        (housekeeping._ATTEMPTS, ["500", "'1 h'"], "login_attempts_age"),
    ],
)
def test_an_index_knows_what_is_over(
    database_url: str, other: Connection, statement: str, arguments: list[str], index: str
) -> None:
    """A moment that changes from row to row, as clock_timestamp() does, would have every row read."""
    ada = person(database_url)
    for each in PILE.split(";"):
        other.execute(each.encode(), {"user": ada.id})
    other.execute("analyze")
    for mode in ("force_custom_plan", "force_generic_plan"):
        found = planned(other, statement, arguments, mode)
        (scan,) = [node for node in found if node.get("Index Name") == index]
        assert "Index Cond" in scan
        assert scan["Actual Rows"] <= 500
        assert "Seq Scan" not in {node["Node Type"] for node in found}, mode
