"""Operations: who may ask what of a path, and what comes back."""

from collections.abc import Awaitable, Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal, TypeAlias

from starlette.responses import Response
from starlette.routing import Match, Route
from starlette.types import Scope

from wildside.domain.sessions import SignedIn
from wildside.inbound.http.queries import PARAMETERS
from wildside.inbound.http.representations import MEDIA_TYPE, check_accept
from wildside.inbound.http.sessions import admin, signed_in
from wildside.inbound.http.state import ApiRequest
from wildside.inbound.http.wire import Fields

Open: TypeAlias = Callable[[ApiRequest], Awaitable[Response]]
Personal: TypeAlias = Callable[[ApiRequest, SignedIn], Awaitable[Response]]
Access = Literal["anybody", "user", "admin"]


@dataclass(frozen=True, slots=True)
class Parameter:
    """Something that a request may say beside its body: in the query, a header or the path."""

    name: str
    description: str
    schema: Mapping[str, Any] = field(default_factory=lambda: {"type": "string"})
    required: bool = False


@dataclass(frozen=True, slots=True)
class Reply:
    """An answer that is no problem: its status, and the type of its body, if it has one, as JSON.

    `headers` are named besides those that every answer has.
    """

    status: int
    description: str
    shape: Any = None
    headers: tuple[str, ...] = ()
    media_type: str = MEDIA_TYPE


@dataclass(frozen=True, slots=True)
class Body:
    """What a request brings: the function that reads it, and one that it takes."""

    read: Callable[[Fields], object]
    example: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Handler:
    """A function that answers, and whom."""

    access: Access
    answer: Callable[[ApiRequest, bool], Awaitable[Response]]
    summary: str


@dataclass(frozen=True, slots=True)
class Operation:
    """One method of one path.

    `path` has parameters in braces, which are UUIDs where their name ends in id. `problems` are codes besides
    those that follow from the rest. `links` are operations that an answer leads to: name → path parameters,
    each with where the answer has its value (a runtime expression of OpenAPI).
    """

    method: str
    path: str
    name: str
    handler: Handler
    replies: tuple[Reply, ...]
    query: tuple[Parameter, ...] = ()
    headers: tuple[Parameter, ...] = ()
    body: Body | None = None
    problems: tuple[str, ...] = ()
    links: Mapping[str, Mapping[str, str]] = field(default_factory=dict)

    @property
    def is_json(self) -> bool:
        """Whether a client has to accept JSON."""
        return self.replies[0].media_type == MEDIA_TYPE and self.replies[0].shape is not None

    async def __call__(self, request: ApiRequest) -> Response:
        """Answer a request: first it is looked who asks, then whether they take what there is."""
        request.scope[PARAMETERS] = [one.name for one in self.query]
        return await self.handler.answer(request, self.is_json)


def anybody(handler: Open) -> Handler:
    """Answer everybody."""

    async def answer(request: ApiRequest, is_json: bool) -> Response:
        _admit(request, is_json)
        return await handler(request)

    return Handler("anybody", answer, _summary(handler))


def user(handler: Personal) -> Handler:
    """Answer who is logged in."""
    return _asking(signed_in, "user", handler)


def administrator(handler: Personal) -> Handler:
    """Answer administrators."""
    return _asking(admin, "admin", handler)


def routes_of(operations: Iterable[Operation]) -> list[Route]:
    """Return a route for each path: one for all its methods, so that `Allow` lists all of them."""
    paths: dict[str, dict[str, Operation]] = {}
    for one in operations:
        paths.setdefault(one.path, {})[one.method] = one
    return [_route(path, by_method) for path, by_method in paths.items()]


class _Path(Route):
    """A route that has its path to itself: a method that it lacks is 405, also where a later route fits."""

    def matches(self, scope: Scope) -> tuple[Match, Scope]:
        """Tell whether the path is this one."""
        found, child = super().matches(scope)
        return Match.FULL if found is Match.PARTIAL else found, child


def _route(path: str, by_method: Mapping[str, Operation]) -> Route:
    async def handle(request: ApiRequest) -> Response:
        return await by_method["GET" if request.method == "HEAD" else request.method](request)

    return _Path(path, handle, methods=list(by_method))


def _asking(
    identify: Callable[[ApiRequest], Awaitable[SignedIn]], access: Access, handler: Personal
) -> Handler:
    async def answer(request: ApiRequest, is_json: bool) -> Response:
        who = await identify(request)
        _admit(request, is_json)
        return await handler(request, who)

    return Handler(access, answer, _summary(handler))


def _admit(request: ApiRequest, is_json: bool) -> None:
    if is_json:
        check_accept(request)


def _summary(handler: Callable[..., object]) -> str:
    """Return the first sentence that a handler says of itself."""
    lines: Sequence[str] = (handler.__doc__ or "").splitlines()
    return lines[0].removesuffix(".") if lines else ""
