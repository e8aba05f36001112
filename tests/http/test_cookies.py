"""The session cookie: ours byte for byte, or nobody is logged in and the database is not asked."""

import base64
import hashlib
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from http.cookies import SimpleCookie
from typing import Any
from uuid import UUID, uuid4

import httpx2
import psycopg
import pytest
import pytest_asyncio
from hypothesis import given
from hypothesis import strategies as st
from itsdangerous import Signer
from starlette.responses import Response

from tests.http.support import application, assert_problem, client_of, started
from tests.people import COOKIES, KEY, Person, person
from wildside import app
from wildside.inbound.http.cookies import CookieRules, Cookies
from wildside.outbound.postgres.pool import PostgresDatabase, PostgresStores

NAME = COOKIES.rules.name
ME = "/api/v1/users/me"
OTHER_KEY = b"another key that signs cookies, but not those of this application......."


class Spy(PostgresDatabase):
    """Counts how often anything is asked of the database."""

    asked = 0

    @asynccontextmanager
    async def reading(self) -> AsyncIterator[PostgresStores]:
        self.asked += 1
        async with super().reading() as stores:
            yield stores

    @asynccontextmanager
    async def transaction(self, *, keep: bool = True) -> AsyncIterator[PostgresStores]:
        self.asked += 1
        async with super().transaction(keep=keep) as stores:
            yield stores


class Door:
    """An application whose database counts; `ask` shows it a Cookie header."""

    def __init__(self, spy: Spy, client: httpx2.AsyncClient) -> None:
        self.spy, self.client = spy, client

    async def ask(self, *cookies: str | bytes) -> httpx2.Response:
        raw = [one.encode() if isinstance(one, str) else one for one in cookies]
        return await self.client.get(ME, headers=[(b"cookie", one) for one in raw])

    async def refuses(self, *cookies: str | bytes) -> bool:
        """Whether it is a 401 for which the database was not asked."""
        before = self.spy.asked
        answer = await self.ask(*cookies)
        assert_problem(answer, 401, "unauthorized")
        assert answer.headers["www-authenticate"].startswith("Cookie ")
        return self.spy.asked == before


@pytest_asyncio.fixture
async def door(database_url: str, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Door]:
    spies: list[Spy] = []

    def spying(*arguments: Any, **named: Any) -> Spy:
        spies.append(Spy(*arguments, **named))
        return spies[0]

    monkeypatch.setattr(app, "PostgresDatabase", spying)
    async with (
        started(application(database_url, session_keys=(KEY,))) as running,
        client_of(running) as client,
    ):
        yield Door(spies[0], client)


@pytest.fixture
def ada(database_url: str) -> Person:
    return person(database_url)


def cookie(person: Person) -> str:
    return person.headers["Cookie"]


def value(person: Person) -> str:
    return cookie(person).partition("=")[2]


def signed(named: bytes) -> str:
    """What somebody who has our key could have signed."""
    signer = Signer(KEY, salt=b"wildside session", digest_method=hashlib.sha256, key_derivation="hmac")
    return signer.sign(named).decode()


async def test_a_session_that_holds_is_one_question(door: Door, ada: Person) -> None:
    answer = await door.ask(cookie(ada))
    assert answer.status_code == 200, answer.text
    asked = door.spy.asked
    await door.ask(cookie(ada))
    assert door.spy.asked - asked == asked == 2  # whose session it is, and who that is


async def test_every_bit_counts(door: Door, ada: Person) -> None:
    raw, start = cookie(ada).encode(), len(NAME) + 1
    for place in range(start, len(raw)):
        for bit in range(8):
            flipped = bytearray(raw)
            flipped[place] ^= 1 << bit
            assert await door.refuses(bytes(flipped)), flipped


async def test_a_part_of_it_is_not_enough(door: Door, ada: Person) -> None:
    whole = value(ada)
    for length in range(len(whole)):
        assert await door.refuses(f"{NAME}={whole[:length]}"), length
        assert await door.refuses(f"{NAME}={whole[length + 1 :]}"), length


@pytest.mark.parametrize("more", ["A", "=", ".", "%20", "\x0b", "\xa0", "\x85", "\x1c"])
async def test_more_than_it_is_too_much(door: Door, ada: Person, more: str) -> None:
    raw = more.encode("latin-1")
    assert await door.refuses(cookie(ada).encode() + raw)
    assert await door.refuses(NAME.encode() + b"=" + raw + value(ada).encode())
    assert await door.refuses(raw + cookie(ada).encode())


REFUSED = {
    "no cookie": "",
    "an empty one": f"{NAME}=",
    "only a point": f"{NAME}=.",
    "a name alone": NAME,
    "no signature": f"{NAME}={base64.urlsafe_b64encode(uuid4().bytes).decode()}",
    "10 kB": f"{NAME}={'A' * 10_000}",
    "10 kB of points": f"{NAME}={'.' * 10_000}",
    "not ASCII": f"{NAME}=é".encode(),
    "no text at all": NAME.encode() + b"=\xff\xfe\x00",
    "a key of somebody else": f"{NAME}={Cookies([OTHER_KEY], CookieRules()).value(uuid4())}",
    "signed, and empty": f"{NAME}={signed(b'')}",
    "signed, and no base64": f"{NAME}={signed(b'!' * 22)}",
    "signed, and too short": f"{NAME}={signed(b'AAAA')}",
    "signed, and too long": f"{NAME}={signed(b'A' * 44)}",
    "signed with another salt": f"{NAME}={Signer(KEY, salt=b'other').sign(b'A' * 22).decode()}",
}


@pytest.mark.parametrize("sent", REFUSED.values(), ids=REFUSED)
async def test_what_is_not_ours_is_refused_without_a_question(door: Door, sent: str | bytes) -> None:
    assert await door.refuses(sent)


async def test_other_spellings_of_the_same_bytes_are_refused(door: Door, ada: Person) -> None:
    named, _, signature = value(ada).partition(".")
    alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"
    place = alphabet.index(signature[-1])
    respelled = [
        f"{named}.{signature[:-1]}{alphabet[place ^ 1]}",  # bits that stand for nothing
        f"{named}==.{signature}",
        f"{named}.{signature}=",
        f'"{named}.{signature}"',
        f"{named}.{signature.replace('-', '+').replace('_', '/')}+",
    ]
    assert base64.urlsafe_b64decode(signature + "=") == base64.urlsafe_b64decode(respelled[0][-43:] + "=")
    for each in respelled:
        assert await door.refuses(f"{NAME}={each}"), each


async def test_two_of_the_same_name_are_none(door: Door, ada: Person, database_url: str) -> None:
    """One of them may come from a sibling host, and which one comes first says nothing (RFC 6265, 4.2.2)."""
    bea = person(database_url, "Bea")
    assert await door.refuses(f"{cookie(ada)}; {cookie(bea)}")
    assert await door.refuses(cookie(ada), cookie(bea))
    assert await door.refuses(f"{cookie(ada)}; {cookie(ada)}")


async def test_cookies_of_other_names_do_not_matter(door: Door, ada: Person) -> None:
    for sent in (
        f"a=b; {cookie(ada)}",
        f"{cookie(ada)};session=x",
        f"theme;{cookie(ada)} ; =",
        f"\t{cookie(ada)}",
    ):
        assert (await door.ask(sent)).status_code == 200, sent


async def test_the_name_of_an_insecure_cookie_is_another(door: Door, ada: Person) -> None:
    assert await door.refuses(f"session={value(ada)}")


ENDS = {
    "expired": "update sessions set issued_at = 'yesterday', expires_at = now() where user_id = %s",
    "revoked": "update sessions set revoked_at = now() where user_id = %s",
    "removed": "delete from sessions where user_id = %s",
    "disabled": "update user_credentials set disabled_at = now() where user_id = %s",
    "without credentials": "delete from user_credentials where user_id = %s",
    "erased": "delete from users where id = %s",
}


@pytest.mark.parametrize("statement", ENDS.values(), ids=ENDS)
async def test_a_session_that_is_over_is_refused(
    door: Door, ada: Person, connection: psycopg.Connection[Any], statement: str
) -> None:
    assert (await door.ask(cookie(ada))).status_code == 200
    connection.execute(statement.encode(), [ada.id])
    connection.commit()
    assert_problem(await door.ask(cookie(ada)), 401, "unauthorized")


def headers_of(rules: CookieRules) -> tuple[str, str]:
    set_it, clear_it = Response(), Response()
    cookies = Cookies([KEY], rules)
    cookies.set(set_it, UUID(int=7))
    cookies.clear(clear_it)
    return set_it.headers["set-cookie"], clear_it.headers["set-cookie"]


@pytest.mark.parametrize("same_site", ["lax", "strict", "none"])
@pytest.mark.parametrize("secure", [True, False])
def test_the_cookie_is_sent_with_every_attribute(same_site: Any, secure: bool) -> None:
    name = "__Host-session" if secure else "session"
    for header, seconds in zip(headers_of(CookieRules(same_site, secure)), ("7200", "0"), strict=True):
        (morsel,) = SimpleCookie(header).values()
        assert (morsel.key, morsel["path"], morsel["domain"]) == (name, "/", "")
        assert (morsel["httponly"], morsel["secure"]) == (True, True if secure else "")
        assert (morsel["samesite"], morsel["max-age"]) == (same_site, seconds)


def test_the_first_key_signs_and_every_key_is_accepted() -> None:
    old, new = Cookies([KEY], CookieRules()), Cookies([OTHER_KEY, KEY], CookieRules())
    session = uuid4()
    assert new.session_id(old.value(session)) == session
    assert old.session_id(new.value(session)) is None
    assert Cookies([OTHER_KEY], CookieRules()).session_id(new.value(session)) == session


@given(st.uuids())
def test_a_cookie_names_its_session(session: UUID) -> None:
    assert COOKIES.session_id(COOKIES.value(session)) == session


@given(st.text(max_size=200) | st.from_regex(r"[A-Za-z0-9_-]{22}[.][A-Za-z0-9_-]{43}", fullmatch=True))
def test_nothing_that_is_made_up_is_a_cookie(made_up: str) -> None:
    assert COOKIES.session_id(made_up) is None


@given(st.uuids(), st.data())
def test_no_change_goes_unnoticed(session: UUID, data: st.DataObject) -> None:
    whole = COOKIES.value(session)
    start = data.draw(st.integers(0, len(whole)))
    end = data.draw(st.integers(start, len(whole)))
    changed = whole[:start] + data.draw(st.text(max_size=5)) + whole[end:]
    assert COOKIES.session_id(changed) == (session if changed == whole else None)
