"""Who is logged in, and that they need not be known any longer."""

from collections.abc import Set
from typing import Annotated, TypedDict

from msgspec import Meta
from starlette.responses import Response

from wildside.domain.errors import Unauthorized
from wildside.domain.release import canonical, rfc_3339
from wildside.domain.sessions import SignedIn
from wildside.domain.shapes import Identity, Moment
from wildside.domain.users import User
from wildside.inbound.http.queries import query
from wildside.inbound.http.representations import MEDIA_TYPE
from wildside.inbound.http.state import ApiRequest
from wildside.ports.database import Stores
from wildside.usecases.transact import look, transact


async def me(request: ApiRequest, who: SignedIn) -> Response:
    """Answer with the user who is logged in."""
    query(request)

    async def read(stores: Stores) -> User | None:
        return await stores.users.get(who.user_id)

    user = await look(request.state["database"], read)
    if user is None:
        raise Unauthorized("This account is no longer there.")
    body = canonical(profile(user, who.roles))
    return Response(body, headers={"Cache-Control": "no-store"}, media_type=MEDIA_TYPE)


async def erase(request: ApiRequest, who: SignedIn) -> Response:
    """Erase who is logged in, with all that is theirs, in one transaction."""
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


class UserJson(TypedDict):
    """A user as others see them."""

    id: Identity
    displayName: Annotated[str, Meta(examples=["Zoë L Marsh"])]
    createdAt: Moment


class ProfileJson(UserJson):
    """A user as they see themselves."""

    roles: list[str]


def shown(user: User) -> UserJson:
    """Return a user as JSON."""
    return {
        "id": str(user.id),
        "displayName": user.display_name,
        "createdAt": rfc_3339(user.created_at),
    }


def profile(user: User, roles: Set[str]) -> ProfileJson:
    """Return a user as JSON, with the roles, which are for their own eyes."""
    return {**shown(user), "roles": sorted(roles)}
