"""Erasing: nothing that refers to a user outlives them."""

from collections.abc import Iterator
from typing import Any
from uuid import UUID

import psycopg
import pytest
from psycopg import sql

from tests.conftest import url_of_connection
from tests.http.support import application, assert_problem, client_of, started
from tests.people import KEY, Person, account, person
from tests.walkways import put_route

ME = "/api/v1/users/me"
OWNED = """
select table_name from information_schema.columns
 where table_schema = 'public' and column_name = 'user_id' order by table_name
"""
FILL = {
    "user_credentials": None,
    "sessions": None,
    "user_roles": "insert into user_roles values (%(user)s, 'admin') on conflict do nothing",
    "user_preferences": """insert into user_preferences (user_id, unit_system, revision)
                           select %(user)s, slug, 1 from unit_systems limit 1""",
    "user_interest_themes": """insert into user_interest_themes (user_id, interest_theme, position)
                               select %(user)s, slug, 0 from interest_themes limit 1""",
    "user_safety_toggles": """insert into user_safety_toggles (user_id, safety_toggle, position)
                              select %(user)s, slug, 0 from safety_toggles limit 1""",
    "idempotency_keys": """insert into idempotency_keys
        (user_id, mutation, key, request_hash, status_code, headers, response, expires_at)
        values (%(user)s, 'a', gen_random_uuid(), sha256(''), 200, '{}', '', now() + interval '1 h')""",
    "routes": None,
    "route_notes": """insert into route_notes (user_id, id, route_id, poi_id, body, revision)
        values (%(user)s, gen_random_uuid(), %(route)s, %(poi)s, 'A note', 1)""",
    "route_progress": """insert into route_progress (user_id, route_id, revision)
        values (%(user)s, %(route)s, 1)""",
    "route_progress_stops": """insert into route_progress_stops (user_id, route_id, stop_id, position)
        values (%(user)s, %(route)s, %(stop)s, 0)""",
    "offline_bundles": """insert into offline_bundles
        (id, user_id, device_id, kind, route_id, min_lng, min_lat, max_lng, max_lat, min_zoom, max_zoom,
         estimated_size_bytes, status, progress, revision)
        values (gen_random_uuid(), %(user)s, 'phone', 'route', %(route)s, 24, 60, 25, 61, 1, 2,
                0, 'queued', 0, 1)""",
    "walk_sessions": """insert into walk_sessions (user_id, id, route_id, started_at, revision)
        values (%(user)s, %(route)s, %(route)s, now(), 1)""",
    "walk_session_stats": """insert into walk_session_stats (user_id, walk_session_id, kind, position, value)
        values (%(user)s, %(route)s, 'distance', 0, 1)""",
    "walk_session_pois": """insert into walk_session_pois (user_id, walk_session_id, poi_id, position)
        values (%(user)s, %(route)s, %(poi)s, 0)""",
}
"""Table → a row of a user, where `person` makes none. A new table belongs here too."""
OUTLIVES = {"community_picks"}
"""What is everybody's by then: it forgets whose it was."""
PICK = """
insert into community_picks (route_id, position, user_id, rating, saves, picked_at, localizations)
values (%s, 0, %s, 4, 1, now(), '{"en-GB": {"name": "A pick"}}')
"""
LISTED = """
insert into route_summaries
    (route_id, slug, category, theme, difficulty, surface, gradient, crowd_level, region, localizations)
values (%s, 'a-walk', 'waterfront', 'golden-hour', 'easy', 'cobbles', 'flat', 'quiet', 'helsinki',
        '{"en-GB": {"name": "A walk"}}')
"""


@pytest.fixture
def filled(seeded_connection: psycopg.Connection[Any]) -> Iterator[tuple[Person, Person]]:
    """Two people with a row in every table."""
    url = url_of_connection(seeded_connection)
    people = person(url, "Ada", "admin"), person(url, "Bob", "admin")
    for one in people:
        made = put_route(seeded_connection, one.id)
        row = {"user": one.id, "route": made.id, "stop": made.stops[0], "poi": made.pois[0]}
        for statement in FILL.values():
            if statement:
                seeded_connection.execute(statement.encode(), row)
        attempt = """insert into login_attempts (username_hash, address)
                     select sha256(convert_to(username, 'UTF8')), '192.0.2.1'
                       from user_credentials where user_id = %s"""
        seeded_connection.execute(attempt.encode(), (one.id,))
    seeded_connection.commit()
    curated = put_route(seeded_connection)
    seeded_connection.execute(LISTED.encode(), (curated.id,))
    seeded_connection.execute(PICK.encode(), (curated.id, people[0].id))
    seeded_connection.commit()
    yield people
    seeded_connection.rollback()


def counts(connection: psycopg.Connection[Any], user_id: UUID) -> dict[str, int]:
    """How many rows of each table are a user's."""
    tables = [name for (name,) in connection.execute(OWNED.encode()).fetchall()]
    found = {}
    for table in tables:
        query = sql.SQL("select count(*) from {} where user_id = %s").format(sql.Identifier(table))
        found[table] = connection.execute(query, (user_id,)).fetchall()[0][0]
    connection.commit()
    return found


async def test_no_row_that_refers_to_the_user_is_left_and_none_of_anybody_else_goes(
    seeded_connection: psycopg.Connection[Any], filled: tuple[Person, Person]
) -> None:
    ada, bob = filled
    before = counts(seeded_connection, bob.id)
    assert before.keys() == FILL.keys() | OUTLIVES
    mine = counts(seeded_connection, ada.id)
    assert all(mine.values())
    url = url_of_connection(seeded_connection)
    async with started(application(url, session_keys=(KEY,))) as app, client_of(app) as client:
        answer = await client.delete(ME, headers=ada.headers)
        assert (answer.status_code, answer.content) == (204, b""), answer.text
        assert "Max-Age=0" in answer.headers["set-cookie"]
        assert_problem(await client.get(ME, headers=ada.headers), 401, "unauthorized")
        assert_problem(await client.delete(ME, headers=ada.headers), 401, "unauthorized")
        assert (await client.get(ME, headers=bob.headers)).status_code == 200
    assert not any(counts(seeded_connection, ada.id).values())
    assert counts(seeded_connection, bob.id) == before
    users = seeded_connection.execute("select id from users").fetchall()
    assert users == [(bob.id,)]
    assert seeded_connection.execute("select count(*) from login_attempts").fetchall() == [(1,)]
    picks = seeded_connection.execute("select user_id, rating, saves from community_picks").fetchall()
    assert picks == [(None, 4.0, 1)]
    curated = seeded_connection.execute("select count(*) from routes where user_id is null").fetchall()
    assert curated == [(1,)]


async def test_every_table_with_a_user_follows_them(connection: psycopg.Connection[Any]) -> None:
    """By a foreign key of its own that cascades, so that erasing cannot forget one."""
    follows = """
        select c.conrelid::regclass::text, c.confdeltype::text
          from pg_constraint c join pg_attribute a on a.attrelid = c.conrelid and a.attnum = any (c.conkey)
         where c.contype = 'f' and c.confrelid = 'users'::regclass
           and a.attname = 'user_id' order by 1"""
    owned = [name for (name,) in connection.execute(OWNED.encode()).fetchall()]
    expected = [(name, "n" if name in OUTLIVES else "c") for name in owned]  # set null, or cascade
    assert connection.execute(follows.encode()).fetchall() == expected


async def test_who_failed_to_be_erased_is_there_whole(
    seeded_connection: psycopg.Connection[Any], filled: tuple[Person, Person]
) -> None:
    before = counts(seeded_connection, filled[0].id)
    seeded_connection.execute("""
        create function refuse() returns trigger language plpgsql as $$ begin raise 'no'; end $$;
        create trigger refuse before delete on sessions for each row execute function refuse()""")
    seeded_connection.commit()
    url = url_of_connection(seeded_connection)
    async with started(application(url, session_keys=(KEY,))) as app, client_of(app) as client:
        answer = await client.delete(ME, headers=filled[0].headers)
    assert_problem(answer, 500, "internal_error")
    assert "set-cookie" not in answer.headers
    assert counts(seeded_connection, filled[0].id) == before


async def test_an_erased_name_can_be_taken_again_and_logs_in_nobody(database_url: str) -> None:
    ada = account(database_url)
    async with started(application(database_url, session_keys=(KEY,))) as app, client_of(app) as client:
        answer = await client.post("/api/v1/login", json=ada.body)
        cookie = answer.headers["set-cookie"].partition(";")[0]
        assert (await client.delete(ME, headers={"Cookie": cookie})).status_code == 204
        assert_problem(await client.post("/api/v1/login", json=ada.body), 401, "unauthorized")
        account(database_url)
        assert (await client.post("/api/v1/login", json=ada.body)).status_code == 200


async def test_the_methods_of_a_path_are_told_together(database_url: str) -> None:
    async with started(application(database_url, session_keys=(KEY,))) as app, client_of(app) as client:
        answer = await client.put(ME)
        assert_problem(answer, 405, "method_not_allowed")
        assert set(answer.headers["allow"].split(", ")) == {"GET", "HEAD", "DELETE"}
        head = await client.head(ME, headers=person(database_url).headers)
        assert (head.status_code, head.content) == (200, b"")
        for path in ("/api/v1/login", "/api/v1/logout"):
            assert (await client.get(path)).headers["allow"] == "POST"
