"""Problem documents (RFC 9457): the one place where errors become status codes."""

from collections.abc import Mapping, Sequence
from http import HTTPStatus
from typing import Any
from urllib.parse import quote

import structlog
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.types import ExceptionHandler, Scope

from wildside.domain.errors import (
    InvalidRequest,
    NoRelease,
    NotFound,
    RetryTransaction,
    SchemaMismatch,
    TimedOut,
    Unavailable,
    WildsideError,
)
from wildside.domain.release import canonical
from wildside.inbound.http.tracing import trace_id

MEDIA_TYPE = "application/problem+json"

_CODES = {
    400: "invalid_request",
    404: "not_found",
    405: "method_not_allowed",
    406: "not_acceptable",
    413: "payload_too_large",
    500: "internal_error",
}
_DETAILS = {
    404: "There is nothing at this path.",
    405: "This path does not take this method.",
    500: "Something went wrong on our side; the trace id finds it in our logs.",
    503: "The service cannot answer now; try again shortly.",
}
_UNAVAILABLE: dict[type[WildsideError], int] = {
    Unavailable: 1,
    TimedOut: 1,
    RetryTransaction: 1,
    NoRelease: 5,
    SchemaMismatch: 30,
}
"""Errors that pass by themselves or by an operator's hand → seconds to wait before trying again."""

log = structlog.get_logger()


def problem(
    scope: Scope,
    status: int,
    detail: str | None = None,
    *,
    code: str | None = None,
    errors: Sequence[tuple[str, str, str]] = (),
    headers: Mapping[str, str] | None = None,
) -> Response:
    """Render a problem. `errors` are (query parameter, code, detail)."""
    code = code or _CODES.get(status, "invalid_request")
    document: dict[str, Any] = {
        "type": f"/docs/problems/{code}",
        "title": HTTPStatus(status).phrase,
        "status": status,
        "detail": detail or _DETAILS.get(status, HTTPStatus(status).phrase),
        "instance": _instance(scope),
        "code": code,
        "traceId": trace_id(scope),
    }
    if errors:
        document["errors"] = [
            {"parameter": where, "code": kind, "detail": text} for where, kind, text in errors
        ]
    all_headers = {"Cache-Control": "no-store", **(headers or {})}
    return Response(canonical(document), status, all_headers, MEDIA_TYPE)


def _instance(scope: Scope) -> str:
    """Return the path as it was asked for: `instance` is a URI reference, so escapes stay escapes."""
    raw = scope.get("raw_path") or quote(scope["path"]).encode()
    return str(raw.partition(b"?")[0].decode("ascii", "replace"))


async def _http(request: Request, error: Exception) -> Response:
    assert isinstance(error, HTTPException)  # noqa: S101 - Starlette dispatches by class
    standard = HTTPStatus(error.status_code).phrase
    detail = None if error.detail == standard else error.detail
    return problem(request.scope, error.status_code, detail, headers=error.headers)


async def _invalid(request: Request, error: Exception) -> Response:
    assert isinstance(error, InvalidRequest)  # noqa: S101
    return problem(request.scope, 400, str(error), errors=error.errors)


async def _missing(request: Request, error: Exception) -> Response:
    return problem(request.scope, 404, str(error))


async def _unavailable(request: Request, error: Exception) -> Response:
    assert isinstance(error, WildsideError)  # noqa: S101
    log.warning("unavailable", code=error.code, error=str(error))
    wait = {"Retry-After": str(_UNAVAILABLE[type(error)])}
    detail = str(error) if isinstance(error, NoRelease) else _DETAILS[503]
    return problem(request.scope, 503, detail, code=error.code, headers=wait)


async def _unexpected(request: Request, _error: Exception) -> Response:
    return problem(request.scope, 500)


EXCEPTION_HANDLERS: Mapping[Any, ExceptionHandler] = {
    HTTPException: _http,
    InvalidRequest: _invalid,
    NotFound: _missing,
    **dict.fromkeys(_UNAVAILABLE, _unavailable),
    Exception: _unexpected,
}
"""Starlette answers with these and raises the unexpected again, for the tracing to log."""
