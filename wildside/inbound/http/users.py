"""The users, for administrators."""

from starlette.responses import Response

from wildside.domain.sessions import SignedIn
from wildside.domain.users import USERS
from wildside.inbound.http.accounts import shown
from wildside.inbound.http.pages import paged
from wildside.inbound.http.state import ApiRequest


async def users(request: ApiRequest, _who: SignedIn) -> Response:
    """Answer with a page of all users, those who came first first."""
    return await paged(request, USERS, lambda stores, seek: stores.users.page(seek), shown)
