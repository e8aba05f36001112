"""Request bodies: JSON objects, within limits, read once it is known who asks."""

import asyncio
import json
from typing import Any

from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect

from wildside.domain.errors import Fault, InvalidRequest
from wildside.inbound.http.state import ApiRequest

DEPTH = 16
"""How deep objects and lists may stand in each other."""


_LARGEST = 2**53 - 1
"""The largest whole number that every JSON parser keeps exact (RFC 8259, section 6)."""


async def json_body(request: ApiRequest) -> dict[str, Any]:
    """Return the object that is the body. Raises InvalidRequest, and HTTPException for 408, 413 and 415."""
    media_type = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if media_type != "application/json":
        raise HTTPException(415, "Send the body as application/json.")
    try:
        async with asyncio.timeout(request.state["body_deadline"]):
            raw = await request.body()
    except TimeoutError as error:
        raise HTTPException(408, "The body did not come in time.") from error
    except ClientDisconnect as error:
        raise HTTPException(400, "The body did not come whole.") from error
    return _parse(raw)


def _parse(raw: bytes) -> dict[str, Any]:
    try:
        found = json.loads(
            raw.decode("utf-8"), object_pairs_hook=_unique, parse_constant=_no_number, parse_int=_integer
        )
    except _Repeated as error:
        raise _invalid("repeated_field", f"An object has two members {error.name!r}.") from error
    except (ValueError, RecursionError) as error:
        raise _invalid("malformed_json", f"The body is no JSON: {_reason(error)}.") from error
    if not isinstance(found, dict):
        raise _invalid("wrong_type", "The body is to be a JSON object.")
    _check(found, "", 1)
    return found


def _check(value: Any, where: str, depth: int) -> None:
    """Refuse what stands too deep, and text that PostgreSQL cannot keep."""
    if isinstance(value, dict | list) and depth > DEPTH:
        raise _invalid("too_deep", f"Objects and lists may stand {DEPTH} deep in each other.", where)
    if isinstance(value, dict):
        for name, member in value.items():
            _check_text(name, where)
            _check(member, f"{where}/{escaped(name)}", depth + 1)
    elif isinstance(value, list):
        for number, member in enumerate(value):
            _check(member, f"{where}/{number}", depth + 1)
    elif isinstance(value, str):
        _check_text(value, where)


def _check_text(text: str, where: str) -> None:
    if "\0" in text:
        raise _invalid("nul_character", "Text cannot have the character U+0000.", where)
    if any("\ud800" <= character <= "\udfff" for character in text):
        raise _invalid("lone_surrogate", "Text cannot have half a surrogate pair.", where)


def escaped(name: str) -> str:
    """Return a member's name as a JSON pointer has it (RFC 6901, section 3)."""
    return name.replace("~", "~0").replace("/", "~1")


class _Repeated(Exception):
    def __init__(self, name: str) -> None:
        super().__init__(name)
        self.name = name


def _unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) < len(pairs):
        names = [name for name, _ in pairs]
        raise _Repeated(next(name for name in names if names.count(name) > 1))
    return found


def _no_number(text: str) -> Any:
    raise ValueError(f"{text} is no number")


def _integer(text: str) -> int | float:
    """Read a whole number; one too large to be kept exact is one that no field takes."""
    return int(text) if len(text) <= 17 and abs(int(text)) <= _LARGEST else float("inf")


def _reason(error: Exception) -> str:
    if isinstance(error, RecursionError):
        return "it is too deep"
    if isinstance(error, json.JSONDecodeError):
        return f"{error.msg.lower()} at byte {error.pos}"
    return "it is not UTF-8" if isinstance(error, UnicodeDecodeError) else str(error)


def _invalid(code: str, detail: str, where: str = "") -> InvalidRequest:
    return InvalidRequest(detail, [Fault(where, code, detail)])
