"""Logging in while the account is changed: one after the other, never a deadlock, never half of both."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any

import httpx2
import psycopg
import pytest
from argon2 import PasswordHasher

from tests.http.support import application, client_of, started
from tests.people import KEY, PASSWORD, Login, account, person
from wildside.outbound.passwords import Argon2Passwords
from wildside.outbound.postgres.pool import Limits, PostgresDatabase
from wildside.usecases.set_password import set_password
from wildside.usecases.switch_account import switch_account

LOGIN, ME = "/api/v1/login", "/api/v1/users/me"
OTHER = "wooden spoon on a hill"
Change = Callable[[PostgresDatabase, Argon2Passwords], Awaitable[object]]


async def _disable(database: PostgresDatabase, _passwords: Argon2Passwords) -> object:
    return await switch_account(database, "ada", disabled=True)


async def _set(database: PostgresDatabase, passwords: Argon2Passwords) -> object:
    return await set_password(database, passwords, "ada", OTHER)


async def _erase(database: PostgresDatabase, _passwords: Argon2Passwords) -> object:
    async with database.transaction() as stores:
        account = await stores.users.account("ada")
        assert account is not None
        return await stores.users.erase(account.user.id)


async def logins(client: httpx2.AsyncClient, who: Login, times: int) -> list[int]:
    answers = await asyncio.gather(*(client.post(LOGIN, json=who.body) for _ in range(times)))
    return [answer.status_code for answer in answers]


def value(url: str, query: str) -> Any:
    with psycopg.connect(url) as connection:
        row = connection.execute(query.encode()).fetchone()
    return row[0] if row else None


HOLDING = "select count(*) from sessions where revoked_at is null"


@pytest.mark.parametrize("change", [_disable, _set, _erase])
async def test_no_session_outlives_a_change_that_comes_while_people_log_in(
    database_url: str, change: Change
) -> None:
    ada = account(database_url)
    async with (
        started(application(database_url, session_keys=(KEY,))) as app,
        client_of(app) as client,
        PostgresDatabase(database_url, Limits(), "tests") as database,
        Argon2Passwords() as passwords,
    ):
        before = asyncio.create_task(logins(client, ada, 4))
        async with asyncio.timeout(30):
            while not before.done() and not await asyncio.to_thread(value, database_url, HOLDING):
                pass
        await change(database, passwords)
        statuses = await before
        assert set(statuses) <= {200, 401}, statuses
        assert value(database_url, HOLDING) == 0
        assert await logins(client, ada, 1) == [401]


async def test_an_old_hash_is_made_anew_at_login(database_url: str) -> None:
    ada = account(database_url)
    old = PasswordHasher(1, 1024, 1).hash(PASSWORD)
    with psycopg.connect(database_url) as connection:
        connection.execute("update user_credentials set password_hash = %s", (old,))
    before = value(database_url, "select changed_at from user_credentials")
    async with started(application(database_url, session_keys=(KEY,))) as app, client_of(app) as client:
        for _ in range(2):
            assert (await client.post(LOGIN, json=ada.body)).status_code == 200
        kept = value(database_url, "select password_hash from user_credentials")
        assert kept.startswith("$argon2id$v=19$m=19456,t=2,p=1$")
        wrong = await client.post(LOGIN, json={**ada.body, "password": OTHER})
        assert wrong.status_code == 401
    assert value(database_url, "select password_hash from user_credentials") == kept
    assert value(database_url, "select changed_at from user_credentials") == before


async def test_many_who_come_with_an_old_hash_all_get_in(database_url: str) -> None:
    ada = account(database_url)
    with psycopg.connect(database_url) as connection:
        old = PasswordHasher(1, 1024, 1).hash(PASSWORD)
        connection.execute("update user_credentials set password_hash = %s", (old,))
    async with started(application(database_url, session_keys=(KEY,))) as app, client_of(app) as client:
        assert await logins(client, ada, 8) == [200] * 8
    assert value(database_url, HOLDING) == 8


async def test_who_is_erased_twice_at_once_is_erased(database_url: str) -> None:
    ada = person(database_url)
    async with started(application(database_url, session_keys=(KEY,))) as app, client_of(app) as client:
        asked = [client.delete(ME, headers=ada.headers) for _ in range(4)]
        statuses = [answer.status_code for answer in await asyncio.gather(*asked)]
    assert 204 in statuses
    assert set(statuses) <= {204, 401}
    assert value(database_url, "select count(*) from users") == 0
