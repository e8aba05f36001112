"""Answers about the newest release, sent again as they were sent before.

All that is asked of a release as it stands has the same answer until there is another. So what the
application once made of a request is kept beside the release, and whoever asks alike gets it without a
way through middleware, routes and negotiation, which cost more than the sending does.
"""

from collections import OrderedDict
from dataclasses import dataclass, field
from typing import Any

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from wildside.domain.release import Release

_WITHIN = "/api/v1/reference/"
_ASKS = (b"accept", b"accept-encoding", b"if-none-match")
"""What an answer depends on, besides the path and the release."""
_ELSE = frozenset({b"origin", b"content-length", b"transfer-encoding"})
"""What an answer may depend on as well: with any of these the application is asked."""
_KEPT = (200, 304)
_PARTS = 2
"""A start and a body."""
_MOST, _LONGEST = 256, 1024

_Key = tuple[object, ...]


@dataclass(frozen=True, slots=True)
class _Answer:
    """What the application sent, and the route that did."""

    start: Message
    body: Message
    route: Any


@dataclass(slots=True)
class _Shelf:
    """The answers about one release, those that were asked for last at the end."""

    release: Release | None = None
    answers: OrderedDict[_Key, _Answer] = field(default_factory=OrderedDict)


class Recall:
    """Asks the application only what it was not asked before, while it is certain which release is newest."""

    def __init__(self, app: ASGIApp) -> None:
        self._app, self._shelf = app, _Shelf()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        key = _key(scope)
        release: Release | None = scope["state"]["current_release"].held() if key else None
        if key is None or release is None:
            await self._app(scope, receive, send)
            return
        if release is not self._shelf.release:
            self._shelf = _Shelf(release)
        known = self._shelf.answers.get(key)
        if known is None:
            known = await self._asked(scope, receive, send)
            # Was the release exchanged meanwhile, the answer may be about either.
            if known and scope["state"]["current_release"].held() is release is self._shelf.release:
                self._keep(key, known)
            return
        self._shelf.answers.move_to_end(key)
        scope["route"] = known.route
        await send({**known.start})
        await send({**known.body})

    async def _asked(self, scope: Scope, receive: Receive, send: Send) -> _Answer | None:
        """Have the application answer; return what it sent if that may be sent again."""
        sent: list[Message] = []

        async def noting(message: Message) -> None:
            if len(sent) <= _PARTS:  # one too many says that it is a stream
                sent.append({**message})
            await send(message)

        await self._app(scope, receive, noting)
        if len(sent) != _PARTS or sent[0]["status"] not in _KEPT or sent[1].get("more_body", False):
            return None
        start, body = sent
        return _Answer(start, body, scope.get("route"))

    def _keep(self, key: _Key, answer: _Answer) -> None:
        answers = self._shelf.answers
        answers[key] = answer
        if len(answers) > _MOST:
            answers.popitem(last=False)


def _key(scope: Scope) -> _Key | None:
    """Return what an answer depends on; None where it may depend on more."""
    if scope["type"] != "http" or scope["method"] != "GET" or scope["query_string"]:
        return None
    if not scope["path"].startswith(_WITHIN):
        return None
    given, length = [], 0
    for name, value in scope["headers"]:
        if name in _ELSE:
            return None
        if name in _ASKS:
            given.append((name, value))
            length += len(name) + len(value)  # of the name too: there may be many that are empty
    return (scope["path"], *given) if length <= _LONGEST and len(scope["path"]) < _LONGEST else None
