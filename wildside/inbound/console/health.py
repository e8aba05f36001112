"""The first page: can this server serve, and if not, why not."""

from starlette.responses import Response

from wildside import __version__
from wildside.domain.health import overall
from wildside.inbound.console.rendering import page
from wildside.inbound.http.queries import query
from wildside.inbound.http.sessions import admin
from wildside.inbound.http.state import ApiRequest


async def health(request: ApiRequest) -> Response:
    """Show every check. It is /health for people, so what fails there is no failure of this page."""
    await admin(request)
    query(request)
    checks = await request.state["readiness"]()
    return page("health.html", request.url.path, checks=checks, status=overall(checks), version=__version__)
