"""Problem documents (RFC 9457): the one place where errors become status codes."""

from collections.abc import Mapping, Sequence
from http import HTTPStatus
from typing import Any
from urllib.parse import quote

import structlog
from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response
from starlette.types import ExceptionHandler, Scope

from wildside.domain.errors import (
    CallInProgress,
    Conflict,
    ConnectionLost,
    ConstraintViolated,
    Fault,
    Forbidden,
    IdempotencyKeyReused,
    IdTaken,
    InvalidRequest,
    InvalidTransition,
    NoRelease,
    NotFound,
    OutcomeUnknown,
    Overloaded,
    PreconditionFailed,
    RateLimited,
    RetryTransaction,
    RevisionMismatch,
    SchemaMismatch,
    TimedOut,
    Unauthorized,
    Unavailable,
    ValueRefused,
    WalkEnded,
    WildsideError,
)
from wildside.domain.release import canonical
from wildside.inbound.http.tracing import trace_id

MEDIA_TYPE = "application/problem+json"

_CODES = {
    400: "invalid_request",
    403: "forbidden",
    404: "not_found",
    405: "method_not_allowed",
    406: "not_acceptable",
    408: "request_timeout",
    413: "payload_too_large",
    415: "unsupported_media_type",
    500: "internal_error",
}
_DETAILS = {
    400: "The request holds a value that cannot be kept.",
    404: "There is nothing at this path.",
    405: "This path does not take this method.",
    500: "Something went wrong on our side; the trace id finds it in our logs.",
    503: "The service cannot answer now; try again shortly.",
}
_DETAILS_503: dict[type[WildsideError], str] = {
    OutcomeUnknown: "It may have been done, or not; ask again with the same Idempotency-Key.",
}
_UNAVAILABLE: dict[type[WildsideError], int] = {
    Unavailable: 1,
    ConnectionLost: 1,
    OutcomeUnknown: 1,
    Overloaded: 1,
    TimedOut: 1,
    RetryTransaction: 1,
    NoRelease: 5,
    SchemaMismatch: 30,
}
"""Errors that pass by themselves or by an operator's hand → seconds to wait before trying again."""

_REFUSED: dict[type[WildsideError], int] = {
    Unauthorized: 401,
    Forbidden: 403,
    NotFound: 404,
    Conflict: 409,
    IdTaken: 409,
    InvalidTransition: 409,
    WalkEnded: 409,
    RevisionMismatch: 409,
    IdempotencyKeyReused: 409,
    CallInProgress: 409,
    PreconditionFailed: 412,
    RateLimited: 429,
}
"""Errors that the caller can do something about → status."""

STATUSES: Mapping[str, int] = {
    **{code: status for status, code in _CODES.items()},
    **{error.code: status for error, status in _REFUSED.items()},
    **dict.fromkeys((error.code for error in _UNAVAILABLE), 503),
}
"""Every code of a problem → its status."""

_CHALLENGE = 'Cookie realm="wildside", form-action="/api/v1/login", cookie-name="session"'
"""RFC 9110, section 11.6.1, wants one; this scheme is that of draft-broyer-http-cookie-auth."""

log = structlog.get_logger()


def problem(
    scope: Scope,
    status: int,
    detail: str | None = None,
    *,
    code: str | None = None,
    faults: Sequence[Fault] = (),
    headers: Mapping[str, str] | None = None,
    **members: Any,
) -> Response:
    """Render a problem; `members` are what this kind of problem says besides."""
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
    document |= members
    if faults:
        document["errors"] = [{one.kind: one.where, "code": one.code, "detail": one.detail} for one in faults]
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
    return problem(request.scope, 400, str(error), faults=error.faults)


async def _refused(request: Request, error: Exception) -> Response:
    assert isinstance(error, WildsideError)  # noqa: S101
    headers: dict[str, str] = {}
    members: dict[str, Any] = {}
    if isinstance(error, Unauthorized):
        headers["WWW-Authenticate"] = _CHALLENGE
    elif isinstance(error, RateLimited):
        headers["Retry-After"] = str(error.retry_after)
    elif isinstance(error, CallInProgress):
        headers["Retry-After"] = "1"
    elif isinstance(error, RevisionMismatch):
        members = {"expectedRevision": error.expected, "actualRevision": error.actual}
    status = _REFUSED[type(error)]
    return problem(request.scope, status, str(error), code=error.code, headers=headers, **members)


def unavailable(scope: Scope, error: WildsideError) -> Response:
    """Log one of those errors that pass, and say when to try again."""
    log.warning("unavailable", code=error.code, error=str(error))
    wait = {"Retry-After": str(_UNAVAILABLE[type(error)])}
    detail = str(error) if isinstance(error, NoRelease) else _DETAILS_503.get(type(error), _DETAILS[503])
    return problem(scope, 503, detail, code=error.code, headers=wait)


async def _unavailable(request: Request, error: Exception) -> Response:
    assert isinstance(error, WildsideError)  # noqa: S101
    return unavailable(request.scope, error)


async def _broken(request: Request, error: Exception) -> Response:
    """Give alarm: the schema stopped what no code of ours should have tried. No values are logged."""
    assert isinstance(error, ConstraintViolated)  # noqa: S101
    log.error("constraint_violated", constraint=error.constraint)
    return problem(request.scope, 500)


async def _value_refused(request: Request, error: Exception) -> Response:
    """Give alarm too: we should have refused this value before the database did."""
    log.error("value_refused", sqlstate=getattr(error.__cause__, "sqlstate", None))
    return problem(request.scope, 400)


async def _gone(_request: Request, _error: Exception) -> None:
    """Answer nothing, since nobody is there; the server closes the connection."""
    log.info("client_gone")


async def _unexpected(request: Request, _error: Exception) -> Response:
    return problem(request.scope, 500)


EXCEPTION_HANDLERS: Mapping[Any, ExceptionHandler] = {
    HTTPException: _http,
    InvalidRequest: _invalid,
    **dict.fromkeys(_REFUSED, _refused),
    **dict.fromkeys(_UNAVAILABLE, _unavailable),
    ConstraintViolated: _broken,
    ValueRefused: _value_refused,
    ClientDisconnect: _gone,  # type: ignore[dict-item]  # no answer is what Starlette takes from WebSockets
    Exception: _unexpected,
}
"""Starlette answers with these and raises the unexpected again, for the tracing to log."""
