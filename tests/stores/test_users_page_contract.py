"""Pages of users, on dicts and on PostgreSQL."""

from collections.abc import AsyncIterator
from uuid import UUID

import pytest_asyncio

from tests.sql.support import Connection
from tests.stores.contract import Backend
from wildside.domain.pages import Cursor, Page, Seek
from wildside.domain.users import USERS, User


@pytest_asyncio.fixture
async def people(backend: Backend, request: object) -> AsyncIterator[list[User]]:
    """Seven users, in the order of the list, which is not that of their ids."""
    async with backend.database.transaction() as stores:
        added = [await stores.users.add(UUID(int=900 - number), f"User {number}") for number in range(7)]
    yield sorted(added, key=USERS.key_of)
    if backend.name == "postgres":
        connection: Connection = request.getfixturevalue("contract_connection")  # type: ignore[attr-defined]
        connection.execute("delete from users")


async def found(backend: Backend, seek: Seek) -> list[User]:
    async with backend.database.reading() as stores:
        return list(await stores.users.page(seek))


async def test_without_a_cursor_it_begins_at_the_beginning(backend: Backend, people: list[User]) -> None:
    assert await found(backend, Seek(None, 3)) == people[:4]
    assert await found(backend, Seek(None, 100)) == people


async def test_what_is_next_comes_after_the_key(backend: Backend, people: list[User]) -> None:
    for number, user in enumerate(people):
        seek = Seek(Cursor("next", USERS.key_of(user)), 2)
        assert await found(backend, seek) == people[number + 1 : number + 4]


async def test_what_is_prev_has_the_key_itself_and_comes_nearest_first(
    backend: Backend, people: list[User]
) -> None:
    for number, user in enumerate(people):
        seek = Seek(Cursor("prev", USERS.key_of(user)), 2)
        assert await found(backend, seek) == people[max(number - 2, 0) : number + 1][::-1]


async def test_a_key_that_nobody_has_is_as_good(backend: Backend, people: list[User]) -> None:
    key = (people[3].created_at, UUID(int=people[3].id.int + 1))
    assert await found(backend, Seek(Cursor("next", key), 9)) == people[4:]
    assert await found(backend, Seek(Cursor("prev", key), 9)) == people[3::-1]


async def test_pages_are_made_of_it(backend: Backend, people: list[User]) -> None:
    seek = Seek(Cursor("prev", USERS.key_of(people[4])), 3)
    page = Page.of(USERS, seek, await found(backend, seek))
    assert list(page.rows) == people[2:5]
    assert page.prev == Cursor("prev", USERS.key_of(people[1]))
    assert page.next == Cursor("next", USERS.key_of(people[4]))
