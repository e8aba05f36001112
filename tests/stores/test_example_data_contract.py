"""Sets of people who were made up, and the use case that makes them, on dicts and on PostgreSQL."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import replace
from typing import Any

import pytest
import pytest_asyncio

from tests.stores.contract import Backend
from wildside.domain.command_errors import ExampleDataRefused
from wildside.domain.errors import ConstraintViolated
from wildside.domain.example_people import ExampleSet, example_people
from wildside.domain.pages import Seek
from wildside.domain.users import User
from wildside.outbound.passwords import Argon2Passwords, Cost
from wildside.usecases.make_example_data import ExampleOrder, ExampleOutcome, make_example_data

HASH = "$argon2id$v=19$m=19456,t=2,p=1$c2FsdHNhbHRzYWx0$aGFzaGhhc2hoYXNoaGFzaGhhc2hoYXNoaGFzaGhhc2g"
DEMO = ExampleOrder("demo", 7, "a-walk-in-the-park")


class Hasher(Argon2Passwords):
    """Always the same hash; `meanwhile` happens once while it is at work."""

    def __init__(self) -> None:
        super().__init__(Cost(memory=8, time=1))
        self.hashed: list[str] = []
        self.meanwhile: Callable[[], Awaitable[Any]] | None = None

    async def hash(self, password: str) -> str:
        self.hashed.append(password)
        meanwhile, self.meanwhile = self.meanwhile, None
        if meanwhile:
            await meanwhile()
        return HASH


@pytest_asyncio.fixture(autouse=True)
async def _clean(backend: Backend, request: pytest.FixtureRequest) -> AsyncIterator[None]:
    yield
    if backend.name == "postgres":
        request.getfixturevalue("contract_connection").execute("delete from users; delete from example_data")


async def users(backend: Backend) -> list[User]:
    async with backend.database.reading() as stores:
        return list(await stores.users.page(Seek(None, 100)))


async def made(backend: Backend, seed: str = "demo") -> ExampleSet | None:
    async with backend.database.reading() as stores:
        return await stores.example_data.made(seed)


async def test_they_are_the_people_of_the_seed_in_the_order_of_the_list(backend: Backend) -> None:
    outcome = await make_example_data(backend.database, Hasher(), DEMO)
    assert outcome == ExampleOutcome(made=True, administrator=False)
    expected = [User(one.id, one.display_name, one.created_at) for one in example_people("demo", 7)]
    assert await users(backend) == expected
    assert await made(backend) == ExampleSet(7, administrator=False)
    assert await made(backend, "crowd") is None


async def test_they_are_made_once(backend: Backend) -> None:
    hasher = Hasher()
    await make_example_data(backend.database, hasher, DEMO)
    before = await users(backend)
    outcome = await make_example_data(backend.database, hasher, DEMO)
    assert outcome == ExampleOutcome(made=False, administrator=False)
    assert await users(backend) == before
    assert hasher.hashed == [DEMO.password]


@pytest.mark.parametrize("number", [1, 6, 8])
async def test_another_number_of_them_is_refused(backend: Backend, number: int) -> None:
    await make_example_data(backend.database, Hasher(), DEMO)
    before = await users(backend)
    with pytest.raises(ExampleDataRefused, match=r"with 7 users.*--users 7"):
        await make_example_data(backend.database, Hasher(), replace(DEMO, users=number))
    assert await users(backend) == before


async def test_the_first_may_be_an_administrator(backend: Backend) -> None:
    order = replace(DEMO, administrator=True)
    outcome = await make_example_data(backend.database, Hasher(), order)
    assert outcome == ExampleOutcome(made=True, administrator=True)
    assert await made(backend) == ExampleSet(7, administrator=True)
    for again in (order, DEMO):
        outcome = await make_example_data(backend.database, Hasher(), again)
        assert outcome == ExampleOutcome(made=False, administrator=True)


async def test_an_administrator_is_not_made_of_somebody_who_is_there(backend: Backend) -> None:
    await make_example_data(backend.database, Hasher(), DEMO)
    with pytest.raises(ExampleDataRefused, match="demo-1 is no administrator"):
        await make_example_data(backend.database, Hasher(), replace(DEMO, administrator=True))
    assert await made(backend) == ExampleSet(7, administrator=False)


async def test_two_seeds_stand_side_by_side(backend: Backend) -> None:
    await make_example_data(backend.database, Hasher(), DEMO)
    await make_example_data(backend.database, Hasher(), replace(DEMO, seed="demo-1", users=3))
    assert len(await users(backend)) == 10
    assert await made(backend, "demo-1") == ExampleSet(3, administrator=False)


async def test_where_one_of_them_is_there_already_nobody_is_made(backend: Backend) -> None:
    taken = example_people("demo", 7)[-1]
    async with backend.database.transaction() as stores:
        await stores.users.add(taken.id, "Somebody")
    with pytest.raises(ExampleDataRefused, match="demo-1 to demo-7 is somebody else"):
        await make_example_data(backend.database, Hasher(), DEMO)
    assert [user.display_name for user in await users(backend)] == ["Somebody"]
    assert await made(backend) is None


async def test_of_two_at_once_one_works_and_the_other_finds_it_done(backend: Backend) -> None:
    """The first look of both finds nothing: it is the second look, under the lock, that counts."""
    hasher = Hasher()
    hasher.meanwhile = lambda: make_example_data(backend.database, Hasher(), DEMO)
    outcome = await make_example_data(backend.database, hasher, DEMO)
    assert outcome == ExampleOutcome(made=False, administrator=False)
    assert len(await users(backend)) == 7


async def test_many_at_once_make_them_once(backend: Backend) -> None:
    outcomes = await asyncio.gather(*(make_example_data(backend.database, Hasher(), DEMO) for _ in range(6)))
    assert sorted(outcome.made for outcome in outcomes) == [False] * 5 + [True]
    assert len(await users(backend)) == 7


async def test_another_broken_rule_is_not_said_to_be_a_taken_name(backend: Backend) -> None:
    if backend.name == "memory":
        return  # which has no such rules
    with pytest.raises(ConstraintViolated) as raised:
        await make_example_data(backend.database, Hasher(), replace(DEMO, seed="A B"))
    assert raised.value.constraint == "example_data_seed_is_plain"
