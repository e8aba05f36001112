"""What a path names."""

from uuid import UUID

from wildside.domain.errors import NotFound
from wildside.inbound.http import values
from wildside.inbound.http.state import ApiRequest


def identity(request: ApiRequest) -> UUID:
    """Return the `{id}` of a path. Raises NotFound where it is none."""
    try:
        return values.identity(request.path_params["id"])
    except ValueError:
        raise NotFound("There is nothing at this path: ids are UUIDs.") from None
