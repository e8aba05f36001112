"""Logging in and out: who gets a session, and what everybody else learns."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from time import monotonic
from typing import Any

import httpx2
import psycopg
import pytest
from argon2 import PasswordHasher
from starlette.types import ASGIApp
from structlog.testing import capture_logs

from tests.http.support import application, assert_nothing_leaks, assert_problem, client_of, started
from tests.people import COOKIES, KEY, PASSWORD, account, person
from wildside.outbound.passwords import Argon2Passwords
from wildside.outbound.postgres.session import Session

LOGIN, LOGOUT, ME = "/api/v1/login", "/api/v1/logout", "/api/v1/users/me"
CANARY = "canary 4711 in the coal mine"


def app_over(url: str, **settings: Any) -> ASGIApp:
    return application(url, session_keys=(KEY,), **settings)


@asynccontextmanager
async def served(url: str, **settings: Any) -> AsyncIterator[httpx2.AsyncClient]:
    async with started(app_over(url, **settings)) as app, client_of(app) as client:
        yield client


def cookie(answer: httpx2.Response) -> dict[str, str]:
    """The cookie that was set, as a header. The client of the tests speaks HTTP, and would not send it."""
    name, _, rest = answer.headers["set-cookie"].partition("=")
    return {"Cookie": f"{name}={rest.partition(';')[0]}"}


async def test_who_logs_in_gets_a_session(database_url: str) -> None:
    ada = account(database_url, "ada", "admin")
    async with served(database_url) as client:
        answer = await client.post(LOGIN, json={"username": "ADA", "password": PASSWORD})
        assert answer.status_code == 200, answer.text
        shown = answer.json()
        assert shown.keys() == {"id", "displayName", "createdAt", "roles"}
        assert (shown["id"], shown["displayName"], shown["roles"]) == (str(ada.id), "Ada L", ["admin"])
        assert answer.headers["cache-control"] == "no-store"
        sent = answer.headers["set-cookie"]
        assert sent.startswith("__Host-session=")
        for each in ("HttpOnly", "Secure", "Path=/", "Max-Age=7200", "SameSite=lax"):
            assert each in sent
        assert (await client.get(ME, headers=cookie(answer))).json() == shown


async def test_each_login_has_a_session_of_its_own(database_url: str) -> None:
    ada = account(database_url)
    async with served(database_url) as client:
        first, second = [await client.post(LOGIN, json=ada.body) for _ in range(2)]
        assert cookie(first) != cookie(second)
        again = await client.post(LOGIN, json=ada.body, headers=cookie(first))
        assert cookie(again) != cookie(first)


async def test_a_password_is_the_same_in_every_spelling_of_unicode(database_url: str) -> None:
    account(database_url)
    wide = "".join(chr(ord(each) + 0xFEE0) if each.isalpha() else each for each in PASSWORD)
    async with served(database_url) as client:
        assert (await client.post(LOGIN, json={"username": "ada", "password": wide})).status_code == 200


REFUSED = {
    "unknown": {"username": "nobody", "password": PASSWORD},
    "no username at all": {"username": "Ἀδα \u212a", "password": PASSWORD},
    "empty": {"username": "", "password": ""},
    "wrong": {"username": "ada", "password": CANARY},
    "another case": {"username": "ada", "password": PASSWORD.upper()},
    "disabled": {"username": "bob", "password": PASSWORD},
    "disabled, wrong": {"username": "bob", "password": CANARY},
}


def bare(answer: httpx2.Response) -> tuple[int, str, list[tuple[str, str]]]:
    """All of an answer but its trace id."""
    trace = answer.headers["trace-id"]
    headers = [(name, value) for name, value in answer.headers.multi_items() if name != "trace-id"]
    return answer.status_code, answer.text.replace(trace, ""), headers


async def test_every_refusal_is_the_same_bytes(database_url: str) -> None:
    account(database_url, "ada")
    account(database_url, "bob", disabled=True)
    async with served(database_url) as client:
        answers = [await client.post(LOGIN, json=body) for body in REFUSED.values()]
    assert_problem(answers[0], 401, "unauthorized")
    assert "set-cookie" not in answers[0].headers
    assert {str(bare(answer)) for answer in answers} == {str(bare(answers[0]))}


async def test_every_refusal_asks_the_database_and_the_hasher_the_same(
    database_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    account(database_url, "ada")
    account(database_url, "bob", disabled=True)
    said: list[str] = []
    real = Session.rows

    async def rows(self: Session, sql: str, *arguments: Any) -> list[Any]:
        said.append(sql)
        return await real(self, sql, *arguments)

    monkeypatch.setattr(Session, "rows", rows)
    async with started(app_over(database_url)) as app, client_of(app) as client:
        hashed = noted_costs(monkeypatch)
        asked = []
        for body in REFUSED.values():
            said.clear()
            hashed.clear()
            await client.post(LOGIN, json=body)
            asked.append((tuple(said), tuple(hashed)))
    assert len(asked[0][0]) == 3
    assert asked[0][1] == ("$argon2id$v=19$m=19456,t=2,p=1",)
    assert set(asked) == {asked[0]}


def noted_costs(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """What every hash that a password is compared with costs."""
    costs: list[str] = []
    real = PasswordHasher.verify

    def verify(self: PasswordHasher, known: str, password: str) -> Any:
        costs.append(known.rpartition("$")[0].rpartition("$")[0])
        return real(self, known, password)

    monkeypatch.setattr(PasswordHasher, "verify", verify)
    return costs


@pytest.mark.parametrize(
    ("body", "faults"),
    [
        ({}, {"/username": "missing_field", "/password": "missing_field"}),
        ({"username": 1, "password": None}, {"/username": "wrong_type", "/password": "missing_field"}),
        ({"username": "a", "password": "b", "c": 1}, {"/c": "unknown_field"}),
        ({"username": "a" * 257, "password": "b" * 1025}, {"/username": "too_long", "/password": "too_long"}),
        ({"username": "a\0", "password": "b"}, {"/username": "nul_character"}),
    ],
)
async def test_what_is_no_login_is_told_whole(
    database_url: str, body: dict[str, Any], faults: dict[str, str]
) -> None:
    async with served(database_url) as client:
        problem = assert_problem(await client.post(LOGIN, json=body), 400, "invalid_request")
    assert {each["pointer"]: each["code"] for each in problem["errors"]} == faults


async def test_half_a_surrogate_pair_is_refused(database_url: str) -> None:
    async with served(database_url) as client:
        content = b'{"username": "ada", "password": "\\ud83d and some more letters"}'
        answer = await client.post(LOGIN, content=content, headers={"Content-Type": "application/json"})
    assert_problem(answer, 400, "invalid_request")


async def test_logging_out_ends_the_session_everywhere_at_once(database_url: str) -> None:
    ada = account(database_url)
    async with served(database_url) as here, served(database_url) as there:
        mine = cookie(await here.post(LOGIN, json=ada.body))
        other = cookie(await here.post(LOGIN, json=ada.body))
        assert (await there.get(ME, headers=mine)).status_code == 200
        answer = await here.post(LOGOUT, headers=mine)
        assert (answer.status_code, answer.content) == (204, b"")
        assert 'session=""; HttpOnly; Max-Age=0; Path=/' in answer.headers["set-cookie"]
        assert_problem(await there.get(ME, headers=mine), 401, "unauthorized")
        assert (await there.get(ME, headers=other)).status_code == 200


@pytest.mark.parametrize("value", [None, "", "junk", "over"])
async def test_who_is_not_logged_in_may_log_out(database_url: str, value: str | None) -> None:
    async with served(database_url) as client:
        if value == "over":
            ada = person(database_url)
            await client.post(LOGOUT, headers=ada.headers)
            value = COOKIES.value(ada.session_id)
        headers = {} if value is None else {"Cookie": f"__Host-session={value}"}
        answer = await client.post(LOGOUT, headers=headers)
    assert answer.status_code == 204
    assert "Max-Age=0" in answer.headers["set-cookie"]


async def test_a_session_that_was_begun_holds_no_longer_once_the_account_is_disabled(
    database_url: str,
) -> None:
    ada = account(database_url)
    async with served(database_url) as client:
        mine = cookie(await client.post(LOGIN, json=ada.body))
        execute(database_url, "update user_credentials set disabled_at = clock_timestamp()")
        assert_problem(await client.get(ME, headers=mine), 401, "unauthorized")


CHANGES = {
    "disabled": "update user_credentials set disabled_at = clock_timestamp()",
    "another password": "update user_credentials set changed_at = clock_timestamp()",
    "erased": "delete from users",
}


@pytest.mark.parametrize("change", CHANGES.values(), ids=CHANGES)
async def test_what_changes_while_the_password_is_checked_counts(
    database_url: str, change: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    ada = account(database_url)
    changing(database_url, change, monkeypatch)
    async with served(database_url) as client:
        answer = await client.post(LOGIN, json=ada.body)
        assert_problem(answer, 401, "unauthorized")
        assert bare(answer) == bare(await client.post(LOGIN, json=REFUSED["unknown"]))
    assert rows(database_url, "select count(*) from sessions") == [(0,)]


def changing(url: str, statement: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Have somebody do something while a password is checked."""
    real = Argon2Passwords.check

    async def check(self: Argon2Passwords, password: str, known: str | None) -> Any:
        checked = await real(self, password, known)
        await asyncio.to_thread(execute, url, statement)
        return checked

    monkeypatch.setattr(Argon2Passwords, "check", check)


async def test_thirty_two_log_in_at_once_and_others_are_answered_meanwhile(database_url: str) -> None:
    everybody = [account(database_url, f"user{number}") for number in range(32)]
    ticks = 0

    async def tick() -> None:
        nonlocal ticks
        while True:
            await asyncio.sleep(0.001)
            ticks += 1

    async with served(database_url) as client:
        ticking, start = asyncio.create_task(tick()), monotonic()
        answers = await asyncio.gather(*(client.post(LOGIN, json=one.body) for one in everybody))
        seconds = monotonic() - start
        ticking.cancel()
    assert [answer.status_code for answer in answers] == [200] * 32
    assert rows(database_url, "select count(*) from sessions") == [(32,)]
    assert rows(database_url, "select count(*) from login_attempts") == [(0,)]
    assert ticks > seconds * 100


async def test_a_secret_that_is_typed_is_neither_told_nor_logged(database_url: str) -> None:
    account(database_url)
    bodies: Sequence[Any] = (
        {"username": CANARY, "password": CANARY},
        {"username": "ada", "password": CANARY},
        {"username": CANARY * 20, "password": CANARY * 50},
        {"username": 1, "password": [CANARY]},
    )
    with capture_logs() as logs:
        async with served(database_url) as client:
            for body in bodies:
                assert_nothing_leaks(await client.post(LOGIN, json=body), [CANARY])
    assert CANARY not in str(logs)
    assert [each["code"] for each in logs if each["event"] == "login refused"] == ["unauthorized"] * 2


async def test_a_login_that_goes_wrong_shows_no_password_in_a_traceback(
    database_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    account(database_url)
    execute(database_url, "alter table user_credentials rename column changed_at to gone")
    with capture_logs() as logs:
        async with served(database_url) as client:
            answer = await client.post(LOGIN, json={"username": "ada", "password": CANARY})
    assert answer.status_code == 503
    assert CANARY not in str(logs) + answer.text


def execute(url: str, statement: str, *arguments: Any) -> None:
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute(statement.encode(), arguments or None)


def rows(url: str, query: str) -> list[tuple[Any, ...]]:
    with psycopg.connect(url) as connection:
        return connection.execute(query.encode()).fetchall()
