"""Health: is the process alive, can it serve, and what does it know of itself."""

from typing import Any, Literal, NotRequired, TypedDict

from starlette.responses import Response

from wildside import __version__
from wildside.domain.health import Check, overall
from wildside.domain.release import canonical
from wildside.inbound.http.state import ApiRequest

MEDIA_TYPE = "application/health+json"


async def live(_request: ApiRequest) -> Response:
    """Answer as long as the event loop turns; asks nothing of the database."""
    return _report({})


async def ready(request: ApiRequest) -> Response:
    """Answer 503 with the failing checks while this process should get no traffic."""
    return _report(await _checks(request))


async def health(request: ApiRequest) -> Response:
    """Answer like `ready`, with the program's version."""
    return _report(await _checks(request), version=__version__, serviceId="wildside")


async def _checks(request: ApiRequest) -> dict[str, Check]:
    """Say at once that no more is to come here when this process was told to stop; then nobody is asked."""
    if request.state["draining"].is_set():
        return {"process": Check("fail", "it was told to stop")}
    return await request.state["readiness"]()


class CheckJson(TypedDict):
    """A check; `output` says what is wrong."""

    status: Literal["pass", "warn", "fail"]
    output: NotRequired[str]


class HealthJson(TypedDict):
    """Health, in the form of draft-inadarei-api-health-check."""

    status: Literal["pass", "warn", "fail"]
    checks: dict[str, CheckJson]


class ServiceHealthJson(HealthJson):
    """Health, and of which program."""

    version: str
    serviceId: Literal["wildside"]


def _report(checks: dict[str, Check], **about: str) -> Response:
    status = overall(checks)
    shown: dict[str, Any] = {
        name: {"status": check.status} | ({"output": check.output} if check.output else {})
        for name, check in checks.items()
    }
    content = canonical({"status": status, "checks": shown, **about})
    return Response(content, 503 if status == "fail" else 200, {"Cache-Control": "no-store"}, MEDIA_TYPE)
