"""Every page of the console on one page. They only read: what changes something is logging in and out."""

from collections.abc import Awaitable, Callable

from starlette.responses import Response
from starlette.routing import Route

from wildside.inbound.console import health, logins, migrations, papers, provenance, releases, seeds, tables
from wildside.inbound.http.queries import PARAMETERS
from wildside.inbound.http.state import ApiRequest

_LIST = ("cursor", "limit")


def _page(path: str, *parameters: str, **handlers: Callable[[ApiRequest], Awaitable[Response]]) -> Route:
    """Return the route of a page that takes these parameters, with a handler for each method."""

    async def handle(request: ApiRequest) -> Response:
        request.scope[PARAMETERS] = parameters
        return await handlers["GET" if request.method == "HEAD" else request.method](request)

    return Route(path, handle, methods=list(handlers))


CONSOLE = [
    _page("/console", GET=health.health),
    _page("/console/login", "next", GET=logins.form, POST=logins.login),
    _page("/console/logout", POST=logins.logout),
    _page("/console/style.css", GET=papers.style),
    _page("/console/release", GET=releases.release),
    _page("/console/versions", *_LIST, GET=releases.versions),
    _page("/console/compare", "from", "to", GET=releases.compare),
    _page("/console/tables", GET=tables.tables),
    _page("/console/tables/{table}", *_LIST, "q", "version", GET=tables.table),
    _page("/console/seeds", *_LIST, GET=seeds.seeds),
    _page("/console/migrations", GET=migrations.migrations),
    _page("/console/diagrams", GET=papers.diagrams),
    _page("/console/diagrams/{name}.svg", GET=papers.drawing),
    _page("/console/diagrams/{name}", GET=papers.diagram),
    _page("/console/audit", GET=papers.audit),
    _page("/console/provenance", *_LIST, GET=provenance.provenance),
]
