"""The reference release: its version, all of it, or one table."""

from starlette.exceptions import HTTPException
from starlette.responses import Response

from wildside.domain.errors import InvalidRequest, NotFound
from wildside.domain.release import Body
from wildside.inbound.http.negotiation import accepts, matches
from wildside.inbound.http.state import ApiRequest

MEDIA_TYPE = "application/json"


async def version(request: ApiRequest) -> Response:
    """Answer with the release's token and the version of each table."""
    _check(request)
    return _answer(request, (await request.state["current_release"]()).summary)


async def bootstrap(request: ApiRequest) -> Response:
    """Answer with every active row of every table."""
    _check(request)
    return _answer(request, (await request.state["current_release"]()).bootstrap)


async def table(request: ApiRequest) -> Response:
    """Answer with every active row of one table."""
    _check(request)
    name = request.path_params["table"]
    body = (await request.state["current_release"]()).tables.get(name)
    if body is None:
        raise NotFound("There is no such reference table; /api/v1/reference/version lists them.")
    return _answer(request, body)


def _check(request: ApiRequest) -> None:
    if not accepts(_all(request, "accept"), MEDIA_TYPE):
        raise HTTPException(406, f"This is only to be had as {MEDIA_TYPE}.")
    unknown = sorted(set(request.query_params))
    if unknown:
        errors = [(name, "unknown_parameter", "This path takes no such parameter.") for name in unknown]
        raise InvalidRequest("The request has unknown parameters.", errors)


def _answer(request: ApiRequest, body: Body) -> Response:
    headers = {"ETag": body.etag, "Cache-Control": "no-cache", "Vary": "Accept"}
    if matches(_all(request, "if-none-match"), body.etag):
        return Response(status_code=304, headers=headers)
    return Response(body.content, headers=headers, media_type=MEDIA_TYPE)


def _all(request: ApiRequest, name: str) -> str | None:
    """Return a list header whole, also where it came in several lines (RFC 9110, section 5.3)."""
    return ", ".join(request.headers.getlist(name)) or None
