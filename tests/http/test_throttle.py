"""Guessing: how often, from where, and who is not kept out by it."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from typing import Any

import httpx2
import psycopg
import pytest
from starlette.types import ASGIApp, Receive, Scope, Send

from tests.http.support import application, assert_problem, client_of, started
from tests.people import KEY, account
from wildside.domain.errors import Overloaded
from wildside.outbound.passwords import Argon2Passwords

LOGIN = "/api/v1/login"
HERE, THERE = "192.0.2.1", "198.51.100.9"
WRONG = {"username": "ada", "password": "not the one, not the one!"}


class Place:
    """An application that hears requests from any address."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def login(
        self, body: dict[str, str], peer: str = HERE, forwarded: Sequence[str] = ()
    ) -> httpx2.Response:
        async def moved(scope: Scope, receive: Receive, send: Send) -> None:
            await self._app({**scope, "client": (peer, 1) if peer else None}, receive, send)

        async with client_of(moved) as client:
            headers = [("X-Forwarded-For", each) for each in forwarded]
            return await client.post(LOGIN, json=body, headers=headers)


@asynccontextmanager
async def place(url: str, **settings: Any) -> AsyncIterator[Place]:
    async with started(application(url, session_keys=(KEY,), **settings)) as app:
        yield Place(app)


def checks(monkeypatch: pytest.MonkeyPatch) -> list[str | None]:
    """The hashes that passwords are compared with, as it goes on."""
    seen: list[str | None] = []
    real = Argon2Passwords.check

    async def check(self: Argon2Passwords, password: str, known: str | None) -> Any:
        seen.append(known)
        return await real(self, password, known)

    monkeypatch.setattr(Argon2Passwords, "check", check)
    return seen


def attempts(url: str) -> list[str]:
    with psycopg.connect(url) as connection:
        rows = connection.execute("select address::text from login_attempts order by id").fetchall()
    return [address for (address,) in rows]


@pytest.mark.parametrize("username", ["ada", "nobody"])
async def test_of_64_guesses_at_once_10_are_looked_at(
    database_url: str, username: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    account(database_url)
    seen = checks(monkeypatch)
    async with place(database_url) as somewhere:
        guesses = [{**WRONG, "username": username} for _ in range(64)]
        answers = await asyncio.gather(*(somewhere.login(guess) for guess in guesses))
        statuses = [answer.status_code for answer in answers]
        assert len(seen) == statuses.count(401) == 10
        assert set(statuses) <= {401, 429, 503}
        late = await somewhere.login(guesses[0])
    assert_problem(late, 429, "rate_limited")
    assert 0 < int(late.headers["retry-after"]) <= 900
    assert len(attempts(database_url)) == 10


async def test_who_is_throttled_does_not_learn_whether_there_is_such_a_user(database_url: str) -> None:
    right = account(database_url).body
    async with place(database_url) as somewhere:
        for username in ("ada", "nobody"):
            for _ in range(10):
                await somewhere.login({**WRONG, "username": username})
        bodies = (right, WRONG, {**WRONG, "username": "nobody"})
        answers = [await somewhere.login(body) for body in bodies]
    for answer in answers:
        assert_problem(answer, 429, "rate_limited")
    trimmed = {answer.text.replace(answer.headers["trace-id"], "") for answer in answers}
    assert len(trimmed) == 1


async def test_the_right_password_from_elsewhere_is_taken_meanwhile(database_url: str) -> None:
    ada = account(database_url)
    async with place(database_url) as somewhere:
        answers = [await somewhere.login(WRONG) for _ in range(11)]
        assert [answer.status_code for answer in answers] == [401] * 10 + [429]
        assert (await somewhere.login(ada.body, peer=THERE)).status_code == 200
        assert_problem(await somewhere.login(ada.body), 429, "rate_limited")


async def test_who_knows_the_password_may_come_as_often_as_they_like(database_url: str) -> None:
    ada = account(database_url)
    async with place(database_url) as somewhere:
        statuses = [(await somewhere.login(ada.body)).status_code for _ in range(12)]
    assert statuses == [200] * 12
    assert attempts(database_url) == []


async def test_a_success_takes_out_its_own_attempt_and_no_other(database_url: str) -> None:
    """Who has an account of their own cannot guess at another's for ever."""
    ada = account(database_url)
    account(database_url, "eve")
    async with place(database_url) as somewhere:
        for number in range(10):
            await somewhere.login(WRONG)
            body = {**ada.body, "username": "eve"}
            assert (await somewhere.login(body)).status_code == 200, number
        assert_problem(await somewhere.login(WRONG), 429, "rate_limited")


async def test_a_password_that_nobody_looked_at_is_no_attempt(
    database_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    account(database_url)

    async def check(self: Argon2Passwords, password: str, known: str | None) -> Any:
        raise Overloaded("too many")

    monkeypatch.setattr(Argon2Passwords, "check", check)
    async with place(database_url) as somewhere:
        answer = await somewhere.login(WRONG)
    assert_problem(answer, 503, "overloaded")
    assert int(answer.headers["retry-after"]) > 0
    assert attempts(database_url) == []


@pytest.mark.parametrize(
    ("hops", "forwarded", "counted"),
    [
        (0, [], HERE),
        (0, ["203.0.113.5"], HERE),
        (1, [], HERE),
        (1, ["203.0.113.5"], "203.0.113.5"),
        (1, ["10.9.9.9, 203.0.113.5"], "203.0.113.5"),
        (1, ["10.9.9.9", "203.0.113.5"], "203.0.113.5"),
        (1, ["junk, 203.0.113.5"], "203.0.113.5"),
        (1, ["203.0.113.5, junk"], HERE),
        (1, ["203.0.113.5, "], HERE),
        (1, ["10.9.9.9 203.0.113.5"], HERE),
        (1, ["203.0.113.5:4711"], "203.0.113.5"),
        (1, ["[2001:db8:1:2:3::4]:4711"], "2001:db8:1:2::/64"),
        (1, ["[2001:db8:1:2:3::4]"], "2001:db8:1:2::/64"),
        (1, ["2001:db8:1:2:3::4"], "2001:db8:1:2::/64"),
        (1, ["::ffff:203.0.113.5"], "203.0.113.5"),
        (2, ["10.9.9.9, 203.0.113.5, 10.0.0.1"], "203.0.113.5"),
        (2, ["10.9.9.9", "203.0.113.5", "10.0.0.1"], "203.0.113.5"),
        (2, ["10.0.0.1"], HERE),
        (3, ["1.1.1.1, 2.2.2.2"], HERE),
    ],
)
async def test_the_entry_that_our_own_proxy_wrote_is_counted(
    database_url: str, hops: int, forwarded: list[str], counted: str
) -> None:
    async with place(database_url, proxy_hops=hops) as somewhere:
        answer = await somewhere.login(WRONG, forwarded=forwarded)
    assert answer.status_code == 401, answer.text
    assert attempts(database_url) == [counted if "/" in counted else f"{counted}/32"]


@pytest.mark.parametrize(
    ("peer", "counted"),
    [
        ("2001:db8:1:2:aaaa::1", "2001:db8:1:2::/64"),
        ("2001:db8:1:2:bbbb::2", "2001:db8:1:2::/64"),
        ("fe80::1%eth0", "fe80::/64"),
        ("::ffff:192.0.2.1", "192.0.2.1/32"),
        ("", "0.0.0.0/32"),
        ("/run/socket", "0.0.0.0/32"),
    ],
)
async def test_a_peer_counts_with_its_network(database_url: str, peer: str, counted: str) -> None:
    async with place(database_url) as somewhere:
        await somewhere.login(WRONG, peer=peer)
    assert attempts(database_url) == [counted]


async def test_a_made_up_header_opens_no_other_account_of_attempts(database_url: str) -> None:
    async with place(database_url, proxy_hops=1) as somewhere:
        made_up = [[f"10.1.1.{number}, 203.0.113.5"] for number in range(11)]
        answers = [await somewhere.login(WRONG, forwarded=each) for each in made_up]
    assert [answer.status_code for answer in answers] == [401] * 10 + [429]
