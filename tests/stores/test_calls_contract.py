"""What every store of kept answers does: in memory, and in PostgreSQL."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import timedelta
from uuid import UUID, uuid4

import pytest

from tests.stores.contract import Backend
from wildside.domain.calls import KEPT, Answer, Call
from wildside.domain.errors import CallInProgress, IdempotencyKeyReused, Unauthorized
from wildside.ports.database import Stores
from wildside.usecases.call_once import call_once
from wildside.usecases.transact import transact

ANSWER = Answer(201, {"ETag": '"1"', "Location": "/é"}, b'{"a": 1}\n\xff\0')


async def somebody(backend: Backend) -> UUID:
    user_id = uuid4()
    async with backend.database.transaction() as stores:
        await stores.users.add(user_id, "Ada")
    return user_id


async def a_call(backend: Backend, payload: object = "a") -> Call:
    return Call.of(await somebody(backend), "test_effect", uuid4(), payload)


async def keep(backend: Backend, call: Call, answer: Answer = ANSWER, lifetime: timedelta = KEPT) -> None:
    async with backend.database.transaction() as stores:
        assert await stores.calls.claim(call) is None
        await stores.calls.keep(call, answer, lifetime)


@asynccontextmanager
async def at_work(backend: Backend, call: Call) -> AsyncIterator[Stores]:
    """A transaction that holds a call's key."""
    async with backend.database.transaction() as stores:
        await stores.calls.claim(call)
        yield stores


async def claimed(backend: Backend, call: Call) -> Answer | None:
    async with backend.database.transaction() as stores:
        kept = await stores.calls.claim(call)
    return kept.answer if kept else None


async def test_what_is_kept_is_found_byte_by_byte(backend: Backend) -> None:
    call = await a_call(backend)
    await keep(backend, call)
    async with backend.database.transaction() as stores:
        kept = await stores.calls.claim(call)
    assert kept is not None
    assert (kept.answer, kept.request_hash) == (ANSWER, call.request_hash)
    assert 0 <= kept.age < 60


async def test_another_user_mutation_or_key_is_another_call(backend: Backend) -> None:
    call = await a_call(backend)
    await keep(backend, call)
    others = [
        replace(call, user_id=await somebody(backend)),
        replace(call, mutation="test_other"),
        replace(call, key=uuid4()),
    ]
    assert [await claimed(backend, other) for other in others] == [None] * 3


async def test_what_was_kept_for_another_payload_is_found_with_its_hash(backend: Backend) -> None:
    call = await a_call(backend)
    await keep(backend, call)
    other = Call.of(call.user_id, call.mutation, call.key, "b")
    async with backend.database.transaction() as stores:
        kept = await stores.calls.claim(other)
    assert kept is not None
    assert kept.request_hash == call.request_hash != other.request_hash


async def test_what_is_rolled_back_was_never_kept(backend: Backend) -> None:
    call = await a_call(backend)
    with pytest.raises(KeyError):  # noqa: PT012 - it is what ends the transaction
        async with at_work(backend, call) as stores:
            await stores.calls.keep(call, ANSWER, KEPT)
            raise KeyError
    async with backend.database.transaction(keep=False) as stores:
        assert await stores.calls.claim(call) is None
        await stores.calls.keep(call, ANSWER, KEPT)
    assert await claimed(backend, call) is None


async def test_an_expired_answer_counts_as_none_at_once_and_gives_way(backend: Backend) -> None:
    call = await a_call(backend)
    await keep(backend, call, lifetime=timedelta(microseconds=1))
    other = Call.of(call.user_id, call.mutation, call.key, "b")
    answer = replace(ANSWER, body=b"{}")
    await keep(backend, other, answer)
    assert await claimed(backend, other) == answer


async def test_who_comes_second_is_told_at_once_and_may_come_again(backend: Backend) -> None:
    call = await a_call(backend)
    async with at_work(backend, call) as stores:
        for _ in range(2):
            with pytest.raises(CallInProgress):
                await claimed(backend, call)
        await stores.calls.keep(call, ANSWER, KEPT)
        with pytest.raises(CallInProgress):
            await claimed(backend, Call.of(call.user_id, call.mutation, call.key, "b"))
    assert await claimed(backend, call) == ANSWER


async def test_a_key_that_failed_is_free_again(backend: Backend) -> None:
    call = await a_call(backend)
    with pytest.raises(KeyError):
        async with at_work(backend, call):
            raise KeyError
    assert await claimed(backend, call) is None


async def test_one_transaction_may_claim_twice(backend: Backend) -> None:
    call = await a_call(backend)
    async with at_work(backend, call) as stores:
        assert await stores.calls.claim(call) is None


async def test_calls_with_other_keys_are_not_told_to_wait(backend: Backend) -> None:
    call = await a_call(backend)
    other = replace(call, key=uuid4())
    async with at_work(backend, call):
        waiting = asyncio.create_task(claimed(backend, other))
        await asyncio.sleep(0)
    assert await waiting is None


async def test_nothing_is_kept_for_nobody(backend: Backend) -> None:
    call = Call.of(uuid4(), "test_effect", uuid4(), "a")
    with pytest.raises(Unauthorized):
        await keep(backend, call)


@pytest.mark.parametrize("status", [0, 199, 300, 404, 500])
def test_what_is_not_done_is_no_answer(status: int) -> None:
    with pytest.raises(ValueError, match=str(status)):
        Answer(status, {}, b"")


async def test_an_effect_is_had_once(backend: Backend) -> None:
    call, done = await a_call(backend), []

    async def effect() -> Answer:
        done.append(1)
        return ANSWER

    async def work(stores: Stores) -> tuple[Answer, float | None]:
        return await call_once(stores, call, effect)

    first, second = await transact(backend.database, work), await transact(backend.database, work)
    assert first == (ANSWER, None)
    assert second[0] == ANSWER
    assert second[1] is not None
    assert len(done) == 1
    call = Call.of(call.user_id, call.mutation, call.key, "b")
    with pytest.raises(IdempotencyKeyReused):
        await transact(backend.database, work)
    assert len(done) == 1


SAME = [
    ({"a": 1, "b": [1.0, {"c": 2}]}, {"b": [1, {"c": 2.0}], "a": 1.0}),
    ({"a": None, "b": {"c": None}}, {"b": {}}),
    ({"é": "é"}, {"\u00e9": "\u00e9"}),
    ({"a": 1e2}, {"a": 100}),
    ({"a": -0.0}, {"a": 0}),
    ({"a": (1, 2)}, {"a": [1, 2]}),
]
OTHER = [
    ({"a": 1}, {"a": "1"}),
    ({"a": 1}, {"a": True}),
    ({"a": 0}, {"a": False}),
    ({"a": 1}, {"a": 1.5}),
    ({"a": [1, 2]}, {"a": [2, 1]}),
    ({"a": [None]}, {"a": []}),
    ({"a": ""}, {}),
    ({"a": []}, {}),
    ({"a": "é"}, {"a": "e\u0301"}),
    ({"a": {"b": 1}}, {"a": 1, "b": 1}),
    ({"a": "x "}, {"a": "x"}),
]


@pytest.mark.parametrize(("one", "other"), SAME)
def test_what_means_the_same_has_the_same_hash(one: object, other: object) -> None:
    assert hashed(one) == hashed(other)


@pytest.mark.parametrize(("one", "other"), OTHER)
def test_what_means_something_else_has_another_hash(one: object, other: object) -> None:
    assert hashed(one) != hashed(other)


def hashed(payload: object) -> bytes:
    return Call.of(UUID(int=1), "test_effect", UUID(int=2), payload).request_hash
