"""Another user's id gives nothing and changes nothing, on every path of people."""

import psycopg
import pytest

from tests.http.preferences import BODIES, PREFERENCES, serving
from tests.people import person
from wildside.inbound.http.urls import ROUTES

CALLS = sorted(
    (method, route.path)
    for route in ROUTES
    if route.path.startswith("/api/v1/users")
    for method in {*(route.methods or ())} - {"HEAD"}
)
ROWS = """
select to_jsonb(u), (select to_jsonb(p) from user_preferences p where p.user_id = u.id),
       (select jsonb_agg(to_jsonb(t)) from user_interest_themes t where t.user_id = u.id),
       (select jsonb_agg(to_jsonb(s)) from sessions s where s.user_id = u.id)
  from users u where u.id = %s
"""


def test_no_path_takes_an_id_of_a_user() -> None:
    assert len(CALLS) == 7
    assert [path for _, path in CALLS if "{" in path] == []


@pytest.mark.parametrize(("method", "path"), CALLS)
async def test_anothers_id_gives_nothing_and_changes_nothing(seeded_url: str, method: str, path: str) -> None:
    ada, eve = person(seeded_url, "Ada"), person(seeded_url, "Eve")
    async with serving(seeded_url) as client:
        kept = await client.put(PREFERENCES, json=BODIES[PREFERENCES], headers=ada.headers)
        assert kept.status_code == 200, kept.text
        with psycopg.connect(seeded_url, autocommit=True) as connection:
            before = connection.execute(ROWS, [ada.id]).fetchall()
            named = {"userId": str(ada.id)}
            body = {**BODIES.get(path, {}), **named} if method == "PUT" else None
            for parameters in ({}, named) if body else (named,):
                answer = await client.request(method, path, params=parameters, json=body, headers=eve.headers)
                assert answer.status_code in {400, 403}, answer.text
                assert str(ada.id) not in answer.text
                assert connection.execute(ROWS, [ada.id]).fetchall() == before
