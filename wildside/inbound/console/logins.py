"""Logging in and out by forms, with the same accounts, sessions and limits as POST /api/v1/login."""

from starlette.responses import RedirectResponse, Response

from wildside.inbound.console.forms import read_form
from wildside.inbound.console.rendering import page
from wildside.inbound.console.targets import target
from wildside.inbound.http import logins
from wildside.inbound.http.queries import query
from wildside.inbound.http.state import ApiRequest

_LONGEST = {"username": logins.USERNAME, "password": logins.PASSWORD}


async def form(request: ApiRequest) -> Response:
    """Show the form."""
    asked = target(query(request).get("next", ""))
    return page("login.html", request.url.path, next=asked, problem=None, checks={})


async def login(request: ApiRequest) -> Response:
    """Begin a session, and lead to the page that was asked for."""
    asked = target(query(request).get("next", ""))
    fields = await read_form(request, _LONGEST)
    _, session_id = await logins.begin(request, fields["username"], fields["password"])
    response = RedirectResponse(asked, 303)
    request.state["cookies"].set(response, session_id)
    return response


async def logout(request: ApiRequest) -> Response:
    """End the session for all nodes, and lead to the form."""
    await logins.logout(request)
    response = RedirectResponse("/console/login", 303)
    request.state["cookies"].clear(response)
    return response
