"""One path, several methods, a handler for each."""

from collections.abc import Awaitable, Callable, Mapping
from typing import TypeAlias

from starlette.responses import Response
from starlette.routing import Route

from wildside.inbound.http.state import ApiRequest

Handler: TypeAlias = Callable[[ApiRequest], Awaitable[Response]]


def route(path: str, handlers: Mapping[str, Handler]) -> Route:
    """Return a route by method. One route for all of them, so that `Allow` lists all of them."""

    async def handle(request: ApiRequest) -> Response:
        method = "GET" if request.method == "HEAD" else request.method
        return await handlers[method](request)

    return Route(path, handle, methods=list(handlers))
