"""For any edits: what we hold after the changes is what a bootstrap would have given us."""

import asyncio
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.client.backend import FakeBackend, Tables, bootstrap, key_of, serving
from wildside.client import ClientConfig, create_reference_provider
from wildside.client.release import canonical, parse_bootstrap

TEXT = st.text(st.characters(codec="utf-8"), max_size=4) | st.sampled_from(
    ["a", "B", "é", "\U0001f600", "\uffff"]
)
NUMBERS = st.integers(-(2**60), 2**60) | st.integers(-3, 3) | st.sampled_from([0.5, -2.25, 123.456])
VALUES = st.recursive(
    st.none() | st.booleans() | NUMBERS | TEXT,
    lambda inner: st.lists(inner, max_size=2) | st.dictionaries(TEXT, inner, max_size=2),
    max_leaves=4,
)
ROWS: dict[str, dict[str, st.SearchStrategy[Any]]] = {
    "tags": {"slug": TEXT, "sortOrder": NUMBERS, "label": VALUES},
    "rules": {"kind": st.sampled_from(["a", "b"]), "number": st.integers(0, 3), "weight": VALUES},
    "extras": {"id": st.integers(0, 5), "rank": st.none() | NUMBERS, "live": st.none() | st.booleans()},
}


def tables() -> st.SearchStrategy[Tables]:
    def rows(name: str) -> st.SearchStrategy[Any]:
        row = st.fixed_dictionaries(ROWS[name])
        return st.lists(row, max_size=6, unique_by=lambda row: repr(key_of(name, row)))

    return st.fixed_dictionaries({}, optional={name: rows(name) for name in ROWS})


@pytest.fixture(scope="module")
def shared() -> Iterator[FakeBackend]:
    with serving(FakeBackend()) as fake:
        yield fake


@settings(max_examples=100, deadline=None)
@given(history=st.lists(tables(), min_size=2, max_size=4))
def test_changes_lead_to_the_bootstrap(shared: FakeBackend, history: list[Tables]) -> None:
    async def follow(folder: str) -> None:
        config = ClientConfig(use_backend=True, url=shared.url, cache=Path(folder) / "cache")
        held = create_reference_provider(config)
        for step in history:
            shared.publish(step)
            ours = await held.get_bootstrap(allow_stale_cache=False)
            fresh = create_reference_provider(ClientConfig(use_backend=True, url=shared.url))
            theirs = await fresh.get_bootstrap(allow_stale_cache=False)
            assert ours.version == theirs.version == shared.token
            assert canonical(dict(ours.value.tables)) == canonical(dict(theirs.value.tables))
            assert canonical(dict(ours.value.tables)) == canonical(shared.tables)

    shared.asked.clear()
    with tempfile.TemporaryDirectory() as folder:
        asyncio.run(follow(folder))
    # Had any delta not led to its digest, we would have asked for all instead.
    steps = len(history)
    assert (shared.asked.count("bootstrap"), shared.asked.count("changes")) == (1 + steps, steps - 1)


def test_rows_may_swap_their_keys() -> None:
    fake = FakeBackend()
    first, second = fake.tables["tags"]
    swapped = [{**first, "slug": second["slug"]}, {**second, "slug": first["slug"]}]
    with serving(fake):
        provider = create_reference_provider(ClientConfig(use_backend=True, url=fake.url))

        def as_renames(changes: dict[str, Any]) -> None:
            pairs = [(["coffee"], ["views"]), (["views"], ["coffee"])]
            changes["tables"]["tags"]["renames"] = [{"from": old, "to": new} for old, new in pairs]

        asyncio.run(provider.get_version())
        fake.publish({**fake.tables, "tags": swapped})
        fake.edit_changes = as_renames
        answer = asyncio.run(provider.get_table("tags"))
    assert answer.value == fake.tables["tags"]
    assert fake.asked == ["bootstrap", "changes"]


def test_whole_floats_are_integers() -> None:
    sent = {"tags": [{"slug": "a", "sortOrder": 1}]}
    content = bootstrap(sent, "t").replace(b'"sortOrder":1', b'"sortOrder":1.0')
    assert parse_bootstrap(content).rows("tags") == sent["tags"]
    assert canonical([1.0, -0.0, 0.5, 1e17, 10**17]) == b"[1,0,0.5,1e17,100000000000000000]"
