"""Forms, as browsers send them (application/x-www-form-urlencoded)."""

import asyncio
from collections import Counter
from collections.abc import Mapping
from urllib.parse import parse_qsl

from starlette.exceptions import HTTPException

from wildside.domain.errors import Fault, InvalidRequest
from wildside.inbound.http.state import ApiRequest

_MEDIA_TYPE = "application/x-www-form-urlencoded"
_MOST = 100
"""Fields that are looked at."""


async def read_form(request: ApiRequest, longest: Mapping[str, int]) -> Mapping[str, str]:
    """Return the fields of a form: all those of `longest` and no others, each of at most so many characters.

    Raises InvalidRequest that lists all that is wrong, HTTPException for 408, 413 and 415.
    """
    if request.headers.get("content-type", "").partition(";")[0].strip().lower() != _MEDIA_TYPE:
        raise HTTPException(415, f"Send the form as {_MEDIA_TYPE}.")
    try:
        async with asyncio.timeout(request.state["body_deadline"]):
            raw = await request.body()
    except TimeoutError as error:
        raise HTTPException(408, "The form did not come in time.", {"Connection": "close"}) from error
    try:
        text = raw.decode("ascii")
        pairs = parse_qsl(text, keep_blank_values=True, errors="strict", max_num_fields=_MOST)
    except ValueError as error:
        raise InvalidRequest("This is no form that can be read.") from error
    times, fields = Counter(name for name, _ in pairs), dict(pairs)
    faults = [
        _fault(name, "unknown_field", "There is no such field.") for name in times if name not in longest
    ]
    for name, most in longest.items():
        faults += _faults(name, fields.get(name, ""), times[name], most)
    if faults:
        raise InvalidRequest("The form is not as it should be.", faults)
    return fields


def _faults(name: str, value: str, times: int, most: int) -> list[Fault]:
    if times > 1:
        return [_fault(name, "repeated_field", "This stands twice in the form.")]
    if not value:
        return [_fault(name, "missing_field", "This is to be filled in.")]
    if len(value) > most:
        return [_fault(name, "too_long", f"This may have {most} characters.")]
    return [_fault(name, "nul_character", "Text cannot have the character U+0000.")] if "\0" in value else []


def _fault(name: str, code: str, detail: str) -> Fault:
    return Fault(name[:256], code, detail, "parameter")
