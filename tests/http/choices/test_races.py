"""Many at once, renames and erasures in between: one wins, the others are told, and nobody gets a 500."""

import asyncio
import json
import shutil
from collections import Counter
from collections.abc import Sequence
from functools import partial
from pathlib import Path

import httpx2
import pytest

from tests.builders import seed_order
from tests.conftest import REFERENCE
from tests.http.preferences import INTERESTS, PATHS, PREFERENCES, faults, get, put
from tests.http.races import AT_ONCE, in_time, until_it_waits
from tests.people import Person, person
from tests.sql.support import Connection, connect, value
from wildside.outbound.files import read_source
from wildside.outbound.postgres.pool import Limits, PostgresDatabase
from wildside.usecases.edit_reference import EditOrder
from wildside.usecases.rename_reference import rename_reference
from wildside.usecases.seed_reference import seed_reference

THEMES = ("parks", "coffee", "street-art", "historic", "waterfront", "food", "markets", "architecture")
MIXES: dict[str, Sequence[str]] = {"preferences": [PREFERENCES], "interests": [INTERESTS], "both": PATHS}


@pytest.mark.parametrize("mix", MIXES)
async def test_of_many_first_and_many_next_writes_one_wins_each_time(
    client: httpx2.AsyncClient, ada: Person, mix: str
) -> None:
    """Three rounds: nothing there, then revision 1, then revision 2."""
    for before in (None, 1, 2):
        paths = [MIXES[mix][number % len(MIXES[mix])] for number in range(AT_ONCE)]
        answers = await in_time(
            *(
                partial(put, client, ada, path, before, interestThemeIds=[THEMES[number % len(THEMES)]])
                for number, path in enumerate(paths)
            )
        )
        told = Counter(answer.status_code for answer in answers)
        assert told == {200: 1, 409: AT_ONCE - 1}, told
        (won,) = [answer for answer in answers if answer.status_code == 200]
        assert won.json()["revision"] == (before or 0) + 1
        kept = (await get(client, ada, PREFERENCES)).json()
        assert kept | won.json() == kept
        for lost in answers:
            if lost is not won:
                told_revision = [lost.json()[name] for name in ("expectedRevision", "actualRevision")]
                assert told_revision == [before, (before or 0) + 1]


@pytest.mark.parametrize("mix", MIXES)
async def test_of_many_conditions_one_wins(client: httpx2.AsyncClient, ada: Person, mix: str) -> None:
    paths = [MIXES[mix][number % len(MIXES[mix])] for number in range(AT_ONCE)]
    for _ in range(2):
        tags = {path: (await get(client, ada, path)).headers["etag"] for path in MIXES[mix]}
        answers = await in_time(
            *(partial(put, client, ada, path, headers={"If-Match": tags[path]}) for path in paths)
        )
        told = Counter(answer.status_code for answer in answers)
        assert told == {200: 1, 412: AT_ONCE - 1}, told


async def test_of_many_who_take_whatever_is_there_each_counts(
    client: httpx2.AsyncClient, ada: Person
) -> None:
    await put(client, ada, PREFERENCES)
    answers = await in_time(
        *(partial(put, client, ada, PATHS[n % 2], headers={"If-Match": "*"}) for n in range(AT_ONCE))
    )
    assert {answer.status_code for answer in answers} == {200}
    assert {answer.json()["revision"] for answer in answers} == {*range(2, AT_ONCE + 2)}
    # Nobody who replaced the interests has taken back what somebody else chose besides.
    assert (await get(client, ada, PREFERENCES)).json()["safetyToggleIds"] == ["well-lit"]


async def test_many_writers_who_look_again_lose_nothing(client: httpx2.AsyncClient, ada: Person) -> None:
    """Each adds a theme of its own to the list as it is, until it is in."""

    async def add(theme: str) -> None:
        for _ in range(100):
            shown = (await get(client, ada, INTERESTS)).json()
            themes = [*shown["interestThemeIds"], theme]
            answer = await put(client, ada, INTERESTS, shown["revision"], interestThemeIds=themes)
            if answer.status_code == 200:
                return
            assert answer.status_code == 409, answer.text
        raise AssertionError("never in")

    await asyncio.gather(*map(add, THEMES))
    shown = (await get(client, ada, INTERESTS)).json()
    assert (sorted(shown["interestThemeIds"]), shown["revision"]) == (sorted(THEMES), len(THEMES))


async def rename(url: str, table: str, old: str, new: str) -> None:
    async with PostgresDatabase(url, Limits(), "an operator") as database:
        await rename_reference(database, table, old, new, EditOrder("an operator", "a test", 5.0))


async def test_a_rename_is_followed_by_what_is_stored_and_by_what_is_sent(
    client: httpx2.AsyncClient, ada: Person, seeded_url: str
) -> None:
    await put(client, ada, PREFERENCES)
    await rename(seeded_url, "interest_themes", "coffee", "cafes")
    await rename(seeded_url, "interest_themes", "cafes", "coffee-houses")
    await rename(seeded_url, "safety_toggles", "well-lit", "bright")
    await rename(seeded_url, "unit_systems", "imperial", "british")
    today = {
        "interestThemeIds": ["coffee-houses", "parks"],
        "safetyToggleIds": ["bright"],
        "unitSystem": "british",
    }
    shown = (await get(client, ada, PREFERENCES)).json()
    assert shown | today | {"revision": 1} == shown
    for revision, name in enumerate(("coffee", "cafes", "coffee-houses"), start=1):
        answer = await put(client, ada, PREFERENCES, revision, interestThemeIds=[name, "parks"])
        assert answer.json() | today == answer.json(), answer.text
    twice = await put(client, ada, INTERESTS, 4, interestThemeIds=["coffee", "parks", "cafes"])
    assert faults(twice) == [("/interestThemeIds/2", "repeated")]


async def test_a_name_that_is_in_use_again_means_itself(
    client: httpx2.AsyncClient, ada: Person, seeded_url: str
) -> None:
    await rename(seeded_url, "interest_themes", "coffee", "cafes")
    await rename(seeded_url, "interest_themes", "parks", "coffee")
    answer = await put(client, ada, INTERESTS, interestThemeIds=["coffee", "cafes", "parks"])
    assert faults(answer) == [("/interestThemeIds/2", "repeated")]
    answer = await put(client, ada, INTERESTS, interestThemeIds=["coffee", "cafes"])
    assert answer.json()["interestThemeIds"] == ["coffee", "cafes"]


@pytest.mark.parametrize("stored", [["coffee", "parks"], ["parks"]], ids=["kept", "new"])
@pytest.mark.parametrize("path", PATHS)
async def test_a_rename_between_the_look_and_the_write_is_followed(
    client: httpx2.AsyncClient, ada: Person, operator: Connection, path: str, stored: list[str]
) -> None:
    """The PUT has looked, and waits for the row that the operator is renaming."""
    await put(client, ada, path, interestThemeIds=stored)
    operator.execute("update interest_themes set slug = 'cafes' where slug = 'coffee'")
    waiting = asyncio.create_task(put(client, ada, path, 1, interestThemeIds=["coffee", "food"]))
    await until_it_waits(operator)
    operator.commit()
    answer = await waiting
    assert answer.status_code == 200, answer.text
    assert (answer.json()["interestThemeIds"], answer.json()["revision"]) == (["cafes", "food"], 2)


async def test_renames_while_many_write(client: httpx2.AsyncClient, ada: Person, seeded_url: str) -> None:
    """An operator renames a theme again and again while people choose it by each of its names."""
    names, people = (
        ["coffee", "cafes", "coffee-houses"],
        [ada, person(seeded_url, "Bob"), person(seeded_url, "Cyd")],
    )
    renaming = asyncio.Event()
    told: Counter[int] = Counter()

    async def choose(who: Person, number: int) -> None:
        while not renaming.is_set():
            revision = (await get(client, who, INTERESTS)).json()["revision"]
            answer = await put(
                client, who, INTERESTS, revision, interestThemeIds=["parks", names[number % 3]]
            )
            told[answer.status_code] += 1
            # A name that will only be given later is not known yet.
            if answer.status_code == 200:
                assert answer.json()["interestThemeIds"][1] in names
            else:
                assert faults(answer) == [("/interestThemeIds/1", "unknown_key")]
            number += 1

    choosing = [asyncio.create_task(choose(who, number)) for number, who in enumerate(people)]
    for number in range(12):
        await rename(seeded_url, "interest_themes", names[number % 3], names[(number + 1) % 3])
    renaming.set()
    await asyncio.gather(*choosing)
    assert told[200] >= 12, told
    with connect(seeded_url) as connection:
        assert value(connection, "select count(distinct interest_theme) from user_interest_themes") == 2


async def test_what_a_seed_deprecates_is_kept_and_cannot_be_chosen_again(
    client: httpx2.AsyncClient, ada: Person, seeded_url: str, tmp_path: Path
) -> None:
    await put(client, ada, PREFERENCES, safetyToggleIds=["shade", "well-lit"])
    folder = Path(shutil.copytree(REFERENCE, tmp_path / "reference"))
    for name, column in (("safety_toggles", "slug"), ("safety_preset_toggles", "toggle")):
        file = folder / f"{name}.json"
        rows = [row for row in json.loads(file.read_text()) if row[column] != "shade"]
        file.write_text(json.dumps(rows))
    async with PostgresDatabase(seeded_url, Limits(), "a seed") as database:
        report = await seed_reference(database, read_source(folder), seed_order())
    assert report.total("deprecated") >= 1
    shown = (await get(client, ada, PREFERENCES)).json()
    assert shown["safetyToggleIds"] == ["shade", "well-lit"]
    again = await put(client, ada, PREFERENCES, 1, safetyToggleIds=shown["safetyToggleIds"])
    assert faults(again) == [("/safetyToggleIds/0", "deprecated_key")]
    # Who only changes the interests keeps it.
    assert (await put(client, ada, INTERESTS, 1)).status_code == 200
    assert (await get(client, ada, PREFERENCES)).json()["safetyToggleIds"] == ["shade", "well-lit"]
    assert (await put(client, ada, PREFERENCES, 2)).json()["safetyToggleIds"] == ["well-lit"]


@pytest.mark.parametrize("stored", [False, True], ids=["first", "next"])
@pytest.mark.parametrize("path", PATHS)
async def test_who_is_erased_while_they_write_is_nobody(
    client: httpx2.AsyncClient, ada: Person, operator: Connection, path: str, stored: bool
) -> None:
    if stored:
        await put(client, ada, path)
    operator.execute("delete from users where id = %s", [ada.id])
    waiting = asyncio.create_task(put(client, ada, path, 1 if stored else None))
    await until_it_waits(operator)
    operator.commit()
    answer = await waiting
    assert (answer.status_code, answer.json()["code"]) == (401, "unauthorized"), answer.text


async def test_erasing_and_writing_at_once_never_wait_for_each_other(
    client: httpx2.AsyncClient, seeded_url: str
) -> None:
    told: Counter[int] = Counter()
    with connect(seeded_url) as other:
        for number in range(25):
            who = person(seeded_url)
            await put(client, who, PREFERENCES)
            writing = [asyncio.create_task(put(client, who, path, 1)) for path in PATHS]
            await asyncio.sleep(number % 5 * 0.002)
            await asyncio.to_thread(other.execute, "delete from users where id = %s", [who.id])
            told.update([answer.status_code for answer in await asyncio.gather(*writing)])
        assert value(other, "select count(*) from user_interest_themes") == 0
    assert {*told} <= {200, 401, 409}, told
