"""A driver of the database that does what a test says, in place of asyncpg."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

EFFECT = "insert into effects"
COUNT = "select count(*) from effects"


@dataclass
class Driver:
    """Stands for asyncpg: one pool, one connection; it raises `error` at a place, so many times."""

    place: str
    error: Callable[[], BaseException]
    times: int = 1000
    calls: list[str] = field(default_factory=list)

    def _at(self, place: str) -> None:
        self.calls.append(place)
        if place == self.place and self.times:
            self.times -= 1
            raise self.error()

    async def acquire(self, timeout: float) -> "Driver":  # noqa: ASYNC109 - the driver's own
        self._at("acquire")
        return self

    async def release(self, _connection: object) -> None: ...

    def get_server_pid(self) -> int:
        return 1

    def terminate(self) -> None:
        self.calls.append("terminate")

    async def fetch(self, sql: str, *_arguments: object) -> list[list[Any]]:
        if sql.startswith((EFFECT, COUNT)):
            self._at("statement")
        return [] if "from idempotency_keys" in sql else [[True]]

    def transaction(self) -> "Driver":
        return self

    async def start(self) -> None:
        self._at("begin")

    async def commit(self) -> None:
        self._at("commit")

    async def rollback(self) -> None: ...


class Trusting(set[int]):
    """Connections to be trusted whatever was lost: there is only one."""

    def clear(self) -> None: ...
