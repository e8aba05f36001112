"""Whatever body is put, it is kept or refused with reasons; and what a PUT costs."""

import json
from typing import Any

import httpx2
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.http.preferences import PATHS, PREFERENCES, get, put, serving
from tests.people import person
from tests.soak import times
from wildside.outbound.postgres.session import Session

KEYS = [
    "coffee",
    "parks",
    "shade",
    "well-lit",
    "metric",
    "imperial",
    "\0",
    "\ud800",
    "'",
    "",
    "á" * 300,
    "{}",
]
keys = st.one_of(st.sampled_from(KEYS), st.text(max_size=8))
numbers = st.one_of(
    st.integers(), st.floats(), st.sampled_from([0, 1, 2, 3, 2**31 - 1, 2**31, 2**63, -1, 1.0, 1e400])
)
anything = st.recursive(
    st.one_of(st.none(), st.booleans(), numbers, keys),
    lambda inner: st.one_of(st.lists(inner, max_size=5), st.dictionaries(keys, inner, max_size=4)),
    max_leaves=12,
)
lists = st.one_of(st.lists(keys, max_size=6), st.lists(st.sampled_from(KEYS[:2]), max_size=3), anything)
bodies = st.one_of(
    anything,
    st.fixed_dictionaries(
        {"interestThemeIds": lists},
        optional={
            "safetyToggleIds": lists,
            "unitSystem": st.one_of(keys, anything),
            "expectedRevision": st.one_of(numbers, anything),
            "userId": anything,
        },
    ),
)
conditions = st.one_of(
    st.none(),
    st.sampled_from(["*", '"x"', "W/", "{own}", "{own}, {own}", "W/{own}", '"preferences.0.0"']),
    st.text(st.characters(min_codepoint=32, max_codepoint=126), max_size=20),
)


async def ask(client: httpx2.AsyncClient, path: str, body: Any, headers: dict[str, str]) -> httpx2.Response:
    content = json.dumps(body).encode()
    return await client.put(path, content=content, headers={**headers, "Content-Type": "application/json"})


@settings(max_examples=times(250), deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.tuples(st.sampled_from(PATHS), bodies, conditions), min_size=1, max_size=4))
async def test_no_body_is_our_fault(seeded_url: str, calls: list[tuple[str, Any, str | None]]) -> None:
    ada = person(seeded_url)
    async with serving(seeded_url) as client:
        for path, body, condition in calls:
            headers = dict(ada.headers)
            before = await get(client, ada, path)
            if condition is not None:
                headers["If-Match"] = condition.replace("{own}", before.headers["etag"])
            answer = await ask(client, path, body, headers)
            assert answer.status_code in {200, 400, 409, 412}, (body, answer.text)
            after = await get(client, ada, path)
            if answer.status_code == 200:
                assert answer.json()["revision"] == (before.json()["revision"] or 0) + 1
                assert after.content == answer.content
            else:
                assert answer.json()["status"] == answer.status_code
                assert after.content == before.content
                # Each fault has a place and a reason.
                assert answer.status_code != 400 or all(len(fault) == 3 for fault in answer.json()["errors"])


@pytest.mark.parametrize("path", PATHS)
async def test_what_a_change_costs(seeded_url: str, monkeypatch: pytest.MonkeyPatch, path: str) -> None:
    """Who it is; then begin, what the keys mean, the row, the lists, commit."""
    asked: list[str] = []
    rows = Session.rows

    async def counted(self: Session, sql: str, *arguments: Any) -> Any:
        asked.append(sql)
        return await rows(self, sql, *arguments)

    ada = person(seeded_url)
    async with serving(seeded_url) as client:
        await put(client, ada, PREFERENCES)
        monkeypatch.setattr(Session, "rows", counted)
        assert (await put(client, ada, path, 1)).status_code == 200
        assert len(asked) == 1 + 3, asked
        asked.clear()
        assert (await get(client, ada, path)).status_code == 200
        assert len(asked) == 1 + 1, asked
