"""The OpenAPI 3.1 document, drawn from the operations: the same ones that register the routes."""

import json
import re
from collections.abc import Iterable, Mapping, Sequence, Set
from typing import Annotated, Any, Literal, NotRequired, TypedDict

import msgspec
from msgspec import Meta

from wildside import __version__
from wildside.inbound.http.bodies import DEPTH, FAULTS, NAME, TEXT
from wildside.inbound.http.contract.operations import Operation, Parameter, Reply
from wildside.inbound.http.contract.parameters import HEADERS, IF_MATCH, SOMETIMES
from wildside.inbound.http.contract.problems import problems_of
from wildside.inbound.http.contract.sketch import schema_of
from wildside.inbound.http.problems import MEDIA_TYPE as PROBLEM
from wildside.inbound.http.wire import Fields

Json = dict[str, Any]

_ALWAYS = ("Trace-Id",)
_PAGE, _SHAPE = re.compile(r"\bPageJson_(\w+)Json_"), re.compile(r"\b([A-Z]\w*)Json\b")
_PARAMETERS = re.compile(r"\{(\w+)\}")


class FaultJson(TypedDict):
    """Something that is wrong, and where: of the three one is given."""

    pointer: NotRequired[Annotated[str, Meta(description="A member of the body (RFC 6901).")]]
    parameter: NotRequired[str]
    header: NotRequired[str]
    code: str
    detail: str


class ProblemJson(TypedDict):
    """What went wrong (RFC 9457)."""

    type: Annotated[str, Meta(extra_json_schema={"format": "uri-reference"})]
    title: str
    status: Annotated[int, Meta(ge=400, le=599)]
    detail: str
    instance: str
    code: str
    traceId: Annotated[str, Meta(pattern="^[0-9a-f]{32}$")]
    errors: NotRequired[Annotated[list[FaultJson], Meta(min_length=1, max_length=FAULTS)]]
    expectedRevision: NotRequired[int | None]
    actualRevision: NotRequired[int | None]


def rendered(operations: Sequence[Operation], body_limit: int, cookie: str) -> str:
    """Return the document as text. `body_limit` is in bytes, `cookie` the name of the session's."""
    return json.dumps(document(operations, body_limit, cookie), indent=2, ensure_ascii=False) + "\n"


def document(operations: Sequence[Operation], body_limit: int, cookie: str) -> Json:
    """Return the document."""
    schemas, components = _schemas(operations)
    paths: dict[str, Json] = {}
    for one in operations:
        paths.setdefault(one.path, {})[one.method.lower()] = _operation(one, schemas)
    limits = {
        "bodyBytes": body_limit,
        "depth": DEPTH,
        "textCharacters": TEXT,
        "nameCharacters": NAME,
        "faults": FAULTS,
    }
    session = {"type": "apiKey", "in": "cookie", "name": cookie}
    drawn = {
        "openapi": "3.1.0",
        "info": _INFO,
        "servers": [{"url": "/", "description": "Where this document came from."}],
        "tags": [{"name": name} for name in dict.fromkeys(_tag(one) for one in operations)],
        "paths": paths,
        "components": {
            "schemas": components,
            "headers": {name: _header(name) for name in HEADERS},
            "responses": _all_problems(operations),
            "securitySchemes": {"session": session},
        },
        "x-limits": limits,
    }
    named: Json = _renamed(drawn)
    return named


_INFO = {
    "title": "Wildside",
    "version": __version__,
    "summary": "Personalised city walks: reference data to trust offline, and what users keep.",
    "license": {"name": "ISC", "identifier": "ISC"},
}


def _header(name: str) -> Json:
    text, schema = HEADERS[name]
    return {"description": text, "required": name not in SOMETIMES, "schema": schema}


def _all_problems(operations: Iterable[Operation]) -> Json:
    found = {
        _problem_name(codes): _problem(status, codes)
        for one in operations
        for status, codes in problems_of(one).items()
    }
    return dict(sorted(found.items()))


def _renamed(value: Any) -> Any:
    """Take off what only Python needs: PoiJson is Poi, PageJson_PoiJson_ is PageOfPoi."""
    if isinstance(value, dict):
        return {_renamed(name): _renamed(member) for name, member in value.items()}
    if isinstance(value, list | tuple):
        return [_renamed(member) for member in value]
    if isinstance(value, str):
        return _SHAPE.sub(r"\1", _PAGE.sub(r"PageOf\1", value))
    return value


def _schemas(operations: Iterable[Operation]) -> tuple[Mapping[int, Json], Json]:
    """Return the schema of each shape, by its identity, and those that they refer to."""
    shapes = [reply.shape for one in operations for reply in one.replies if reply.shape is not None]
    found, components = msgspec.json.schema_components(
        [*shapes, ProblemJson], ref_template="#/components/schemas/{name}"
    )
    return {
        id(shape): schema for shape, schema in zip([*shapes, ProblemJson], found, strict=True)
    }, components


def _operation(one: Operation, schemas: Mapping[int, Json]) -> Json:
    parameters = [
        *(_parameter("path", _of_path(name)) for name in _PARAMETERS.findall(one.path)),
        *(_parameter("query", parameter) for parameter in one.query),
        *(_parameter("header", parameter) for parameter in one.headers),
    ]
    return {
        "operationId": one.name,
        "summary": one.handler.summary,
        "tags": [_tag(one)],
        **({"parameters": parameters} if parameters else {}),
        **({"requestBody": _body(one)} if one.body else {}),
        "responses": {
            **{str(reply.status): _reply(one, reply, schemas) for reply in one.replies},
            **_problems(one),
        },
        "security": [] if one.handler.access == "anybody" else [{"session": []}],
        **({"x-role": "admin"} if one.handler.access == "admin" else {}),
    }


def _tag(one: Operation) -> str:
    return one.path.removeprefix("/api/v1").split("/")[1]


def _of_path(name: str) -> Parameter:
    known = {"table": Parameter("table", "The name of a reference table.", required=True)}
    uuid = {"type": "string", "format": "uuid"}
    return known.get(name) or Parameter(name, "A UUID.", uuid, required=True)


def _parameter(place: Literal["path", "query", "header"], one: Parameter) -> Json:
    required = {"required": True} if one.required else {}
    return {"name": one.name, "in": place, "description": one.description, **required, "schema": one.schema}


def _body(one: Operation) -> Json:
    assert one.body is not None  # noqa: S101 - the caller looked
    schema = schema_of(one.body.read)
    if IF_MATCH in one.headers:
        revisions = schema_of(Fields.revision)["properties"]
        schema = {**schema, "properties": {**schema["properties"], **revisions}}
    content = {"schema": schema, "example": one.body.example}
    return {"required": True, "content": {"application/json": content}}


def _reply(one: Operation, reply: Reply, schemas: Mapping[int, Json]) -> Json:
    shown: Json = {"description": reply.description, "headers": _headers((*_ALWAYS, *reply.headers))}
    if reply.shape is not None:
        shown["content"] = {reply.media_type: {"schema": schemas[id(reply.shape)]}}
    if one.links and 200 <= reply.status < 300:
        shown["links"] = {
            name: {"operationId": name, "parameters": dict(parameters)}
            for name, parameters in one.links.items()
        }
    return shown


def _problems(one: Operation) -> Json:
    """Show the problems of an operation by status; a status that is an answer of its own stays that."""
    ours = {reply.status for reply in one.replies}
    return {
        str(status): {"$ref": f"#/components/responses/{_problem_name(codes)}"}
        for status, codes in sorted(problems_of(one).items())
        if status not in ours
    }


def _problem_name(codes: Set[str]) -> str:
    return ".".join(sorted(codes))


def _problem(status: int, codes: Set[str]) -> Json:
    base = {"$ref": "#/components/schemas/ProblemJson"}
    return {
        "description": f"A problem: {', '.join(sorted(codes))}.",
        "headers": _headers((*_ALWAYS, "Cache-Control", *_PROBLEM_HEADERS.get(status, ()))),
        "content": {
            PROBLEM: {"schema": {"allOf": [base, {"properties": {"code": {"enum": sorted(codes)}}}]}}
        },
    }


_PROBLEM_HEADERS = {
    401: ("WWW-Authenticate",), 409: ("Retry-After",), 429: ("Retry-After",), 503: ("Retry-After",),
}  # fmt: skip


def _headers(names: Iterable[str]) -> Json:
    return {name: {"$ref": f"#/components/headers/{name}"} for name in names}
