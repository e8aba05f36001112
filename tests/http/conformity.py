"""Does an answer keep to the OpenAPI document? Every client of the HTTP tests asks this of every answer."""

import json
import re
from collections.abc import Mapping
from functools import cache
from hashlib import sha256
from typing import Any

import httpx2
from jsonschema import Draft202012Validator
from referencing import Registry, Resource

from wildside.inbound.http.contract.openapi import document
from wildside.inbound.http.contract.parameters import HEADERS
from wildside.inbound.http.cookies import CookieRules
from wildside.inbound.http.urls import OPERATIONS

Json = Mapping[str, Any]

_SEEN: set[tuple[str, str, int, bytes]] = set()
"""Bodies that were looked at: a release is large, and asked for often."""


async def conforms(response: httpx2.Response) -> None:
    """Look at an answer as httpx2 has it for its hooks; what is a stream is the test's to read."""
    if response.headers.get("content-type", "").startswith("text/event-stream"):
        return
    await response.aread()
    check(response)


def check(response: httpx2.Response) -> None:
    """Raise AssertionError where an answer is not one that the document has for its operation."""
    request = response.request
    found = operation_of("GET" if request.method == "HEAD" else request.method, request.url.path)
    if found is None or response.status_code in {405, 408, 413} - {int(one) for one in found["responses"]}:
        return  # another path, another method, or a body where none is read
    reply = found["responses"].get(str(response.status_code))
    about = f"{found['operationId']} {response.status_code}: {response.content[:500]!r}"
    assert reply is not None, f"not in the document: {about}"
    reply = resolved(reply)
    _headers(response, reply, about)
    if request.method != "HEAD":
        _body(response, found["operationId"], reply, about)


def _headers(response: httpx2.Response, reply: Json, about: str) -> None:
    declared = {name.lower(): resolved(header) for name, header in reply["headers"].items()}
    elsewhere = {"vary"} if "access-control-allow-origin" in response.headers else set()
    undeclared = {name.lower() for name in HEADERS} & {*response.headers} - {*declared} - elsewhere
    missing = {name for name, header in declared.items() if header["required"]} - {*response.headers}
    assert (undeclared, missing) == (set(), set()), about


def _body(response: httpx2.Response, name: str, reply: Json, about: str) -> None:
    content = reply.get("content", {})
    media_type = response.headers.get("content-type", "").partition(";")[0]
    assert media_type == next(iter(content), ""), about
    digest = (name, media_type, response.status_code, sha256(response.content).digest())
    coded = response.headers.get("content-encoding") in {"br", "zstd"}  # which httpx2 leaves as it is
    if media_type.endswith("json") and not coded and digest not in _SEEN:
        wrong = [*validator(json.dumps(content[media_type]["schema"])).iter_errors(response.json())]
        assert not wrong, f"{wrong[0].json_path}: {wrong[0].message} in {about}"
        _SEEN.add(digest)


def operation_of(method: str, path: str) -> Json | None:
    """Return the operation of a method and a path, if there is one."""
    for pattern, item in _patterns():
        if pattern.fullmatch(path):
            found: Json | None = item.get(method.lower())
            return found
    return None


def resolved(value: Json) -> Json:
    """Follow a reference within the document, if it is one."""
    if "$ref" not in value:
        return value
    found: Any = strict_document()
    for step in value["$ref"].removeprefix("#/").split("/"):
        found = found[step]
    return dict(found)


@cache
def strict_document() -> Json:
    """The document, in which objects have the members that are listed, and no others."""
    drawn: Json = _closed(document(OPERATIONS, 256 * 1024, CookieRules().name))
    return drawn


@cache
def validator(schema: str) -> Draft202012Validator:
    """Return what looks at values by a schema of the document."""
    resource = Resource.opaque(strict_document())
    registry: Registry[Any] = Registry().with_resource("urn:document", resource)
    text = schema.replace('"#/components', '"urn:document#/components')
    return Draft202012Validator(
        json.loads(text), registry=registry, format_checker=Draft202012Validator.FORMAT_CHECKER
    )


@cache
def _patterns() -> list[tuple[re.Pattern[str], Json]]:
    # Those without parameters come first, as they do in urls.py.
    paths = sorted(strict_document()["paths"].items(), key=lambda path: "{" in path[0])
    return [(re.compile(re.sub(r"\{\w+\}", "[^/]+", path)), item) for path, item in paths]


def _closed(value: Any, partial: bool = False) -> Any:
    if isinstance(value, list | tuple):
        return [_closed(member, partial) for member in value]
    if not isinstance(value, dict):
        return value
    shown = {name: _closed(member, name == "allOf") for name, member in value.items()}
    if isinstance(value.get("properties"), dict) and "type" in value and not partial:
        shown.setdefault("additionalProperties", False)
    return shown
