"""The document as it is held against the server: stricter than clients need to be."""

import json
from collections.abc import Collection
from typing import Any

from wildside.config import DatabaseUrl
from wildside.inbound.http.contract.openapi import document
from wildside.inbound.http.cookies import CookieRules
from wildside.inbound.http.urls import OPERATIONS
from wildside.settings import Settings

ENDLESS = "streamReferenceEvents"
"""Its answer has no end, and its body no schema; tests/http and features read it."""

AFTER = {"removeNote": "getNote", "removeBundle": "getBundle"}
"""What is read after its removal, to see that it is gone; no client needs these links."""

NAMES = {one.name for one in OPERATIONS} - {ENDLESS}


def strict(names: Collection[str]) -> dict[str, Any]:
    """Return the document of some operations, whose objects have no members but those named."""
    settings = Settings(DatabaseUrl.parse("postgresql:///"))
    drawn = json.loads(json.dumps(document(OPERATIONS, settings.body_limit, CookieRules().name)))
    for one in OPERATIONS:
        operations = drawn["paths"][one.path]
        if one.name not in names:
            del operations[one.method.lower()]
    for removal, reading in AFTER.items():
        if removal in names:
            _link(drawn, removal, reading)
    closed: dict[str, Any] = _closed(drawn)
    return closed


def _link(drawn: dict[str, Any], removal: str, reading: str) -> None:
    """Lead from a removal to a reading of the same path."""
    (path,) = (one.path for one in OPERATIONS if one.name == removal)
    names = [part.strip("{}") for part in path.split("/") if part.startswith("{")]
    parameters = {name: f"$request.path.{name}" for name in names}
    gone = drawn["paths"][path]["delete"]["responses"]["204"]
    gone["links"] = {reading: {"operationId": reading, "parameters": parameters}}


def _closed(value: Any) -> Any:
    """Close the objects whose members are named. A part of allOf says `properties`, and no `type`."""
    if isinstance(value, dict):
        found = {name: _closed(member) for name, member in value.items()}
        named = value.get("type") == "object" and "properties" in value
        return {"additionalProperties": False, **found} if named else found
    return [_closed(member) for member in value] if isinstance(value, list) else value
