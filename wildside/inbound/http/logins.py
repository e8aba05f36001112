"""Logging in and out."""

from uuid import UUID

import structlog
from starlette.responses import Response

from wildside.domain.errors import RateLimited, Unauthorized
from wildside.domain.release import canonical
from wildside.domain.users import Account
from wildside.inbound.http.accounts import farewell, profile
from wildside.inbound.http.addresses import address_of
from wildside.inbound.http.queries import query
from wildside.inbound.http.representations import MEDIA_TYPE
from wildside.inbound.http.sessions import signed_in
from wildside.inbound.http.state import ApiRequest
from wildside.inbound.http.wire import Fields, read_fields
from wildside.inbound.ids import new_session_id
from wildside.ports.database import Stores
from wildside.usecases.sign_in import Login, sign_in
from wildside.usecases.transact import transact

USERNAME, PASSWORD = 256, 1024
"""Characters that are looked at, some more than any account has."""

log = structlog.get_logger()


async def login(request: ApiRequest) -> Response:
    """Begin a session, and answer with the user and the cookie."""
    query(request)
    fields = await read_fields(request)
    username, password = taken(fields)
    fields.done()
    account, session_id = await begin(request, username or "", password or "")
    body = canonical(profile(account.user, account.roles))
    response = Response(body, headers={"Cache-Control": "no-store"}, media_type=MEDIA_TYPE)
    request.state["cookies"].set(response, session_id)
    return response


async def begin(request: ApiRequest, username: str, password: str) -> tuple[Account, UUID]:
    """Begin a session. Raises RateLimited, Unauthorized and Overloaded; who is refused stands in the log."""
    given = Login(username, password, address_of(request), new_session_id())
    try:
        account = await sign_in(request.state["database"], request.state["passwords"], given)
    except (RateLimited, Unauthorized) as error:
        log.warning("login refused", code=error.code, address=given.address)
        raise
    return account, given.session_id


def taken(fields: Fields) -> tuple[str | None, str | None]:
    """Take a name and a password."""
    username, password = fields.text("username", USERNAME), fields.text("password", PASSWORD)
    fields.required(username=username, password=password)
    return username, password


async def logout(request: ApiRequest) -> Response:
    """End the session for all nodes, if there is one, and have the client forget its cookie."""
    query(request)
    try:
        who = await signed_in(request)
    except Unauthorized:
        return farewell(request)  # what was asked for is so already

    async def end(stores: Stores) -> None:
        await stores.sessions.end(who.user_id, who.session_id)

    await transact(request.state["database"], end)
    return farewell(request)
