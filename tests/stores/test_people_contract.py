"""What every store of accounts does, on dicts and on PostgreSQL."""

from collections.abc import Awaitable, Callable
from datetime import timedelta
from typing import TypeAlias
from uuid import UUID, uuid4

import pytest

from tests.stores.contract import Backend
from wildside.domain.command_errors import UsernameTaken
from wildside.domain.errors import RateLimited, Unauthorized
from wildside.domain.throttle import PER_ACCOUNT, PER_ADDRESS, WINDOW
from wildside.ports.database import Stores

HOUR = timedelta(hours=1)
Change: TypeAlias = Callable[[Stores, UUID], Awaitable[object]]
HASH, OTHER = "$argon2id$one", "$argon2id$two"


@pytest.fixture
def name() -> str:
    """A username that no other test has."""
    return f"u{uuid4()}"


@pytest.fixture
def address() -> str:
    """An address that no other test has."""
    return f"10.{'.'.join(str(byte) for byte in uuid4().bytes[:3])}"


async def made(backend: Backend, name: str, *roles: str) -> UUID:
    user_id = uuid4()
    async with backend.database.transaction() as stores:
        await stores.users.add(user_id, "Ada L")
        await stores.credentials.add(user_id, name, HASH)
        for role in roles:
            await stores.users.grant(user_id, role)
    return user_id


async def begun(backend: Backend, user_id: UUID, lifetime: timedelta = HOUR) -> UUID:
    session_id = uuid4()
    async with backend.database.transaction() as stores:
        await stores.sessions.begin(session_id, user_id, lifetime)
    return session_id


async def test_an_account_is_found_by_its_username(backend: Backend, name: str) -> None:
    user_id = await made(backend, name, "admin")
    async with backend.database.reading() as stores:
        found = await stores.users.account(name)
        assert found is not None
        assert (found.user, found.username) == (await stores.users.get(user_id), name)
        assert found.roles == {"admin"}
        assert found.disabled_at is None
        assert await stores.users.account(name.upper()) is None
        assert await stores.users.account("") is None


async def test_accounts_come_by_username(backend: Backend, name: str) -> None:
    names = [f"{name[:20]}{end}" for end in ("b", "a.c", "a-b", "a_")]
    for each in names:
        await made(backend, each)
    async with backend.database.reading() as stores:
        found = [one.username for one in await stores.users.accounts()]
    assert [one for one in found if one in names] == sorted(names)


async def test_a_username_is_taken_once(backend: Backend, name: str) -> None:
    await made(backend, name)
    with pytest.raises(UsernameTaken):
        await made(backend, name)
    async with backend.database.reading() as stores:
        assert len([one for one in await stores.users.accounts() if one.username == name]) == 1


async def test_credentials_are_those_of_the_user(backend: Backend, name: str) -> None:
    user_id = await made(backend, name)
    async with backend.database.reading() as stores:
        found = await stores.credentials.find(name)
        assert found is not None
        assert (found.user_id, found.password_hash, found.disabled_at) == (user_id, HASH, None)
        assert await stores.credentials.find("nobody") is None


NOBODYS: dict[str, Change] = {
    "credentials": lambda stores, nobody: stores.credentials.add(nobody, f"u{nobody}", HASH),
    "a role": lambda stores, nobody: stores.users.grant(nobody, "admin"),
    "a password": lambda stores, nobody: stores.credentials.set_password(nobody, HASH),
}


@pytest.mark.parametrize("change", NOBODYS.values(), ids=NOBODYS)
async def test_who_is_not_there_gets_nothing(backend: Backend, change: Change) -> None:
    with pytest.raises(Unauthorized):
        async with backend.database.transaction() as stores:
            await change(stores, uuid4())


async def held(backend: Backend, name: str, change: str) -> bool:
    """Look at the credentials, then change something, then ask whether they hold."""
    async with backend.database.reading() as stores:
        found = await stores.credentials.find(name)
    assert found is not None
    async with backend.database.transaction() as stores:
        await CHANGES[change](stores, found.user_id)
    async with backend.database.transaction() as stores:
        return await stores.credentials.hold(found.user_id, found.changed_at)


async def _nothing(_stores: Stores, _user_id: UUID) -> None:
    pass


CHANGES: dict[str, Change] = {
    "nothing": _nothing,
    "renewed": lambda stores, user_id: stores.credentials.renew(user_id, OTHER),
    "set": lambda stores, user_id: stores.credentials.set_password(user_id, OTHER),
    "disabled": lambda stores, user_id: stores.credentials.switch(user_id, disabled=True),
    "erased": lambda stores, user_id: stores.users.erase(user_id),
}


@pytest.mark.parametrize(
    ("change", "holds"),
    [("nothing", True), ("renewed", True), ("set", False), ("disabled", False), ("erased", False)],
)
async def test_what_was_looked_at_holds_until_the_password_is_set_or_the_account_disabled(
    backend: Backend, name: str, change: str, holds: bool
) -> None:
    await made(backend, name)
    assert await held(backend, name, change) is holds


async def test_another_hash_is_kept(backend: Backend, name: str) -> None:
    user_id = await made(backend, name)
    async with backend.database.transaction() as stores:
        await stores.credentials.renew(user_id, OTHER)
        await stores.credentials.renew(uuid4(), OTHER)
    async with backend.database.reading() as stores:
        found = await stores.credentials.find(name)
        assert found is not None
        assert found.password_hash == OTHER


async def test_disabling_and_enabling_say_whether_they_did_something(backend: Backend, name: str) -> None:
    user_id = await made(backend, name)
    async with backend.database.transaction() as stores:
        done = [await stores.credentials.switch(user_id, disabled=to) for to in (False, True, True, False)]
        assert done == [False, True, False, True]
        assert not await stores.credentials.switch(uuid4(), disabled=True)


async def test_a_disabled_account_is_signed_in_nowhere_and_says_since_when(
    backend: Backend, name: str
) -> None:
    user_id = await made(backend, name)
    session_id = await begun(backend, user_id)
    for disabled in (True, False):
        async with backend.database.transaction() as stores:
            await stores.credentials.switch(user_id, disabled=disabled)
        async with backend.database.reading() as stores:
            assert (await stores.sessions.signed_in(session_id) is None) is disabled
            found = await stores.users.account(name)
            assert found is not None
            assert (found.disabled_at is not None) is disabled


async def test_a_session_without_credentials_holds_for_nobody(backend: Backend) -> None:
    user_id = uuid4()
    async with backend.database.transaction() as stores:
        await stores.users.add(user_id, "Ada L")
    session_id = await begun(backend, user_id)
    async with backend.database.reading() as stores:
        assert await stores.sessions.signed_in(session_id) is None


async def test_roles_come_and_go_with_the_next_look(backend: Backend, name: str) -> None:
    user_id = await made(backend, name)
    session_id = await begun(backend, user_id)
    for change, changed, roles in (
        ("grant", True, {"admin"}),
        ("grant", False, {"admin"}),
        ("withdraw", True, set()),
        ("withdraw", False, set()),
    ):
        async with backend.database.transaction() as stores:
            assert await getattr(stores.users, change)(user_id, "admin") is changed
        async with backend.database.reading() as stores:
            found = await stores.sessions.signed_in(session_id)
            assert found is not None
            assert found.user_id == user_id
            assert found.roles == roles


async def test_all_sessions_of_one_user_end(backend: Backend, name: str) -> None:
    user_id, other = await made(backend, name), await made(backend, f"x{name[:30]}")
    theirs = [await begun(backend, user_id) for _ in range(3)]
    others = await begun(backend, other)
    async with backend.database.transaction() as stores:
        await stores.sessions.end(user_id, theirs[0])
    async with backend.database.reading() as stores:
        assert [one.id for one in await stores.sessions.of_user(user_id)] == theirs[1:]
    async with backend.database.transaction() as stores:
        assert await stores.sessions.end_all(user_id) == 2
        assert await stores.sessions.end_all(user_id) == 0
    async with backend.database.reading() as stores:
        assert await stores.sessions.of_user(user_id) == []
        assert [await stores.sessions.signed_in(one) for one in theirs] == [None] * 3
        assert await stores.sessions.signed_in(others) is not None


async def test_a_session_that_ran_out_is_neither_listed_nor_ended(backend: Backend, name: str) -> None:
    user_id = await made(backend, name)
    await begun(backend, user_id, timedelta(microseconds=1))
    async with backend.database.transaction() as stores:
        assert await stores.sessions.of_user(user_id) == []
        assert await stores.sessions.end_all(user_id) == 0


async def test_erasing_takes_everything_of_one_user(backend: Backend, name: str, address: str) -> None:
    other = f"x{name[:30]}"
    user_id, other_id = await made(backend, name, "admin"), await made(backend, other, "admin")
    sessions = [await begun(backend, each) for each in (user_id, other_id)]
    for _ in range(PER_ACCOUNT):
        await attempted(backend, name, address)
    async with backend.database.transaction() as stores:
        assert await stores.users.erase(user_id)
        assert not await stores.users.erase(user_id)
    async with backend.database.reading() as stores:
        assert await stores.users.get(user_id) is None
        assert await stores.users.account(name) is None
        assert await stores.credentials.find(name) is None
        assert [await stores.sessions.signed_in(one) is None for one in sessions] == [True, False]
        assert (await stores.users.account(other)) is not None
    await attempted(backend, name, address)
    await made(backend, name)


async def attempted(backend: Backend, name: str, address: str) -> int:
    async with backend.database.transaction() as stores:
        return await stores.throttle.attempt(name, address)


async def wait(backend: Backend, name: str, address: str) -> int:
    with pytest.raises(RateLimited) as raised:
        await attempted(backend, name, address)
    return raised.value.retry_after


async def test_ten_attempts_with_one_name_from_one_address(backend: Backend, name: str, address: str) -> None:
    assert PER_ACCOUNT == 10
    for _ in range(PER_ACCOUNT):
        await attempted(backend, name, address)
    assert WINDOW.total_seconds() - 60 <= await wait(backend, name, address) <= WINDOW.total_seconds()
    await attempted(backend, f"x{name}", address)
    await attempted(backend, name, "2001:db8::/64")


async def test_fifty_attempts_from_one_address(backend: Backend, name: str, address: str) -> None:
    assert PER_ADDRESS == 50
    for number in range(PER_ADDRESS):
        await attempted(backend, f"{name}{number}", address)
    assert WINDOW.total_seconds() - 120 <= await wait(backend, name, address) <= WINDOW.total_seconds()
    await attempted(backend, name, "2001:db8:0:1::/64")


async def test_what_is_taken_out_counts_no_longer(backend: Backend, name: str, address: str) -> None:
    numbers = [await attempted(backend, name, address) for _ in range(PER_ACCOUNT)]
    async with backend.database.transaction() as stores:
        await stores.throttle.take_out(numbers[3])
        await stores.throttle.take_out(numbers[3])
    await attempted(backend, name, address)
    await wait(backend, name, address)


async def test_the_attempts_of_a_name_are_forgotten(backend: Backend, name: str, address: str) -> None:
    other = f"x{name}"
    for each in (name, other):
        for _ in range(PER_ACCOUNT):
            await attempted(backend, each, address)
    async with backend.database.transaction() as stores:
        await stores.throttle.forget(name)
    await attempted(backend, name, address)
    await wait(backend, other, address)


async def test_an_attempt_that_is_refused_is_not_counted(backend: Backend, name: str, address: str) -> None:
    for _ in range(PER_ACCOUNT):
        await attempted(backend, name, address)
    first = await wait(backend, name, address)
    for _ in range(5):
        assert await wait(backend, name, address) <= first
