"""Logging in and out by forms, with the same accounts, sessions and limits as POST /api/v1/login."""

import structlog
from starlette.responses import RedirectResponse, Response

from wildside.domain.errors import RateLimited, Unauthorized
from wildside.inbound.console.forms import read_form
from wildside.inbound.console.rendering import page
from wildside.inbound.console.targets import target
from wildside.inbound.http import logins
from wildside.inbound.http.addresses import address_of
from wildside.inbound.http.queries import query
from wildside.inbound.http.state import ApiRequest
from wildside.inbound.ids import new_session_id
from wildside.usecases.sign_in import Login, sign_in

_LONGEST = {"username": 256, "password": 1024}
"""Characters that are looked at, as of the API."""

log = structlog.get_logger()


async def form(request: ApiRequest) -> Response:
    """Show the form."""
    asked = target(query(request).get("next", ""))
    return page("login.html", request.url.path, next=asked, problem=None, checks={})


async def login(request: ApiRequest) -> Response:
    """Begin a session, and lead to the page that was asked for."""
    asked = target(query(request).get("next", ""))
    fields = await read_form(request, _LONGEST)
    given = Login(fields["username"], fields["password"], address_of(request), new_session_id())
    try:
        await sign_in(request.state["database"], request.state["passwords"], given)
    except (RateLimited, Unauthorized) as error:
        log.warning("login refused", code=error.code, address=given.address)
        raise
    response = RedirectResponse(asked, 303)
    request.state["cookies"].set(response, given.session_id)
    return response


async def logout(request: ApiRequest) -> Response:
    """End the session for all nodes, and lead to the form."""
    await logins.logout(request)
    response = RedirectResponse("/console/login", 303)
    request.state["cookies"].clear(response)
    return response
