"""Pages of the console as somebody gets them: what all of them have is checked at each."""

import html
import re
from dataclasses import dataclass
from typing import Any

import httpx2

from tests.people import Person

POLICY = {
    "default-src 'none'", "style-src 'self'", "img-src 'self'", "form-action 'self'", "base-uri 'none'",
    "frame-ancestors 'none'",
}  # fmt: skip


@dataclass(frozen=True)
class Desk:
    """A client of a server, and who asks."""

    client: httpx2.AsyncClient
    who: Person | None = None

    async def ask(self, path: str, status: int = 200, method: str = "GET", **more: Any) -> httpx2.Response:
        """Ask for a page, and check what every page has."""
        headers = {**(self.who.headers if self.who else {}), **more.pop("headers", {})}
        answer = await self.client.request(method, path, headers=headers, **more)
        assert answer.status_code == status, answer.text
        assert_framed(answer)
        if answer.headers["content-type"].startswith("text/html"):
            assert answer.headers["content-type"] == "text/html; charset=utf-8"
            assert method == "HEAD" or answer.text.startswith("<!doctype html>")
        return answer

    async def read(self, path: str, status: int = 200, **more: Any) -> str:
        """Return the words of a page, without its head and navigation."""
        return words((await self.ask(path, status, **more)).text)


def assert_framed(answer: httpx2.Response) -> None:
    """Check what browsers are told of every answer."""
    headers = answer.headers
    assert set(headers["content-security-policy"].split("; ")) == POLICY
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["referrer-policy"] == "same-origin"
    assert headers["cache-control"] == "no-store"
    assert re.fullmatch(r"[0-9a-f]{32}", headers["trace-id"])


def words(page: str) -> str:
    """Return what people read of a page."""
    main = page.partition("<main")[2].partition(">")[2]
    return " ".join(html.unescape(re.sub(r"<[^>]*>", " ", main)).split())


def links(page: str, rel: str) -> list[str]:
    """Return where the links of this kind lead."""
    return [html.unescape(found) for found in re.findall(rf'<a rel="{rel}" href="([^"]*)"', page)]
