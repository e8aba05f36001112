"""Entity tags and conditions of what has a revision."""

from typing import Any
from uuid import UUID, uuid4

import httpx2
import psycopg
import pytest

from tests.http.preferences import INTERESTS, PATHS, PREFERENCES, faults, get, put
from tests.http.support import assert_problem
from tests.people import Person, person
from wildside.inbound.http.revisions import Tags


async def tag(client: httpx2.AsyncClient, who: Person, path: str) -> str:
    return str((await get(client, who, path)).headers["etag"])


@pytest.mark.parametrize("path", PATHS)
async def test_who_has_it_already_is_sent_nothing(client: httpx2.AsyncClient, ada: Person, path: str) -> None:
    for revision in (None, 1):
        before = await tag(client, ada, path)
        for given in (before, f'"x", {before}', f"W/{before}", "*"):
            answer = await get(client, ada, path, if_none_match=given)
            assert (answer.status_code, answer.content, answer.headers["etag"]) == (304, b"", before)
            assert answer.headers["cache-control"] == "private, no-cache"
        assert (await put(client, ada, path, revision)).status_code == 200
        assert (await get(client, ada, path, if_none_match=before)).status_code == 200


async def test_every_state_kind_and_user_has_a_strong_tag_of_its_own(
    client: httpx2.AsyncClient, ada: Person, seeded_url: str
) -> None:
    bob, found = person(seeded_url, "Bob"), []
    for revision in (None, 1, 2):
        for who in (ada, bob):
            found += [await tag(client, who, path) for path in PATHS]
            await put(client, who, PREFERENCES, revision)
    assert len({*found}) == len(found) == 12
    assert not [one for one in found if one.startswith("W/")]


async def test_a_renamed_key_is_another_representation_and_the_same_revision(
    client: httpx2.AsyncClient, ada: Person, seeded_connection: psycopg.Connection[Any]
) -> None:
    await put(client, ada, INTERESTS)
    before = await tag(client, ada, INTERESTS)
    seeded_connection.execute("update interest_themes set slug = 'cafes' where slug = 'coffee'")
    seeded_connection.commit()
    answer = await get(client, ada, INTERESTS, if_none_match=before)
    assert (answer.status_code, answer.json()["interestThemeIds"]) == (200, ["food", "cafes"])
    assert answer.headers["etag"] != before
    # What the client means to replace is what is there: nobody else has changed it.
    replaced = await put(client, ada, INTERESTS, headers={"If-Match": before})
    assert (replaced.status_code, replaced.json()["interestThemeIds"]) == (200, ["food", "cafes"])


@pytest.mark.parametrize("path", PATHS)
async def test_if_match_is_another_spelling_of_the_expected_revision(
    client: httpx2.AsyncClient, ada: Person, path: str
) -> None:
    tags = []
    for revision in (1, 2, 3):
        tags.append(await tag(client, ada, path))
        answer = await put(client, ada, path, headers={"If-Match": tags[-1]})
        assert (answer.status_code, answer.json()["revision"]) == (200, revision), answer.text
    for number, one in enumerate(tags):
        refused = await put(client, ada, path, headers={"If-Match": one}, interestThemeIds=[])
        document = assert_problem(refused, 412, "precondition_failed")
        assert (document["expectedRevision"], document["actualRevision"]) == (number or None, 3)
    assert (await get(client, ada, path)).json()["revision"] == 3


@pytest.mark.parametrize("path", PATHS)
async def test_if_match_may_list_several_tags(client: httpx2.AsyncClient, ada: Person, path: str) -> None:
    first = await tag(client, ada, path)
    await put(client, ada, path)
    second = await tag(client, ada, path)
    listed = await put(client, ada, path, headers={"If-Match": f'"x" , {first},{second}'})
    assert (listed.status_code, listed.json()["revision"]) == (200, 2), listed.text
    refused = await put(client, ada, path, headers={"If-Match": f"{first}, {second}"})
    document = assert_problem(refused, 412, "precondition_failed")
    assert (document["expectedRevision"], document["actualRevision"]) == (None, 2)


@pytest.mark.parametrize("path", PATHS)
async def test_tags_that_are_weak_or_of_something_else_match_nothing(
    client: httpx2.AsyncClient, ada: Person, path: str
) -> None:
    other = INTERESTS if path == PREFERENCES else PREFERENCES
    await put(client, ada, path)
    for given in (
        '"x"', '""', f"W/{await tag(client, ada, path)}", await tag(client, ada, other),
        (await tag(client, ada, path)).replace(".1.", ".01."),
    ):  # fmt: skip
        document = assert_problem(
            await put(client, ada, path, headers={"If-Match": given}), 412, "precondition_failed"
        )
        assert (document["expectedRevision"], document["actualRevision"]) == (None, 1), given


@pytest.mark.parametrize("path", PATHS)
async def test_a_star_is_whatever_is_there(client: httpx2.AsyncClient, ada: Person, path: str) -> None:
    star = {"If-Match": "*"}
    document = assert_problem(await put(client, ada, path, headers=star), 412, "precondition_failed")
    assert (document["expectedRevision"], document["actualRevision"]) == (None, None)
    await put(client, ada, path)
    assert [(await put(client, ada, path, headers=star)).json()["revision"] for _ in range(2)] == [2, 3]
    assert (await put(client, ada, path, 3, headers=star)).json()["revision"] == 4
    assert_problem(await put(client, ada, path, 3, headers=star), 409, "revision_mismatch")


@pytest.mark.parametrize("path", PATHS)
async def test_if_none_match_star_only_creates(client: httpx2.AsyncClient, ada: Person, path: str) -> None:
    star = {"If-None-Match": "*"}
    assert (await put(client, ada, path, headers=star)).json()["revision"] == 1
    document = assert_problem(await put(client, ada, path, headers=star), 412, "precondition_failed")
    assert (document["expectedRevision"], document["actualRevision"]) == (None, 1)


@pytest.mark.parametrize("path", PATHS)
async def test_the_same_revision_may_be_given_twice_and_another_not(
    client: httpx2.AsyncClient, ada: Person, path: str
) -> None:
    none = await tag(client, ada, path)
    await put(client, ada, path)
    one = await tag(client, ada, path)
    assert (await put(client, ada, path, 1, headers={"If-Match": one})).json()["revision"] == 2
    assert_problem(await put(client, ada, path, 1, headers={"If-Match": one}), 412, "precondition_failed")
    for headers in ({"If-Match": one}, {"If-Match": none}, {"If-Match": '"x"'}):
        assert faults(await put(client, ada, path, 2, headers=headers)) == [("If-Match", "contradiction")]
    for headers in ({"If-None-Match": "*"}, {"If-None-Match": "*", "If-Match": "*"}):
        answer = await put(client, ada, path, 2, headers=headers)
        assert faults(answer) == [("If-None-Match", "contradiction")]


@pytest.mark.parametrize("given", ["", "x", '"', '"a" "b"', 'w/"a"', '*, "a"', '"a"b', '"a\tb"', "1", ","])
async def test_what_is_no_list_of_tags_is_refused(
    client: httpx2.AsyncClient, ada: Person, given: str
) -> None:
    answer = await put(client, ada, INTERESTS, headers={"If-Match": given})
    assert faults(answer) == [("If-Match", "invalid_entity_tag")]
    answer = await put(client, ada, INTERESTS, headers={"If-None-Match": given or '"a"'}, nonsense=1)
    assert {*faults(answer)} == {("/nonsense", "unknown_field"), ("If-None-Match", "invalid_entity_tag")}


def test_a_tag_is_read_back_byte_for_byte() -> None:
    tags = Tags("notes", UUID(int=7))
    made = tags.of(12, b"x").strip('"')
    assert tags.revision(made) == 12
    assert tags.revision(tags.of(None, b"x").strip('"')) == 0
    for other in (Tags("note", UUID(int=7)), Tags("notes", uuid4())):
        assert other.revision(made) is None
    for spoilt in (
        made[:-1],
        made + "0",
        made.upper(),
        made.replace(".12.", ".+12."),
        made.replace(".12.", ".¹."),
    ):
        assert tags.revision(spoilt) is None, spoilt
