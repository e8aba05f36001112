"""Requests that pages of other sites make browsers send, with the cookies of whoever looks at them."""

from collections.abc import Collection
from urllib.parse import urlsplit

import structlog
from starlette.datastructures import Headers
from starlette.types import ASGIApp, Receive, Scope, Send

from wildside.inbound.http.problems import problem

SAFE = frozenset({"GET", "HEAD", "OPTIONS"})
"""Methods that change nothing (RFC 9110, section 9.2.1)."""
_PORTS = {"http": "80", "https": "443"}

log = structlog.get_logger()


class CrossSite:
    """Answers 403 to an unsafe request of another site, before anything else of it is read.

    It stands before the routes, so that no handler can forget it. `origins` are the sites besides
    our own whose pages may change something; * is none of them, for it would let everybody.
    """

    def __init__(self, app: ASGIApp, origins: Collection[str]) -> None:
        self._app, self._origins = app, frozenset(origins) - {"*"}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or scope["method"] in SAFE or self._expected(Headers(scope=scope)):
            await self._app(scope, receive, send)
            return
        log.info("refused a request of another site", method=scope["method"])
        detail = "A page of another site may not do this; its origin is not one that the operator named."
        await problem(scope, 403, detail)(scope, receive, send)

    def _expected(self, headers: Headers) -> bool:
        """Tell whether it comes from our own pages, from a named site, or from no page at all.

        Sec-Fetch-Site decides where there is one: browsers send it, no page can, and it holds behind
        any proxy. Else an Origin must name the host that the request was sent to.
        """
        origins, sites = headers.getlist("origin"), headers.getlist("sec-fetch-site")
        if len(origins) > 1 or len(sites) > 1:
            return False
        if origins and origins[0] in self._origins:
            return True
        if sites:
            return sites[0] in {"same-origin", "none"}
        return not origins or _same_host(origins[0], headers.getlist("host"))


def _same_host(origin: str, hosts: list[str]) -> bool:
    """Compare without the scheme, which a proxy that ends TLS does not pass on."""
    try:
        parts = urlsplit(origin)
        port = f":{_PORTS.get(parts.scheme, '')}"
    except ValueError:
        return False
    if parts.scheme not in _PORTS or not parts.netloc or origin != f"{parts.scheme}://{parts.netloc}":
        return False
    return [parts.netloc.removesuffix(port).lower()] == [host.removesuffix(port).lower() for host in hosts]
