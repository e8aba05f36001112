"""What the lifespan gives every request."""

from typing import TypedDict

from starlette.requests import Request

from wildside.inbound.http.readiness import Readiness
from wildside.usecases.current_release import CurrentRelease


class State(TypedDict):
    """The application's parts, made at start and closed at the end."""

    current_release: CurrentRelease
    readiness: Readiness


ApiRequest = Request[State]
