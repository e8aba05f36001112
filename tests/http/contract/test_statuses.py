"""Each status that the document has for an operation is one that it can end with.

503 and 500 are those of tests/http/test_broken_tables.py, which provokes them on every path.
"""

import asyncio
from collections.abc import AsyncIterator, Iterator
from types import SimpleNamespace
from typing import Any
from uuid import uuid4

import httpx2
import pytest
from pytest_postgresql.executors import NoopExecutor

from tests.http.conformity import strict_document
from tests.http.support import application, client_of, started
from tests.http.test_broken_tables import City
from tests.people import KEY, account, person
from tests.sql.support import connect, scratch_database
from wildside.inbound.http.contract.operations import Operation
from wildside.inbound.http.contract.parameters import IF_MATCH
from wildside.inbound.http.urls import OPERATIONS
from wildside.settings import Timeouts

BY_OTHERS = {"500", "503"}
CASES = [
    pytest.param(one, int(status), id=f"{one.name}-{status}")
    for one in OPERATIONS
    for status in strict_document()["paths"][one.path][one.method.lower()]["responses"]
    if status not in BY_OTHERS and one.name != "streamReferenceEvents"
]


class Caller:
    """Somebody who asks for one operation in the many ways that end in its statuses."""

    def __init__(self, one: Operation, city: City, client: httpx2.AsyncClient) -> None:
        self.one, self.city, self.client = one, city, client
        self.path = city.path(one.method, one.path.replace("{table}", "tags"))
        self.body = city.body(one.method, one.path)
        self.headers = dict(city.who.headers)
        if self.body is not None and IF_MATCH in one.headers:
            self.headers["If-Match"] = "*"
        with connect(city.url) as connection:  # a walk that goes on
            connection.execute("update walk_sessions set ended_at = null")

    async def ask(self, path: str = "", body: Any = None, **headers: str) -> httpx2.Response:
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        return await self.client.request(
            self.one.method,
            path or self.path,
            json=self.body if body is None else body,
            headers={**self.headers, **named},
        )

    async def raw(self, content: Any, **headers: str) -> httpx2.Response:
        named = {"Content-Type": "application/json", **{n.replace("_", "-"): v for n, v in headers.items()}}
        return await self.client.request(
            self.one.method, self.path, content=content, headers={**self.headers, **named}
        )

    async def s200(self) -> httpx2.Response:
        if self.one.name == "logIn":
            return await self.ask(body=account(self.city.url, f"u{uuid4()}").body)
        if self.one.name == "getReferenceChanges":
            newest = (await self.client.get("/api/v1/reference/version")).json()["referenceVersion"]
            return await self.ask(f"{self.path}?since={newest}")
        return await self.ask()

    async def s201(self) -> httpx2.Response:
        fresh = {"noteId": str(uuid4())} if "noteId" in self.body else {"id": str(uuid4())}
        self.headers.pop("If-Match", None)
        return await self.ask(body={**self.body, **fresh})

    async def s204(self) -> httpx2.Response:
        return await self.ask()

    async def s304(self) -> httpx2.Response:
        first = await self.s200()
        return await self.ask(str(first.request.url), If_None_Match=first.headers["etag"])

    async def s400(self) -> httpx2.Response:
        return await self.ask(f"{self.path.partition('?')[0]}?nothing=1")

    async def s401(self) -> httpx2.Response:
        self.headers = {}
        return await self.ask()

    async def s403(self) -> httpx2.Response:
        if self.one.handler.access == "admin":
            self.headers = person(self.city.url, "Bob").headers
            return await self.ask()
        return await self.ask(Sec_Fetch_Site="cross-site")

    async def s404(self) -> httpx2.Response:
        if self.one.name == "getReferenceChanges":
            newest = (await self.client.get("/api/v1/reference/version")).json()["referenceVersion"]
            elsewhere = newest.replace(newest[:4], "zzzz", 1)
            return await self.ask(f"{self.path}?since={newest}&to={elsewhere}")
        if self.one.name == "getReferenceBootstrap":
            return await self.ask(f"{self.path}?version=999999999")
        body = {**self.body, "noteId": str(uuid4())} if self.body and "noteId" in self.body else None
        gone = {"id": uuid4(), "noteId": uuid4(), "table": "nothing"}
        self.headers.pop("If-Match", None)
        return await self.ask(self.one.path.format_map(gone), body)

    async def s406(self) -> httpx2.Response:
        return await self.ask(Accept="text/html")

    async def s408(self) -> httpx2.Response:
        async def never() -> AsyncIterator[bytes]:
            yield b"{"
            await asyncio.sleep(60)

        return await self.raw(never())

    async def s409(self) -> httpx2.Response:
        """Ask for something else under a key that was used."""
        key, again = str(uuid4()), {"If-Match": '"other"'}
        if self.one.name == "startWalk":
            self.body, again = {**self.body, "id": str(uuid4())}, {}
        first = await self.ask(Idempotency_Key=key)
        assert first.is_success, first.text
        other = {} if again else {**self.body, "endedAt": "2026-05-01T11:00:00Z"}
        return await self.ask(body=other or self.body, Idempotency_Key=key, **again)

    async def s412(self) -> httpx2.Response:
        return await self.ask(If_Match='"of-something-else"')

    async def s413(self) -> httpx2.Response:
        return await self.raw(b" " * (256 * 1024 + 1))

    async def s415(self) -> httpx2.Response:
        return await self.raw(b"{}", Content_Type="text/plain")

    async def s429(self) -> httpx2.Response:
        guess = {"username": f"u{uuid4()}", "password": "wrong, and wrong again"}
        answers = [await self.ask(body=guess) for _ in range(20)]
        return answers[-1]


@pytest.fixture(scope="module")
def url(cluster: SimpleNamespace, seeded_template: NoopExecutor) -> Iterator[str]:
    with scratch_database(cluster, template=seeded_template.template_dbname) as made:
        yield made


@pytest.mark.parametrize(("one", "status"), CASES)
async def test_an_operation_ends_so(url: str, one: Operation, status: int) -> None:
    app = application(url, session_keys=(KEY,), timeouts=Timeouts(body=0.2))
    async with started(app) as running, client_of(running) as client:
        caller = Caller(one, City(url), client)
        answer = await getattr(caller, f"s{status}")()
    assert answer.status_code == status, answer.text
