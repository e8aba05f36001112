"""Who is logged in, and that they need not be known any longer."""

from collections.abc import Set
from typing import Any

from starlette.responses import Response

from wildside.domain.errors import Unauthorized
from wildside.domain.release import canonical
from wildside.domain.users import User
from wildside.inbound.http import values
from wildside.inbound.http.queries import query
from wildside.inbound.http.representations import MEDIA_TYPE, check_accept
from wildside.inbound.http.sessions import signed_in
from wildside.inbound.http.state import ApiRequest
from wildside.ports.database import Stores
from wildside.usecases.transact import look, transact


async def me(request: ApiRequest) -> Response:
    """Answer with the user who is logged in."""
    who = await signed_in(request)
    check_accept(request)
    query(request)

    async def read(stores: Stores) -> User | None:
        return await stores.users.get(who.user_id)

    user = await look(request.state["database"], read)
    if user is None:
        raise Unauthorized("This account is no longer there.")
    body = canonical(shown(user, who.roles))
    return Response(body, headers={"Cache-Control": "no-store"}, media_type=MEDIA_TYPE)


async def erase(request: ApiRequest) -> Response:
    """Erase who is logged in, with all that is theirs, in one transaction."""
    who = await signed_in(request)
    query(request)

    async def work(stores: Stores) -> None:
        await stores.users.erase(who.user_id)

    await transact(request.state["database"], work)
    return farewell(request)


def farewell(request: ApiRequest) -> Response:
    """Answer who is logged in no longer."""
    response = Response(status_code=204, headers={"Cache-Control": "no-store"})
    request.state["cookies"].clear(response)
    return response


def shown(user: User, roles: Set[str] | None = None) -> dict[str, Any]:
    """Return a user as JSON; roles are for their own eyes."""
    more = {} if roles is None else {"roles": sorted(roles)}
    return {
        "id": str(user.id),
        "displayName": user.display_name,
        "createdAt": values.shown(user.created_at),
        **more,
    }
