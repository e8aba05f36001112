"""A door before a Wildside, behind which nothing is where it was: it hands out links of its own making.

Only who follows what was given, each against the URL of the page that it stood on, comes through.
"""

import json
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from email.message import Message
from http.server import BaseHTTPRequestHandler
from itertools import cycle
from typing import Any, ClassVar

from tests.cli.relay import served

_PASSED_ON = ("Content-Type", "Cookie", "If-Match", "If-None-Match", "Idempotency-Key")
_BROUGHT_BACK = ("Content-Type", "ETag", "Set-Cookie", "Idempotency-Replayed", "Retry-After")


class Door:
    """What was handed out, what was asked for, and what goes wrong on the way."""

    def __init__(self, target: str) -> None:
        self.target, self.url = target, ""
        self._behind: dict[str, str] = {}
        self._moved: set[str] = set()
        self.asked: list[tuple[str, str]] = []
        self.strangers: list[str] = []
        self.keys: list[str | None] = []
        self.lost = 0
        self.before_put: Callable[[], None] = lambda: None
        self._forms = cycle(
            ["{n}", "./{n}", "../{last}/{n}", "{folder}/{n}", "?at={n}", "{base}{folder}/{n}"]
        )

    def give(self, path: str, folder: str = "/way") -> str:
        """Hand out the URL of a path behind the door."""
        self._behind[f"{folder}/{len(self._behind)}"] = path
        return f"{self.url}{[*self._behind][-1]}"

    def give_moved(self, path: str) -> str:
        """Hand out a URL that redirects to another folder."""
        url = self.give(path)
        self._moved.add(url.removeprefix(self.url))
        return url

    def behind(self, place: str) -> str | None:
        """Return what is behind a URL that was handed out."""
        self.asked.append((place, self._behind.get(place, "")))
        return self._behind.get(place)

    def elsewhere(self, place: str) -> str | None:
        """Return where to look instead."""
        if place not in self._moved:
            return None
        return self.give(self._behind[place], "/deep/er").removeprefix(self.url)

    def disguised(self, body: Any, place: str) -> Any:
        """Put links of our own in the place of a page's."""
        for name, path in body.get("links", {}).items() if isinstance(body, dict) else ():
            body["links"][name] = path and self._reference(path, place.partition("?")[0])
        return body

    def _reference(self, path: str, page: str) -> str:
        folder, number = page.rpartition("/")[0], str(len(self._behind))
        last = folder.rpartition("/")[2]
        form = next(self._forms)
        self._behind[f"{page}?at={number}" if form.startswith("?") else f"{folder}/{number}"] = path
        return form.format(n=number, last=last, folder=folder, base=self.url)


class _Handler(BaseHTTPRequestHandler):
    door: ClassVar[Door]

    def do_GET(self) -> None:
        path = self.door.behind(self.path)
        moved = self.door.elsewhere(self.path)
        if path is None:
            self.door.strangers.append(self.path)
            self._answer(404, {}, b"what is this?")
        elif moved is not None:
            self._answer(307, {"Location": moved}, b"")
        else:
            self._pass_on(path)

    def do_POST(self) -> None:
        self.do_GET()

    def do_PUT(self) -> None:
        self.door.before_put()
        self.door.keys.append(self.headers["Idempotency-Key"])
        self.do_GET()

    def _pass_on(self, path: str) -> None:
        status, headers, body = self._asked(path)
        if self.command == "PUT" and self.door.lost:
            self.door.lost -= 1
            self.close_connection = True
            return
        shown = json.dumps(self.door.disguised(json.loads(body), self.path)).encode() if body else b""
        self._answer(status, {name: headers[name] for name in _BROUGHT_BACK if name in headers}, shown)

    def _asked(self, path: str) -> tuple[int, Message, bytes]:
        given = {name: self.headers[name] for name in _PASSED_ON if name in self.headers}
        content = self.rfile.read(int(self.headers.get("Content-Length", 0))) or None
        request = urllib.request.Request(self.door.target + path, content, given, method=self.command)
        try:
            with urllib.request.urlopen(request) as answer:
                return answer.status, answer.headers, answer.read()
        except urllib.error.HTTPError as error:
            with error:
                return error.code, error.headers, error.read()

    def _answer(self, status: int, headers: dict[str, str], body: bytes) -> None:
        self.send_response(status)
        for name, value in {**headers, "Content-Length": str(len(body))}.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        pass


@contextmanager
def door(target: str) -> Iterator[Door]:
    """Open one before a server."""
    opened = Door(target)
    with served(type("Handler", (_Handler,), {"door": opened})) as opened.url:
        yield opened
