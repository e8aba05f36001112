"""Passwords under argon2id: what a hash is, who may wait for one, and where the work is done."""

import asyncio
import threading

import pytest
from argon2 import PasswordHasher, extract_parameters

from tests.people import CHEAP, PASSWORD
from wildside.domain.errors import Overloaded
from wildside.domain.passwords import Checked
from wildside.outbound.passwords import Argon2Passwords, Cost


async def test_a_hash_is_what_owasp_advises() -> None:
    async with Argon2Passwords() as passwords:
        made = await passwords.hash(PASSWORD)
        assert made.startswith("$argon2id$v=19$m=19456,t=2,p=1$")
        found = extract_parameters(made)
        assert (found.salt_len, found.hash_len) == (16, 32)
        assert made != await passwords.hash(PASSWORD)


async def test_a_password_fits_its_hash_and_no_other() -> None:
    async with Argon2Passwords(CHEAP) as passwords:
        made = await passwords.hash(PASSWORD)
        assert await passwords.check(PASSWORD, made) == Checked(matches=True)
        assert await passwords.check(PASSWORD + " ", made) == Checked(matches=False)
        assert await passwords.check("", made) == Checked(matches=False)


@pytest.mark.parametrize("known", [None, "", "$argon2id$none", "$argon2id$v=19$m=8,t=1,p=1$x$y", "plain"])
async def test_what_is_no_hash_fits_nothing(known: str | None) -> None:
    async with Argon2Passwords(CHEAP) as passwords:
        assert await passwords.check(PASSWORD, known) == Checked(matches=False)


async def test_a_hash_of_other_parameters_fits_and_is_outdated() -> None:
    async with Argon2Passwords(CHEAP) as passwords:
        for other in (PasswordHasher(2, 8, 1), PasswordHasher(1, 16, 1), PasswordHasher(1, 16, 2)):
            assert await passwords.check(PASSWORD, other.hash(PASSWORD)) == Checked(True, outdated=True)
            assert await passwords.check("another", other.hash(PASSWORD)) == Checked(matches=False)


async def test_nobodys_hash_costs_what_everybodys_does() -> None:
    async with Argon2Passwords() as passwords:
        made = extract_parameters(await passwords.hash(PASSWORD))
        assert extract_parameters(passwords._nobodys) == made


class SlowHasher(PasswordHasher):
    """Hashes when told to, and knows in which threads."""

    def __init__(self) -> None:
        super().__init__(1, 8, 1)
        self.go, self.threads = threading.Event(), set[str]()

    def hash(self, password: str | bytes, *, salt: bytes | None = None) -> str:
        self.threads.add(threading.current_thread().name)
        assert self.go.wait(30)
        return super().hash(password, salt=salt)


def slow(threads: int, most: int) -> tuple[Argon2Passwords, SlowHasher]:
    passwords, hasher = Argon2Passwords(CHEAP, threads, most), SlowHasher()
    passwords._hasher = hasher
    return passwords, hasher


async def test_who_comes_when_too_many_wait_is_turned_away_at_once() -> None:
    slowly, hasher = slow(threads=2, most=3)
    async with slowly as passwords:
        waiting = [asyncio.create_task(passwords.hash(PASSWORD)) for _ in range(6)]
        await asyncio.sleep(0)
        for _ in range(3):
            with pytest.raises(Overloaded):
                await passwords.hash(PASSWORD)
            with pytest.raises(Overloaded):
                await passwords.check(PASSWORD, None)
        assert not any(task.done() for task in waiting)
        hasher.go.set()
        assert len(set(await asyncio.gather(*waiting))) == 6
        assert await passwords.hash(PASSWORD)
        assert hasher.threads == {"passwords_0", "passwords_1"}


async def test_who_gives_up_leaves_the_work_and_its_room_behind() -> None:
    slowly, hasher = slow(threads=1, most=2)
    async with slowly as passwords:
        waiting = [asyncio.create_task(passwords.hash(PASSWORD)) for _ in range(2)]
        await asyncio.sleep(0)
        for task in waiting:
            task.cancel()
        await asyncio.gather(*waiting, return_exceptions=True)
        with pytest.raises(Overloaded):
            await passwords.hash(PASSWORD)
        hasher.go.set()
        async with asyncio.timeout(30):
            while passwords._room < 2:  # noqa: ASYNC110
                await asyncio.sleep(0.001)
        assert await passwords.hash(PASSWORD)


async def test_the_event_loop_goes_on_while_passwords_are_checked() -> None:
    """On the loop itself eight checks would be eight gaps and few ticks."""
    ticks, going = 0, True

    async def tick() -> None:
        nonlocal ticks
        while going:
            await asyncio.sleep(0)
            ticks += 1

    async with Argon2Passwords(Cost(memory=64 * 1024, time=3)) as passwords:
        ticking = asyncio.create_task(tick())
        await asyncio.gather(*(passwords.check(PASSWORD, None) for _ in range(8)))
        going = False
        await ticking
    assert ticks > 200
