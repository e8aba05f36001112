"""Whatever is sent about a route, it is kept or refused with reasons."""

import json
from typing import Any
from uuid import UUID, uuid4

import httpx2
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.http.annotations.asking import path_of
from tests.http.preferences import serving
from tests.people import person
from tests.soak import times
from tests.sql.support import connect
from tests.walkways import put_route

NOTE = UUID(int=7)
texts = st.one_of(
    st.sampled_from(["", " ", "\u2003", "\x1c", "\0", "\ud800", "{note}", "{stop}", "{poi}"]), st.text()
)
numbers = st.one_of(st.integers(), st.floats(), st.sampled_from([0, 1, 2, 2**31 - 1, 2**31, 2**63, 1.0]))
anything = st.recursive(
    st.one_of(st.none(), st.booleans(), numbers, texts),
    lambda inner: st.one_of(st.lists(inner, max_size=4), st.dictionaries(texts, inner, max_size=3)),
    max_leaves=8,
)
named_ids = st.sampled_from(["{note}", "{note}", "{stop}", "{poi}", "{nobody}"])
ids = st.one_of(st.just("{note}"), named_ids, anything)
stops = st.one_of(st.just(["{stop}"]), st.just([]), st.lists(ids, max_size=3), anything)
fine = st.sampled_from(["Ducks.", "Swans. 🦆"])
revisions = st.one_of(st.none(), st.integers(1, 3), anything)
written = st.fixed_dictionaries(
    {"noteId": ids, "body": st.one_of(fine, fine, texts, anything)},
    optional={"poiId": st.one_of(st.just("{poi}"), ids), "expectedRevision": revisions},
)
visited = st.fixed_dictionaries(
    {"visitedStopIds": stops},
    optional={"expectedRevision": revisions},
)
conditions = st.sampled_from([None, None, None, "*", '"x"', "W/", '"note.0.0"'])
calls = st.one_of(
    st.tuples(st.just(("POST", "notes")), st.one_of(written, written, written, anything), conditions),
    st.tuples(st.just(("PUT", "progress")), st.one_of(visited, visited, visited, anything), conditions),
    st.tuples(st.just(("DELETE", f"notes/{NOTE}")), anything, conditions),
)


@settings(max_examples=times(75), deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(calls, min_size=1, max_size=5))
async def test_no_body_is_our_fault(
    walks_url: str, calls: list[tuple[tuple[str, str], Any, str | None]]
) -> None:
    with connect(walks_url) as connection:
        way = put_route(connection, stops=1)
    ada = person(walks_url)
    named = {"note": NOTE, "stop": way.stops[0], "poi": way.pois[0], "nobody": uuid4()}
    async with serving(walks_url) as client:
        for (method, rest), body, condition in calls:
            content = json.dumps(body)
            for name, value in named.items():
                content = content.replace(f"{{{name}}}", str(value))
            headers = {**ada.headers, "Content-Type": "application/json"}
            if condition is not None:
                headers["If-Match"] = condition
            before = await shown(client, path_of(way, "annotations"), ada.headers)
            answer = await client.request(
                method, path_of(way, rest), content=content.encode(), headers=headers
            )
            assert answer.status_code in {200, 201, 204, 400, 404, 409, 412}, (body, answer.text)
            after = await shown(client, path_of(way, "annotations"), ada.headers)
            assert (after == before) == (answer.status_code >= 400), (body, answer.text)
            # Each fault has a place and a reason.
            assert answer.status_code != 400 or all(len(fault) == 3 for fault in answer.json()["errors"])


async def shown(client: httpx2.AsyncClient, path: str, headers: dict[str, str]) -> Any:
    return (await client.get(path, headers=headers)).json()
