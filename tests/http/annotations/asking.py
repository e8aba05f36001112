"""Short ways to ask about notes and progress."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

import httpx2

from tests.people import Person
from tests.walkways import Walkway

KINDS = ("note", "progress")
"""What has a revision along a route."""


def path_of(way: Walkway, *rest: str | UUID) -> str:
    return "/".join(["/api/v1/routes", str(way.id), *map(str, rest)])


class Walker:
    """Somebody along a route, who asks about it."""

    def __init__(self, client: httpx2.AsyncClient, who: Person, way: Walkway) -> None:
        self.client, self.who, self.way = client, who, way

    async def ask(
        self,
        method: str,
        *rest: str | UUID,
        body: Any = None,
        headers: dict[str, str] | None = None,
        query: str = "",
    ) -> httpx2.Response:
        url = path_of(self.way, *rest) + query
        return await self.client.request(
            method, url, json=body, headers={**self.who.headers, **(headers or {})}
        )

    async def write(
        self, note: UUID, revision: int | None = None, headers: dict[str, str] | None = None, **changes: Any
    ) -> httpx2.Response:
        """Write a note; a revision goes into the body."""
        expected = {"expectedRevision": revision} if revision else {}
        body = {"noteId": str(note), "body": "Ducks.", **expected, **changes}
        return await self.ask("POST", "notes", body=body, headers=headers)

    async def come(
        self,
        stops: Sequence[UUID | str],
        revision: int | None = None,
        headers: dict[str, str] | None = None,
        **changes: Any,
    ) -> httpx2.Response:
        """Tell which stops were visited."""
        expected = {"expectedRevision": revision} if revision else {}
        body = {"visitedStopIds": [*map(str, stops)], **expected, **changes}
        return await self.ask("PUT", "progress", body=body, headers=headers)

    async def change(
        self, kind: str, revision: int | None = None, headers: dict[str, str] | None = None, number: int = 0
    ) -> httpx2.Response:
        """Change one of KINDS: the note that has the route's id, or the progress."""
        if kind == "note":
            return await self.write(self.way.id, revision, headers, body=f"Note {number}.")
        return await self.come([self.way.stops[number % 3]], revision, headers)

    async def page(self, query: str = "", headers: dict[str, str] | None = None) -> httpx2.Response:
        return await self.ask("GET", "annotations", query=query, headers=headers)

    async def kept(self, kind: str) -> Any:
        """What is kept of one of KINDS; None where there is nothing."""
        shown = (await self.page()).json()
        if kind == "progress":
            return shown["progress"]
        return next((one for one in shown["notes"]["data"] if one["id"] == str(self.way.id)), None)
