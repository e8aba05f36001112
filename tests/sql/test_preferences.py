"""The rules of preferences, at the edges that the domain has too; and the plans of hot queries."""

from collections.abc import Iterator
from datetime import UTC, datetime
from types import SimpleNamespace
from typing import Any, LiteralString
from uuid import UUID, uuid4

import psycopg
import pytest
from pytest_postgresql.executors import NoopExecutor

from tests.sql.agreement import allowed, holds
from tests.sql.support import Connection, broken_rule, connect, scratch_database
from wildside.domain.preferences import MOST, Choices, Preferences
from wildside.outbound.postgres import preferences, sessions

NOW = datetime(2026, 1, 1, tzinfo=UTC)


@pytest.fixture
def ada(seeded_connection: Connection) -> UUID:
    user_id = uuid4()
    seeded_connection.execute("insert into users (id, display_name) values (%s, 'Ada')", [user_id])
    return user_id


@pytest.mark.parametrize("revision", [-1, 0, 1, 2, 2**31 - 1])
def test_revisions(seeded_connection: Connection, ada: UUID, revision: int) -> None:
    insert: LiteralString = (
        "insert into user_preferences (user_id, unit_system, revision) values (%s, 'metric', %s)"
    )
    by_domain = holds(lambda: Preferences(ada, (), (), "metric", revision, NOW))
    assert allowed(seeded_connection, (insert, [ada, revision])) == by_domain == (revision >= 1)


LISTS: dict[str, tuple[LiteralString, LiteralString]] = {
    "interests": ("interest_themes", "insert into user_interest_themes (user_id, interest_theme, position)"),
    "toggles": ("safety_toggles", "insert into user_safety_toggles (user_id, safety_toggle, position)"),
}


@pytest.mark.parametrize("kind", LISTS)
@pytest.mark.parametrize("length", [0, 1, MOST - 1, MOST, MOST + 1])
def test_lists(seeded_connection: Connection, ada: UUID, kind: str, length: int) -> None:
    table, insert = LISTS[kind]
    more = "" if kind == "interests" else ", section, default_enabled"
    values = "" if kind == "interests" else ", (select min(slug) from safety_sections), false"
    seeded_connection.execute(
        f"insert into {table} (slug, sort_order, icon, localizations{more}) "
        f"select 'x' || n, n, 'some:icon', '{{\"en-GB\": {{\"name\": \"x\"}}}}'{values} "
        f"from generate_series(0, {MOST}) n".encode()
    )
    keys = tuple(f"x{number}" for number in range(length))
    by_domain = holds(lambda: Choices(keys) if kind == "interests" else Choices((), keys))
    rows = [(insert + " values (%s, %s, %s)", [ada, key, place]) for place, key in enumerate(keys)]
    assert allowed(seeded_connection, *rows) == by_domain == (length <= MOST)


@pytest.mark.parametrize("kind", LISTS)
def test_a_list_has_nothing_twice(seeded_connection: Connection, ada: UUID, kind: str) -> None:
    key = {"interests": "coffee", "toggles": "shade"}[kind]
    rows = [(LISTS[kind][1] + " values (%s, %s, %s)", [ada, key, place]) for place in (0, 1)]
    assert allowed(seeded_connection, rows[0])
    assert not allowed(seeded_connection, *rows)
    assert not holds(lambda: Choices((key, key)) if kind == "interests" else Choices((), (key, key)))


@pytest.mark.parametrize("kind", LISTS)
def test_two_cannot_have_one_place_once_all_is_written(
    seeded_connection: Connection, ada: UUID, kind: str
) -> None:
    """Two that change places may share one on the way."""
    keys = {"interests": ("coffee", "parks"), "toggles": ("shade", "well-lit")}[kind]
    rows = [(LISTS[kind][1] + " values (%s, %s, 0)", [ada, key]) for key in keys]
    assert not allowed(seeded_connection, *rows)
    table: LiteralString = "user_interest_themes" if kind == "interests" else "user_safety_toggles"
    column: LiteralString = "interest_theme" if kind == "interests" else "safety_toggle"
    move: LiteralString = f"update {table} set position = 1 where {column} = %s"
    assert allowed(seeded_connection, *rows, (move, [keys[1]]))


def test_what_is_chosen_cannot_be_deleted(seeded_connection: Connection, ada: UUID) -> None:
    seeded_connection.execute(LISTS["interests"][1] + " values (%s, 'coffee', 0)", [ada])
    seeded_connection.execute("alter table interest_themes disable trigger user")
    with pytest.raises(psycopg.IntegrityError) as raised:
        seeded_connection.execute("delete from interest_themes where slug = 'coffee'")
    assert broken_rule(raised.value) is not None


PEOPLE = 100_000
CROWD = f"""
insert into users (id, display_name)
select ('00000000-0000-7000-8000-' || lpad(n::text, 12, '0'))::uuid, 'User ' || n
  from generate_series(1, {PEOPLE}) n;
insert into user_credentials (user_id, username, password_hash)
select id, 'user-' || row_number() over (), '$argon2id$none' from users;
insert into sessions (id, user_id, expires_at)
select id, id, clock_timestamp() + interval '1 hour' from users;
insert into user_roles (user_id, role) select id, 'admin' from users limit 5000;
insert into user_preferences (user_id, unit_system, revision) select id, 'metric', 1 from users;
insert into user_interest_themes (user_id, interest_theme, position)
select u.id, t.slug, t.place - 1 from users u
  cross join (values ('coffee', 1), ('parks', 2)) t (slug, place);
insert into user_safety_toggles (user_id, safety_toggle, position) select id, 'shade', 0 from users;
analyze
"""


@pytest.fixture(scope="module")
def crowd(cluster: SimpleNamespace, seeded_template: NoopExecutor) -> Iterator[Connection]:
    with (
        scratch_database(cluster, template=seeded_template.template_dbname) as url,
        connect(url) as connection,
    ):
        # Foreign keys are kept by construction; to check each of a million would take the test's time.
        connection.execute("set session_replication_role = replica")
        connection.execute(CROWD.encode())
        connection.execute("set session_replication_role = origin")
        yield connection


SOMEBODY = "'00000000-0000-7000-8000-000000050000'::uuid"
HOT = {
    "read": (
        preferences._GET,
        [SOMEBODY],
        {"user_preferences", "user_interest_themes", "user_safety_toggles"},
    ),
    "first": (preferences._FIRST, [SOMEBODY, "'metric'"], {"users"}),
    "next": (preferences._NEXT, [SOMEBODY, "'metric'", "1"], {"users", "user_preferences"}),
    "hold": (preferences._HOLD, [SOMEBODY], {"users", "user_preferences"}),
    "lists": (
        preferences._LISTS,
        [SOMEBODY, "array['parks', 'food']", "array['shade']"],
        {"user_interest_themes", "user_safety_toggles"},
    ),
    "signed in": (sessions._SIGNED_IN, [SOMEBODY], {"sessions", "user_credentials", "user_roles"}),
}


@pytest.mark.parametrize("name", HOT)
def test_what_is_asked_at_each_request_is_found_by_index(crowd: Connection, name: str) -> None:
    """By the plan for any arguments, which is what a prepared statement gets in the end."""
    statement, arguments, tables = HOT[name]
    with crowd.transaction(force_rollback=True):
        crowd.execute("set local plan_cache_mode = force_generic_plan")
        crowd.execute(f"prepare hot as {statement}".encode())
        try:
            row = crowd.execute(
                f"explain (analyze, format json) execute hot({', '.join(arguments)})".encode()
            ).fetchone()
        finally:
            crowd.execute("deallocate hot")
    assert row is not None
    nodes = [*_nodes(row[0][0]["Plan"])]
    scans = [node for node in nodes if node["Node Type"] == "Seq Scan" and node["Relation Name"] in tables]
    assert not scans, scans
    indexed = {node.get("Relation Name") for node in nodes if "Index" in node["Node Type"]}
    assert tables <= {
        *indexed,
        *(node.get("Relation Name") for node in nodes if "Bitmap" in node["Node Type"]),
    }
    assert row[0][0]["Execution Time"] < 500


def _nodes(plan: dict[str, Any]) -> Iterator[dict[str, Any]]:
    yield plan
    for child in plan.get("Plans", []):
        yield from _nodes(child)
