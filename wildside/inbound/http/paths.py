"""Ids in paths."""

from uuid import UUID

from wildside.domain.errors import NotFound
from wildside.inbound.http.state import ApiRequest
from wildside.inbound.http.values import identity


def path_id(request: ApiRequest, name: str = "id") -> UUID:
    """Return a UUID of the path. Raises NotFound where it is none: there is no such thing."""
    try:
        return identity(request.path_params[name])
    except ValueError as error:
        raise NotFound("There is nothing at this path.") from error
