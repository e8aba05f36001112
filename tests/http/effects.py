"""An application with two routes of its own, so that what every route has can be tested on its own.

`POST /effects` leaves a row in the table `effects`, as a mutation; `GET /effects` counts them. What a
test wants to happen within the transaction it puts into `INSIDE`.

python -m tests.http.effects DATABASE_URL      serves it, until SIGTERM
"""

import asyncio
import os
import signal
import sys
from collections.abc import Awaitable, Callable
from typing import Any
from uuid import UUID

import httpx2
from starlette.responses import JSONResponse, Response
from starlette.routing import Route
from starlette.types import ASGIApp

from tests.http.support import PATIENT, assert_problem
from tests.people import KEY, Person
from wildside.app import create_app
from wildside.config import DatabaseUrl
from wildside.domain.calls import Answer
from wildside.domain.release import canonical
from wildside.inbound.http.metrics import Metrics
from wildside.inbound.http.mutations import mutate
from wildside.inbound.http.server import reserve, run
from wildside.inbound.http.sessions import signed_in
from wildside.inbound.http.state import ApiRequest
from wildside.inbound.http.wire import read_fields
from wildside.inbound.logs import configure_logs
from wildside.ports.database import Stores
from wildside.settings import Settings
from wildside.usecases.transact import look

TABLE = (
    "create table effects (number bigint generated always as identity, user_id uuid, value text, size int)"
)
_ADD = "insert into effects (user_id, value, size) values ($1, $2, $3) returning number"
_COUNT = "select count(*) from effects where user_id = $1"

JSON = "application/json"

Inside = Callable[[Any], Awaitable[object]]


class Effects:
    """The two routes. `inside` is called with the session of the transaction, after the effect."""

    def __init__(self) -> None:
        self.inside: Inside | None = None

    async def add(self, request: ApiRequest) -> Response:
        who = await signed_in(request)
        given = await read_fields(request)
        value, size = given.text("value"), given.revision("size")
        given.required(value=value)
        given.done()

        async def effect(stores: Stores) -> Answer:
            session = session_of(stores)
            number = await session.value(_ADD, who.user_id, value, size)
            if self.inside:
                await self.inside(session)
            return Answer(201, {"ETag": f'"{number}"'}, canonical({"number": number, "value": value}))

        return await mutate(request, who, "test_effect", {"value": value, "size": size}, effect)

    async def count(self, request: ApiRequest) -> Response:
        who = await signed_in(request)

        async def work(stores: Stores) -> int:
            count: int = await session_of(stores).value(_COUNT, who.user_id)
            if self.inside:
                await self.inside(session_of(stores))
            return count

        return JSONResponse({"effects": await look(request.state["database"], work)})


class Poster:
    """Somebody who posts bodies to the application."""

    def __init__(self, app: ASGIApp, client: httpx2.AsyncClient, who: Person) -> None:
        self.app, self.client, self.who = app, client, who

    async def post(self, content: Any, media_type: str | None = JSON, /, **headers: str) -> httpx2.Response:
        given = {**self.who.headers, **headers, **({"Content-Type": media_type} if media_type else {})}
        return await self.client.post("/effects", content=content, headers=given)

    async def faults(self, content: bytes) -> list[tuple[str, str]]:
        """Post what is wrong, and return where it is and what."""
        problem = assert_problem(await self.post(content), 400, "invalid_request")
        assert all(error["detail"] for error in problem["errors"])
        return [(error["pointer"], error["code"]) for error in problem["errors"]]


def session_of(stores: Stores) -> Any:
    """The statements' way to the database."""
    return stores.calls._session  # type: ignore[attr-defined]


def application(
    database_url: str, effects: Effects | None = None, metrics: Metrics | None = None, **settings: Any
) -> ASGIApp:
    """The whole application, and the two routes; one that waits for connections on a busy machine."""
    effects = effects or Effects()
    given = Settings(
        DatabaseUrl.parse(database_url), session_keys=(KEY,), **{"timeouts": PATIENT, **settings}
    )
    app: Any = create_app(given, metrics=metrics)
    app._app._app._app._app.router.routes[:0] = [
        Route("/effects", effects.add, methods=["POST"]),
        Route("/effects", effects.count, methods=["GET"]),
    ]
    return app  # type: ignore[no-any-return]


def kill_at(size: int) -> Inside:
    """Kill this very process, as a machine does that loses its power, in the effect of that size."""

    async def inside(session: Any) -> None:
        if await session.value("select max(size) from effects") == size:
            os.kill(os.getpid(), signal.SIGKILL)

    return inside


def main() -> None:
    configure_logs()
    effects, stop, listener = Effects(), asyncio.Event(), reserve("127.0.0.1", 0)
    effects.inside = kill_at(666)
    app = application(sys.argv[1], effects)
    asyncio.run(run(app, listener, lambda url: print(f"listening on {url}", flush=True), lambda: False, stop))  # noqa: T201


def key(number: int) -> str:
    return str(UUID(int=number + 1))


if __name__ == "__main__":
    main()
