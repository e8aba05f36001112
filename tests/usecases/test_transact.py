"""What is tried again, on which connection, and how often."""

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from typing import Any, cast

import pytest

from tests.builders import Mail
from tests.http.support import Stores as OneRelease
from wildside.domain.errors import ConnectionLost, OutcomeUnknown, RetryTransaction, TimedOut, Unavailable
from wildside.ports.database import Database
from wildside.usecases.current_release import CurrentRelease
from wildside.usecases.past_releases import PastReleases
from wildside.usecases.transact import look, transact


class Failing:
    """A database whose uses fail one after the other as they are told to; then they succeed."""

    def __init__(self, *errors: Exception, stores: Any = None) -> None:
        self.errors: list[Exception] = list(errors)
        self.uses = 0
        self._stores = stores

    @asynccontextmanager
    async def reading(self) -> AsyncIterator[Any]:
        self.uses += 1
        yield self._stores
        if self.errors:
            raise self.errors.pop(0)

    transaction = reading


async def done(_stores: object) -> str:
    return "done"


def again(times: int) -> Sequence[Exception]:
    return [RetryTransaction("met others") for _ in range(times)]


@pytest.mark.parametrize("times", [0, 1, 2, 3])
async def test_a_transaction_that_met_others_is_done_again(times: int) -> None:
    database = Failing(*again(times))
    assert await transact(cast(Database, database), done, (0.0, 0.0, 0.0)) == "done"
    assert database.uses == times + 1


async def test_and_at_last_it_is_given_up() -> None:
    database = Failing(*again(9))
    with pytest.raises(RetryTransaction):
        await transact(cast(Database, database), done, (0.0, 0.0, 0.0))
    assert database.uses == 4


@pytest.mark.parametrize("error", [OutcomeUnknown("?"), TimedOut("?"), Unavailable("?"), KeyError("?")])
async def test_what_may_have_been_done_is_not_done_again(error: Exception) -> None:
    database = Failing(error)
    with pytest.raises(type(error)):
        await transact(cast(Database, database), done)
    assert database.uses == 1


async def test_what_had_not_begun_begins_once_more() -> None:
    database = Failing(ConnectionLost("?"), *again(1), ConnectionLost("?"))
    assert await transact(cast(Database, database), done, (0.0,)) == "done"
    assert database.uses == 4


@pytest.mark.parametrize(("errors", "uses"), [(1, 2), (2, 2)])
async def test_a_read_that_lost_its_connection_is_tried_once_more(errors: int, uses: int) -> None:
    database = Failing(*[ConnectionLost("?")] * errors)
    if errors == 1:
        assert await look(cast(Database, database), done) == "done"
    else:
        with pytest.raises(ConnectionLost):
            await look(cast(Database, database), done)
    assert database.uses == uses


@pytest.mark.parametrize(
    "error", [TimedOut("?"), Unavailable("?"), RetryTransaction("?"), ConnectionLost("?", silent=True)]
)
async def test_other_failures_of_a_read_are_told(error: Exception) -> None:
    database = Failing(error)
    with pytest.raises(type(error)):
        await look(cast(Database, database), done)
    assert database.uses == 1


async def test_a_release_is_read_although_each_question_loses_its_connection_once() -> None:
    class EachSecondFails(Failing):
        @asynccontextmanager
        async def reading(self) -> AsyncIterator[Any]:
            self.uses += 1
            if self.uses % 2:
                raise ConnectionLost("?")
            yield self._stores

    database = EachSecondFails(stores=OneRelease())
    current = CurrentRelease(cast(Database, database), Mail())
    assert (await current()).version.number == 7
    assert (await PastReleases(cast(Database, database), current).at(7)).version.number == 7
    assert database.uses == 6
