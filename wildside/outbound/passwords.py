"""Passwords under argon2id, in threads of their own: a hash takes 19 MiB and some hundredths of a second."""

import asyncio
import os
from base64 import b64encode
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Self, TypeVar

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from wildside.domain.errors import Overloaded
from wildside.domain.passwords import Checked, bare

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Cost:
    """What a hash costs. OWASP's Password Storage Cheat Sheet: 19 MiB, twice over, in one lane."""

    memory: int = 19 * 1024
    """KiB."""
    time: int = 2
    lanes: int = 1


class Argon2Passwords:
    """Hashes passwords, as many at a time as there are cores; `most` for each of them may wait or be at work.

    Sixty-four are about a second's work of a core, and who comes then would wait for longer.
    """

    def __init__(self, cost: Cost | None = None, threads: int | None = None, most: int = 32) -> None:
        cost = cost or Cost()
        threads = threads or os.cpu_count() or 1
        self._hasher = PasswordHasher(cost.time, cost.memory, cost.lanes)
        self._nobodys = _nobodys(cost)
        self._threads = ThreadPoolExecutor(threads, "passwords")
        self._room = threads * most
        self.common = _common()

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_: object) -> None:
        self._threads.shutdown(wait=False, cancel_futures=True)

    async def hash(self, password: str) -> str:
        """Return the hash of a password."""
        return await self._run(lambda: self._hasher.hash(password))

    async def check(self, password: str, known: str | None) -> Checked:
        """Compare a password with a hash."""
        return await self._run(lambda: self._check(password, known))

    def _check(self, password: str, known: str | None) -> Checked:
        try:
            self._hasher.verify(known or self._nobodys, password)
        except (VerificationError, InvalidHashError):
            return Checked(matches=False)
        return Checked(known is not None, known is not None and self._hasher.check_needs_rehash(known))

    async def _run(self, work: Callable[[], T]) -> T:
        """Do it in a thread. It keeps its room until it is done, also where nobody waits for it any more."""
        if self._room <= 0:
            raise Overloaded("more passwords are to be hashed than can be in time")
        self._room -= 1
        task = asyncio.get_running_loop().run_in_executor(self._threads, work)
        task.add_done_callback(self._left)
        return await asyncio.shield(task)

    def _left(self, _task: object) -> None:
        self._room += 1


def _nobodys(cost: Cost) -> str:
    """Return a hash that costs as much as everybody's, and that no known password has: it is all zeros."""
    salt, zeros = (b64encode(bytes(size)).decode().rstrip("=") for size in (16, 32))
    return f"$argon2id$v=19$m={cost.memory},t={cost.time},p={cost.lanes}${salt}${zeros}"


def _common() -> frozenset[str]:
    lines = (Path(__file__).parent / "common_passwords.txt").read_text(encoding="utf-8").splitlines()
    return frozenset(bare(line) for line in lines if line and not line.startswith("#"))
