"""What a client reads: releases that are whole, ordered, stable and never old."""

import asyncio
import hashlib
import re
from datetime import datetime
from typing import Any

import httpx2
import psycopg
import pytest

from tests.conftest import url_of_connection
from tests.http.support import READS, REFERENCE, client_over
from wildside.domain.release import canonical
from wildside.tools import Tools

ORDER = Tools().read_source(None).manifest.order
TOKEN = re.compile(r"[0-9a-z]+\.[1-9][0-9]*-[0-9a-f]{16,}")
MOMENT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z")

Seeded = psycopg.Connection[Any]
PATIENCE = 10.0
"""Seconds for a notification to come, on a busy machine."""


async def read(client: httpx2.AsyncClient, what: str) -> Any:
    response = await client.get(f"{REFERENCE}/{what}")
    assert response.status_code == 200, response.text
    return response.json()


@pytest.mark.parametrize("path", READS)
async def test_the_wrapper_has_its_members(client: httpx2.AsyncClient, path: str) -> None:
    response = await client.get(path)
    assert response.headers["content-type"] == "application/json"
    wrapper = response.json()
    members = {"schemaVersion", "referenceVersion", "generatedAt", "tables"}
    assert wrapper.keys() - {"digests"} == members
    assert ("digests" in wrapper) is (not path.endswith("version"))
    assert type(wrapper["schemaVersion"]) is int
    assert TOKEN.fullmatch(wrapper["referenceVersion"])
    assert MOMENT.fullmatch(wrapper["generatedAt"])
    assert type(wrapper["tables"]) is dict


async def test_every_answer_of_a_release_has_its_token(client: httpx2.AsyncClient) -> None:
    answers = [await read(client, what) for what in ("version", "bootstrap", *ORDER)]
    tokens = {
        (answer["schemaVersion"], answer["referenceVersion"], answer["generatedAt"]) for answer in answers
    }
    assert len(tokens) == 1


async def test_the_version_describes_every_table(client: httpx2.AsyncClient) -> None:
    version, bootstrap = await read(client, "version"), await read(client, "bootstrap")
    assert version["tables"].keys() == set(ORDER)
    for name, about in version["tables"].items():
        assert about.keys() == {"version", "lastUpdated", "rows", "digest"}
        assert (type(about["version"]), type(about["rows"])) == (int, int)
        assert MOMENT.fullmatch(about["lastUpdated"])
        assert datetime.fromisoformat(about["lastUpdated"]) <= datetime.fromisoformat(version["generatedAt"])
        assert about["rows"] == len(bootstrap["tables"][name])
        digest = hashlib.sha256(canonical(bootstrap["tables"][name])).hexdigest()
        assert about["digest"] == bootstrap["digests"][name] == digest


async def test_the_bootstrap_is_the_union_of_the_tables(client: httpx2.AsyncClient) -> None:
    bootstrap = await read(client, "bootstrap")
    tables: dict[str, Any] = {}
    for name in ORDER:
        answer = await read(client, name)
        assert answer["tables"].keys() == {name}
        tables |= answer["tables"]
    assert bootstrap["tables"] == tables


@pytest.mark.parametrize("path", READS)
async def test_the_same_release_is_the_same_bytes(
    client: httpx2.AsyncClient, path: str, released_url: str
) -> None:
    first = await client.get(path)
    async with client_over(released_url) as other:
        for again in (await client.get(path), await other.get(path)):
            assert (again.content, again.headers["etag"]) == (first.content, first.headers["etag"])


async def test_json_is_canonical(client: httpx2.AsyncClient) -> None:
    text = (await client.get(f"{REFERENCE}/bootstrap")).content.decode()
    assert text.startswith('{"digests":{"badges":"')
    assert "\\u00" not in text
    assert "Español" in text or "español" in text


async def test_bookkeeping_stays_inside(client: httpx2.AsyncClient) -> None:
    tables = (await read(client, "bootstrap"))["tables"]
    names = {name for rows in tables.values() for row in rows for name in row}
    assert not names & {"isActive", "is_active", "sourceType", "source_type", "live"}
    assert not [name for name in names if "_" in name]


async def test_rows_come_by_sort_order_then_key_in_code_points(seeded_connection: Seeded) -> None:
    seeded_connection.execute("update tags set sort_order = 1 where slug in ('coffee', 'views', 'free')")
    seeded_connection.commit()
    async with client_over(url_of_connection(seeded_connection)) as client:
        rows = (await read(client, "tags"))["tables"]["tags"]
    places = [(row["sortOrder"], row["slug"]) for row in rows]
    assert places == sorted(places)
    assert [row["slug"] for row in rows[:3]] == ["coffee", "free", "views"]


async def test_only_active_rows_are_shown(seeded_connection: Seeded) -> None:
    async with client_over(url_of_connection(seeded_connection)) as client:
        before = (await read(client, "tags"))["tables"]["tags"]
        seeded_connection.execute("update tags set is_active = false where slug = 'views'")
        seeded_connection.commit()
        await heard(client, seeded_connection)
        tags = (await read(client, "tags"))["tables"]["tags"]
        bootstrap = await read(client, "bootstrap")
        version = await read(client, "version")
    assert tags == [row for row in before if row["slug"] != "views"]
    assert bootstrap["tables"]["tags"] == tags
    assert version["tables"]["tags"]["rows"] == len(tags)


async def test_a_table_without_active_rows_is_an_empty_list(seeded_connection: Seeded) -> None:
    seeded_connection.execute("update badges set is_active = false")
    seeded_connection.commit()
    async with client_over(url_of_connection(seeded_connection)) as client:
        assert (await read(client, "badges"))["tables"] == {"badges": []}


@pytest.mark.parametrize("what", ["version", "bootstrap", "tags"])
async def test_a_change_is_in_the_next_answer_once_it_was_heard(seeded_connection: Seeded, what: str) -> None:
    async with client_over(url_of_connection(seeded_connection)) as client:
        seen = [(await client.get(f"{REFERENCE}/{what}"))]
        for icon in ("tag:one", "tag:two", "tag:three"):
            seeded_connection.execute("update tags set icon = %s where slug = 'coffee'", [icon])
            seeded_connection.commit()
            await heard(client, seeded_connection)
            seen.append(await client.get(f"{REFERENCE}/{what}"))
    numbers = [number_of(response.json()) for response in seen]
    assert numbers == list(range(numbers[0], numbers[0] + 4))
    assert len({response.headers["etag"] for response in seen}) == 4
    if what != "version":
        icons = [response.json()["tables"]["tags"][0]["icon"] for response in seen[1:]]
        assert icons == ["tag:one", "tag:two", "tag:three"]


async def test_an_uncommitted_change_is_in_no_answer(seeded_connection: Seeded) -> None:
    async with client_over(url_of_connection(seeded_connection)) as client:
        before = await client.get(f"{REFERENCE}/tags")
        seeded_connection.execute("update tags set icon = 'tag:draft' where slug = 'coffee'")
        assert (await client.get(f"{REFERENCE}/tags")).content == before.content
        seeded_connection.rollback()
        assert (await client.get(f"{REFERENCE}/tags")).content == before.content


async def test_only_the_changed_table_has_the_new_version(seeded_connection: Seeded) -> None:
    async with client_over(url_of_connection(seeded_connection)) as client:
        before = await read(client, "version")
        seeded_connection.execute("update tags set icon = 'tag:new' where slug = 'coffee'")
        seeded_connection.commit()
        await heard(client, seeded_connection)
        after = await read(client, "version")
    changed = {name for name in ORDER if after["tables"][name] != before["tables"][name]}
    assert changed == {"tags"}
    assert after["tables"]["tags"]["version"] == number_of(after)
    assert after["tables"]["tags"]["lastUpdated"] == after["generatedAt"]


async def test_a_new_reference_table_is_served(seeded_connection: Seeded) -> None:
    seeded_connection.execute(b"""
        create table moods (
            slug text primary key, is_active boolean not null default true,
            source_type text not null default 'seed');
        create index moods_active on moods (slug collate "C") where is_active;
        call reference_attach('moods');
        insert into moods (slug) values ('calm');
    """)
    seeded_connection.commit()
    async with client_over(url_of_connection(seeded_connection)) as client:
        assert (await read(client, "moods"))["tables"] == {"moods": [{"slug": "calm"}]}


async def heard(client: httpx2.AsyncClient, connection: Seeded) -> None:
    """Wait until the application has heard of the newest release."""
    with connection.transaction():
        (newest,) = connection.execute("select version from reference_counter").fetchone() or (None,)
    async with asyncio.timeout(PATIENCE):
        while number_of(await read(client, "version")) != newest:  # noqa: ASYNC110 - only it can tell
            await asyncio.sleep(0.01)


def number_of(answer: Any) -> int:
    """The version's number within its token."""
    return int(answer["referenceVersion"].partition(".")[2].partition("-")[0])
