"""Asks Wildside: with a session, again where no answer came, and with problems that tell what is wrong."""

import json
import os
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from http.client import HTTPException
from typing import Any
from uuid import uuid4

TRIES = 5
TIMEOUT = 20.0  # seconds, more than the server takes for any request


@dataclass
class Answer:
    """What came, and the URL that it came from, after any redirect."""

    url: str
    headers: Mapping[str, str]
    body: Any


class Problem(Exception):
    """What the server says is wrong (RFC 9457). Programs compare `code`, people read the rest."""

    def __init__(self, status: int, document: Mapping[str, Any], wait: float = 0.0) -> None:
        lines = [f"{status} {document['code']}: {document['detail']}"]
        for one in document.get("errors", []):
            where = one.get("pointer") or one.get("parameter") or one.get("header")
            lines.append(f"  {where}: {one['code']}: {one['detail']}")
        super().__init__("\n".join(lines))
        self.code, self.wait = document["code"], wait


class Client:
    """Asks, and keeps the session's cookie as a browser does: only the server that gave it sees it again."""

    def __init__(self) -> None:
        self._opener = urllib.request.build_opener(urllib.request.HTTPCookieProcessor())

    def log_in(self, url: str) -> None:
        """Begin a session, as WILDSIDE_USER with WILDSIDE_PASSWORD."""
        user, password = os.environ["WILDSIDE_USER"], os.environ["WILDSIDE_PASSWORD"]
        self.ask("POST", url, {"username": user, "password": password})

    def ask(
        self, method: str, url: str, body: Any = None, headers: Mapping[str, str] | None = None
    ) -> Answer:
        """Ask once. Raises Problem for what is no success, OSError or HTTPException where no answer comes."""
        given = {"Content-Type": "application/json"} if body is not None else {}
        content = None if body is None else json.dumps(body).encode()
        request = urllib.request.Request(url, content, {**given, **(headers or {})}, method=method)
        try:
            with self._opener.open(request, timeout=TIMEOUT) as answer:
                text = answer.read()
                return Answer(answer.url, answer.headers, json.loads(text) if text else None)
        except urllib.error.HTTPError as error:
            raise _problem(error) from error

    def ask_until_answered(self, method: str, url: str, body: Any, headers: Mapping[str, str]) -> Answer:
        """Ask again where no answer came. The key is the same each time, so nothing is done twice."""
        key = str(uuid4())
        for attempt in range(1, TRIES):
            try:
                return self.ask(method, url, body, {**headers, "Idempotency-Key": key})
            except (OSError, HTTPException) as error:
                print(f"no answer, {error}: asking again", file=sys.stderr)
                wait = 0.0
            except Problem as problem:
                if problem.code not in _PASSING:
                    raise
                print(f"{problem}: asking again", file=sys.stderr)
                wait = problem.wait
            time.sleep(max(wait, 0.1 * 2**attempt))
        return self.ask(method, url, body, {**headers, "Idempotency-Key": key})


_PASSING = {"call_in_progress", "database_unavailable", "timed_out", "outcome_unknown", "overloaded"}
"""Codes that may be others a moment later, with the same request."""


def _problem(error: urllib.error.HTTPError) -> Problem:
    wait = error.headers.get("Retry-After", "")
    try:
        return Problem(error.code, json.loads(error.read()), float(wait) if wait.isdecimal() else 0.0)
    except (ValueError, KeyError, TypeError):  # not ours: a proxy's page, say
        return Problem(error.code, {"code": "no_problem_document", "detail": error.reason})


def reported(program: Callable[[], None]) -> None:
    """Run a program. What goes wrong is told in a few lines, and it exits with 1."""
    try:
        program()
    except (Problem, OSError, HTTPException) as error:
        sys.exit(str(error))
