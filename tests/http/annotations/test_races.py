"""Many at once, routes and people that go in between: one wins, the others are told, nobody gets a 500."""

import asyncio
from collections import Counter
from functools import partial

import httpx2
import pytest

from tests.http.annotations.asking import KINDS, Walker
from tests.http.preferences import faults
from tests.http.races import AT_ONCE, in_time, until_it_waits
from tests.http.support import assert_problem
from tests.people import Person, person
from tests.sql.support import Connection, value
from tests.walkways import Walkway, put_route

FIRST = {"note": 201, "progress": 200}


@pytest.fixture
def walker(client: httpx2.AsyncClient, ada: Person, way: Walkway) -> Walker:
    return Walker(client, ada, way)


@pytest.mark.parametrize("kind", KINDS)
async def test_of_two_first_writes_one_wins(walker: Walker, kind: str) -> None:
    answers = await asyncio.gather(walker.change(kind), walker.change(kind, number=1))
    assert sorted(one.status_code for one in answers) == [FIRST[kind], 409], [one.text for one in answers]


@pytest.mark.parametrize("kind", KINDS)
async def test_of_many_first_and_many_next_writes_one_wins_each_time(walker: Walker, kind: str) -> None:
    """Three rounds: nothing there, then revision 1, then revision 2."""
    for before in (None, 1, 2):
        asking = [partial(walker.change, kind, before, number=number) for number in range(AT_ONCE)]
        answers = await in_time(*asking)
        done = 200 if before else FIRST[kind]
        told = Counter(answer.status_code for answer in answers)
        assert told == {done: 1, 409: AT_ONCE - 1}, told
        (won,) = [answer for answer in answers if answer.status_code == done]
        assert await walker.kept(kind) == won.json()
        for lost in answers:
            if lost is not won:
                revisions = [lost.json()[name] for name in ("expectedRevision", "actualRevision")]
                assert revisions == [before, (before or 0) + 1]


@pytest.mark.parametrize("kind", KINDS)
async def test_of_many_who_take_whatever_is_there_each_counts(walker: Walker, kind: str) -> None:
    await walker.change(kind)
    star = {"If-Match": "*"}
    answers = await in_time(*(partial(walker.change, kind, headers=star, number=n) for n in range(AT_ONCE)))
    assert {answer.status_code for answer in answers} == {200}
    assert {answer.json()["revision"] for answer in answers} == {*range(2, AT_ONCE + 2)}


async def test_of_many_who_remove_a_note_one_does(walker: Walker) -> None:
    etag = (await walker.change("note")).headers["etag"]
    for headers in (None, {"If-Match": etag}):
        remove = partial(walker.ask, "DELETE", "notes", walker.way.id, headers=headers)
        told = Counter(answer.status_code for answer in await in_time(*[remove] * AT_ONCE))
        assert told == {204: 1, 404: AT_ONCE - 1}, told
        await walker.change("note")


async def test_a_note_that_is_changed_meanwhile_is_not_removed(walker: Walker, operator: Connection) -> None:
    etag = (await walker.change("note")).headers["etag"]
    operator.execute("update route_notes set revision = 2 where user_id = %s", [walker.who.id])
    removing = asyncio.create_task(walker.ask("DELETE", "notes", walker.way.id, headers={"If-Match": etag}))
    await until_it_waits(operator)
    operator.commit()
    document = assert_problem(await removing, 412, "precondition_failed")
    assert (document["expectedRevision"], document["actualRevision"]) == (1, 2)


async def test_the_same_note_along_two_routes_at_once(walker: Walker, walks: Connection) -> None:
    other = Walker(walker.client, walker.who, put_route(walks))
    answers = await asyncio.gather(*(one.write(walker.way.id) for one in (walker, other)))
    assert sorted(one.status_code for one in answers) == [201, 409]
    (lost,) = [one for one in answers if one.status_code == 409]
    assert lost.json()["code"] == "conflict"


@pytest.mark.parametrize("stored", [False, True], ids=["first", "next"])
@pytest.mark.parametrize("kind", KINDS)
async def test_who_is_erased_while_they_write_is_nobody(
    walker: Walker, operator: Connection, kind: str, stored: bool
) -> None:
    if stored:
        await walker.change(kind)
    operator.execute("delete from users where id = %s", [walker.who.id])
    waiting = asyncio.create_task(walker.change(kind, 1 if stored else None))
    await until_it_waits(operator)
    operator.commit()
    assert_problem(await waiting, 401, "unauthorized")


@pytest.mark.parametrize("kind", KINDS)
async def test_a_route_that_goes_while_it_is_annotated_is_not_there(
    walker: Walker, operator: Connection, kind: str
) -> None:
    operator.execute("delete from routes where id = %s", [walker.way.id])
    waiting = asyncio.create_task(walker.change(kind))
    await until_it_waits(operator)
    operator.commit()
    assert_problem(await waiting, 404, "not_found")


async def test_a_stop_that_goes_while_it_is_visited_is_unknown(walker: Walker, operator: Connection) -> None:
    """The PUT has looked, and waits for the stop that the operator removes; then it looks again."""
    operator.execute("delete from route_stops where id = %s", [walker.way.stops[1]])
    waiting = asyncio.create_task(walker.come(walker.way.stops))
    await until_it_waits(operator)
    operator.commit()
    assert faults(await waiting) == [("/visitedStopIds/1", "unknown_key")]
    assert await walker.kept("progress") is None


async def test_erasing_and_writing_at_once_never_wait_for_each_other(
    client: httpx2.AsyncClient, walks: Connection, walks_url: str, way: Walkway
) -> None:
    told: Counter[int] = Counter()
    for number in range(15):
        walker = Walker(client, person(walks_url), way)
        for kind in KINDS:
            await walker.change(kind)
        writing = [asyncio.create_task(walker.change(kind, 1)) for kind in KINDS]
        writing.append(asyncio.create_task(walker.ask("DELETE", "notes", way.id)))
        await asyncio.sleep(number % 5 * 0.002)
        await asyncio.to_thread(walks.execute, "delete from users where id = %s", [walker.who.id])
        told.update([answer.status_code for answer in await asyncio.gather(*writing)])
    assert value(walks, "select count(*) from route_notes where route_id = %s", way.id) == 0
    assert value(walks, "select count(*) from route_progress where route_id = %s", way.id) == 0
    assert {*told} <= {200, 204, 401, 404, 409}, told
