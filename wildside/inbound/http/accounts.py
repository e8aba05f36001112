"""Who is logged in."""

from starlette.responses import Response

from wildside.domain.errors import Unauthorized
from wildside.domain.release import canonical
from wildside.domain.users import User
from wildside.inbound.http.queries import query
from wildside.inbound.http.representations import MEDIA_TYPE, check_accept
from wildside.inbound.http.sessions import signed_in
from wildside.inbound.http.state import ApiRequest
from wildside.ports.database import Stores
from wildside.usecases.transact import look


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
    return Response(canonical(shown(user)), headers={"Cache-Control": "no-store"}, media_type=MEDIA_TYPE)


def shown(user: User) -> dict[str, str]:
    """Return a user as JSON."""
    return {
        "id": str(user.id),
        "displayName": user.display_name,
        "createdAt": user.created_at.isoformat().replace("+00:00", "Z"),
    }
