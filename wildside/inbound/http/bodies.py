"""Request bodies: JSON objects, within limits, read once it is known who asks."""

import asyncio
import json
import math
import re
from collections import Counter
from collections.abc import Iterator, Sequence
from itertools import islice
from typing import Any

from starlette.exceptions import HTTPException

from wildside.domain.errors import Fault, InvalidRequest
from wildside.inbound.http.state import ApiRequest

DEPTH = 16
"""How deep objects and lists may stand in each other."""
TEXT = 10_000
"""Characters that a text may have."""
NAME = 256
"""Characters that a member's name may have: names come back in pointers."""
FAULTS = 100
"""How many of the things that are wrong are told at most."""

_LARGEST = 2**53 - 1
"""The largest whole number that every JSON parser keeps exact (RFC 8259, section 6)."""
_TOO_LARGE = math.inf
_MEDIA_TYPE = re.compile(r'application/json\s*(;\s*charset\s*=\s*("?)utf-8\2\s*)?;?', re.IGNORECASE)


async def raw_body(request: ApiRequest) -> bytes:
    """Return the bytes of a body that says it is JSON.

    Raises HTTPException for 408, 413 and 415, ClientDisconnect when nobody waits any more.
    """
    _check_type(request)
    try:
        async with asyncio.timeout(request.state["body_deadline"]):
            return await request.body()
    except TimeoutError as error:
        # The rest is not read, so no further request can follow on this connection.
        raise HTTPException(408, "The body did not come in time.", {"Connection": "close"}) from error


def _check_type(request: ApiRequest) -> None:
    types = request.headers.getlist("content-type")
    if len(types) != 1 or not _MEDIA_TYPE.fullmatch(types[0].strip()):
        raise HTTPException(415, "Send the body as application/json, in UTF-8.")
    if request.headers.get("content-encoding", "identity").lower() != "identity":
        raise HTTPException(415, "Send the body as it is, not compressed.", {"Accept-Encoding": "identity"})


def parsed(raw: bytes) -> tuple[dict[str, Any], list[Fault]]:
    """Return the object that some bytes are, and what no field of it takes, up to FAULTS.

    Raises InvalidRequest where they are no object.
    """
    if not raw:
        raise invalid([Fault("", "missing_body", "The body is empty; it is to be a JSON object.")])
    try:
        text = raw.decode("utf-8")
        found = json.loads(text, object_pairs_hook=_object, parse_constant=_no_number, parse_int=_integer)
    except RecursionError as error:
        raise invalid([_too_deep("")]) from error
    except ValueError as error:
        detail = f"The body is no JSON: {_reason(error)}."
        raise invalid([Fault("", "malformed_json", detail)]) from error
    if not isinstance(found, dict):
        raise invalid([Fault("", "wrong_type", "The body is to be a JSON object.")])
    return found, list(islice(_faults(found, "", 1), FAULTS))


def invalid(faults: Sequence[Fault]) -> InvalidRequest:
    """Return the error that tells what is wrong with a body."""
    detail = faults[0].detail if len(faults) == 1 else "The request is not as it should be."
    return InvalidRequest(detail, faults[:FAULTS])


def _faults(value: Any, where: str, depth: int) -> Iterator[Fault]:
    """Find what no field takes: what stands too deep, and values that cannot be kept as they are."""
    if isinstance(value, dict | list) and depth > DEPTH:
        yield _too_deep(where)
    elif isinstance(value, dict):
        yield from _object_faults(value, where, depth)
    elif isinstance(value, list):
        for number, member in enumerate(value):
            yield from _faults(member, f"{where}/{number}", depth + 1)
    elif isinstance(value, str):
        yield from _text_faults(value, where)
    elif isinstance(value, float) and math.isinf(value):
        detail = f"A whole number may be {_LARGEST} at most, any other must be one that a double holds."
        yield Fault(where, "number_too_large", detail)


def _object_faults(value: dict[str, Any], where: str, depth: int) -> Iterator[Fault]:
    for name, member in value.items():
        if len(name) > NAME:
            yield Fault(where, "name_too_long", f"A member's name may have {NAME} characters.")
        elif wrong := list(_text_faults(name, where)):
            yield from wrong
        else:
            yield from _faults(member, f"{where}/{escaped(name)}", depth + 1)
    for name in getattr(value, "repeated", ()):
        yield Fault(f"{where}/{escaped(name)}", "repeated_field", "This stands twice in its object.")


def _text_faults(text: str, where: str) -> Iterator[Fault]:
    if len(text) > TEXT:
        yield Fault(where, "too_long", f"This may have {TEXT} characters.")
    if "\0" in text:
        yield Fault(where, "nul_character", "Text cannot have the character U+0000.")
    if any("\ud800" <= character <= "\udfff" for character in text):
        yield Fault(where, "lone_surrogate", "Text cannot have half a surrogate pair.")


def escaped(name: str) -> str:
    """Return a member's name as a JSON pointer has it (RFC 6901, section 3).

    Nobody chose it but the caller: it is cut where it is too long, and half a surrogate pair is shown as ?.
    """
    shown = name[:NAME].encode("utf-8", "replace").decode()
    return shown.replace("~", "~0").replace("/", "~1")


class _Repeating(dict[str, Any]):
    """An object with members of the same name, and which."""

    repeated: list[str]


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) == len(pairs):
        return found
    repeating = _Repeating(found)
    repeating.repeated = [name for name, times in Counter(name for name, _ in pairs).items() if times > 1]
    return repeating


def _no_number(text: str) -> Any:
    raise ValueError(f"{text} is no number")


def _integer(text: str) -> int | float:
    return int(text) if len(text) <= 17 and abs(int(text)) <= _LARGEST else _TOO_LARGE


def _reason(error: Exception) -> str:
    if isinstance(error, UnicodeDecodeError):
        return "it is not UTF-8"
    if not isinstance(error, json.JSONDecodeError):
        return str(error)
    if error.doc.startswith("\ufeff"):
        return "it begins with a byte order mark"
    return f"{error.msg[:1].lower()}{error.msg[1:].removesuffix(' at')} at character {error.pos}"


def _too_deep(where: str) -> Fault:
    return Fault(where, "too_deep", f"Objects and lists may stand {DEPTH} deep in each other.")
