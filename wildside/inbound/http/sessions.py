"""Whose request it is. Handlers ask this before they read anything else of a request."""

from uuid import UUID

from structlog.contextvars import bind_contextvars

from wildside.domain.errors import Forbidden, Unauthorized
from wildside.domain.sessions import SignedIn
from wildside.domain.users import ADMIN
from wildside.inbound.http.state import ApiRequest
from wildside.ports.database import Stores
from wildside.usecases.transact import look

_NOBODY = "Log in first: POST /api/v1/login."


async def signed_in(request: ApiRequest) -> SignedIn:
    """Return who is logged in. Raises Unauthorized; the database is asked only where the signature holds."""
    cookies = request.state["cookies"]
    named = [value for value in _values(request, cookies.rules.name) if value]
    session_id = cookies.session_id(named[0]) if len(named) == 1 else None
    if session_id is None:
        raise Unauthorized(_NOBODY)
    found = await look(request.state["database"], lambda stores: _session(stores, session_id))
    if found is None:
        raise Unauthorized("This session is over; log in again: POST /api/v1/login.")
    bind_contextvars(user_id=str(found.user_id))
    return found


async def admin(request: ApiRequest) -> SignedIn:
    """Return the administrator who is logged in. Raises Unauthorized or Forbidden."""
    found = await signed_in(request)
    if ADMIN not in found.roles:
        raise Forbidden("This is for administrators.")
    return found


async def _session(stores: Stores, session_id: UUID) -> SignedIn | None:
    return await stores.sessions.signed_in(session_id)


def _values(request: ApiRequest, name: str) -> list[str]:
    """Return the values of a cookie. Another cookie of the same name may come from a sibling host.

    Only spaces and tabs are taken off, not what else Python takes for white space: a value is one of ours
    byte for byte, or none.
    """
    pairs = [pair.partition("=") for pair in "; ".join(request.headers.getlist("cookie")).split(";")]
    return [value.strip(" \t") for key, _, value in pairs if key.strip(" \t") == name]
