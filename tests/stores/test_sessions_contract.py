"""What every store of sessions does, over dicts and on PostgreSQL; and what removes those that are over."""

from datetime import timedelta
from uuid import UUID, uuid4

import pytest

from tests.stores.contract import Backend
from wildside.domain.calls import Answer, Call
from wildside.domain.errors import Unauthorized
from wildside.domain.housekeeping import Removed
from wildside.domain.sessions import LIFETIME
from wildside.usecases.remove_expired import remove_expired

MOMENT = timedelta(microseconds=1)
"""So short that it is over when somebody looks."""


async def may_log_in(backend: Backend) -> UUID:
    """Make a user who may log in."""
    user_id = uuid4()
    async with backend.database.transaction() as stores:
        await stores.users.add(user_id, "Somebody")
        await stores.credentials.add(user_id, f"u{user_id}", "$argon2id$none")
    return user_id


async def begin(backend: Backend, user_id: UUID, lifetime: timedelta = LIFETIME) -> UUID:
    async with backend.database.transaction() as stores:
        return (await stores.sessions.begin(uuid4(), user_id, lifetime)).id


async def holder(backend: Backend, session_id: UUID) -> UUID | None:
    """Whose session it is, for everybody else."""
    async with backend.database.reading() as stores:
        found = await stores.sessions.signed_in(session_id)
    assert found is None or found.session_id == session_id
    return found.user_id if found else None


async def test_a_session_begins_now_and_lasts_as_long_as_is_said(backend: Backend) -> None:
    user_id, session_id = await may_log_in(backend), uuid4()
    async with backend.database.transaction() as stores:
        made = await stores.sessions.begin(session_id, user_id, LIFETIME)
    assert (made.id, made.user_id, made.revoked_at) == (session_id, user_id, None)
    assert made.expires_at - made.issued_at == LIFETIME
    assert await holder(backend, session_id) == user_id


async def test_nobody_has_a_session_without_an_account(backend: Backend) -> None:
    with pytest.raises(Unauthorized):
        await begin(backend, uuid4())


async def test_a_session_that_never_was_is_nobodys(backend: Backend) -> None:
    assert await holder(backend, uuid4()) is None


async def test_a_session_ends_once_and_alone(backend: Backend) -> None:
    user_id = await may_log_in(backend)
    first, second = await begin(backend, user_id), await begin(backend, user_id)
    for ended in (True, False):
        async with backend.database.transaction() as stores:
            assert await stores.sessions.end(user_id, first) is ended
    assert await holder(backend, first) is None
    assert await holder(backend, second) == user_id


async def test_nobody_ends_the_session_of_another(backend: Backend) -> None:
    ada, eve = await may_log_in(backend), await may_log_in(backend)
    session_id = await begin(backend, ada)
    async with backend.database.transaction() as stores:
        assert await stores.sessions.end(eve, session_id) is False
    assert await holder(backend, session_id) == ada


async def test_a_session_that_has_expired_is_over(backend: Backend) -> None:
    user_id = await may_log_in(backend)
    session_id = await begin(backend, user_id, MOMENT)
    assert await holder(backend, session_id) is None
    async with backend.database.transaction() as stores:
        assert await stores.sessions.end(user_id, session_id) is False


async def test_a_session_that_was_not_committed_never_began(backend: Backend) -> None:
    user_id, session_id = await may_log_in(backend), uuid4()
    async with backend.database.transaction(keep=False) as stores:
        await stores.sessions.begin(session_id, user_id, LIFETIME)
    assert await holder(backend, session_id) is None


async def keep(backend: Backend, user_id: UUID, lifetime: timedelta) -> Call:
    call = Call.of(user_id, "put_preferences", uuid4(), {})
    async with backend.database.transaction() as stores:
        await stores.calls.keep(call, Answer(200, {}, b"{}"), lifetime)
    return call


async def test_what_has_expired_is_removed_and_nothing_else(backend: Backend) -> None:
    await remove_expired(backend.database)
    user_id = await may_log_in(backend)
    held, kept = await begin(backend, user_id), await keep(backend, user_id, LIFETIME)
    for _ in range(5):
        await begin(backend, user_id, MOMENT)
    for _ in range(3):
        await keep(backend, user_id, MOMENT)
    assert await remove_expired(backend.database, batch=2) == Removed(5, 3, 0)
    assert await remove_expired(backend.database, batch=2) == Removed(0, 0, 0)
    assert await holder(backend, held) == user_id
    async with backend.database.transaction(keep=False) as stores:
        assert await stores.calls.claim(kept)


async def test_a_batch_is_as_large_as_is_said(backend: Backend) -> None:
    await remove_expired(backend.database)
    user_id = await may_log_in(backend)
    for _ in range(3):
        await begin(backend, user_id, MOMENT)
        await keep(backend, user_id, MOMENT)
    for most, removed in ((2, 2), (2, 1), (2, 0)):
        async with backend.database.transaction() as stores:
            assert await stores.housekeeping.remove_sessions(most) == removed
            assert await stores.housekeeping.remove_answers(most) == removed
