"""Every limit that the document declares is enforced, at its very edge."""

import copy
import json
from collections.abc import Callable, Iterator
from itertools import pairwise
from typing import Any
from uuid import UUID

import httpx2
import pytest

from tests.http.conformity import validator
from tests.http.preferences import serving
from tests.people import person
from wildside.domain.errors import InvalidRequest
from wildside.inbound.http.bodies import parsed
from wildside.inbound.http.contract.openapi import document
from wildside.inbound.http.contract.operations import Operation
from wildside.inbound.http.contract.sketch import schema_of
from wildside.inbound.http.cookies import CookieRules
from wildside.inbound.http.urls import OPERATIONS
from wildside.inbound.http.wire import Fields

Path = tuple[str | int, ...]
LIMITS = document(OPERATIONS, 256 * 1024, CookieRules().name)["x-limits"]
WITH_BODIES = {one.name: one for one in OPERATIONS if one.body}


def example(one: Operation) -> dict[str, Any]:
    assert one.body is not None
    return {name: value for name, value in one.body.example.items() if name != "expectedRevision"}


def faults(one: Operation, body: dict[str, Any]) -> set[tuple[str, str]]:
    """What is wrong with a body, read as a request's is."""
    assert one.body is not None
    try:
        fields = Fields(*parsed(json.dumps(body).encode()))
        one.body.read(fields)
        fields.done()
    except InvalidRequest as error:
        return {(fault.where, fault.code) for fault in error.faults}
    return set()


def told(one: Operation, body: dict[str, Any], pointer: str) -> set[str]:
    """The codes of what is wrong at a place, or within what stands there."""
    return {code for where, code in faults(one, body) if f"{where}/".startswith(f"{pointer}/")}


def within(schema: dict[str, Any], at: Path = ()) -> Iterator[tuple[Path, dict[str, Any]]]:
    """Each member of a schema, and where it stands."""
    for name, member in schema.get("properties", {}).items():
        yield (*at, name), member
        yield from within(member, (*at, name))
        if member.get("items", {}).get("properties"):
            yield from within(member["items"], (*at, name, 0))
        elif "items" in member:
            yield (*at, name, 0), member["items"]


CODES = {
    "enum": "unknown_choice", "maxLength": "too_long", "minLength": "blank", "minimum": "invalid_number",
    "maximum": "invalid_number", "uuid": "invalid_id", "date-time": "invalid_timestamp",
    "maxItems": "too_many", "uniqueItems": "repeated",
}  # fmt: skip
"""A limit → the code of what lies beyond it."""


def beyond(schema: dict[str, Any]) -> Iterator[tuple[str, Any, Any]]:
    """The limits of a member: which, the last value that fits, and the first that does not."""
    edges: dict[str, Callable[[Any], tuple[Any, Any]]] = {
        "enum": lambda choices: (choices[0], "no such thing"),
        "maxLength": lambda longest: ("x" * longest, "x" * (longest + 1)),
        "minLength": lambda _: ("x", ""),
        "minimum": lambda least: (least, least - 1),
        "maximum": lambda most: (most, most + 1),
        "maxItems": lambda most: (samples(schema, most), samples(schema, most + 1)),
        "uniqueItems": lambda _: (samples(schema, 1), samples(schema, 1) * 2),
    }
    formats = {
        "uuid": (str(UUID(int=7)), "7"),
        "date-time": ("2026-05-01T12:00:00Z", "2026-05-01"),
    }
    yield from ((limit, *edge(schema[limit])) for limit, edge in edges.items() if limit in schema)
    if "format" in schema:
        yield (schema["format"], *formats[schema["format"]])


def samples(schema: dict[str, Any], count: int) -> list[Any]:
    return [sample(schema["items"], number) for number in range(count)]


def sample(schema: dict[str, Any], number: int) -> Any:
    if schema.get("format") == "uuid":
        return str(UUID(int=number + 1))
    if schema.get("type") == "object":
        kinds = schema["properties"]["kind"]["enum"]
        found = {"kind": kinds[number % len(kinds)], "value": number}
        return found | ({"label": f"no {number}"} if "label" in schema["properties"] else {})
    return f"key-{number}"


def put(body: dict[str, Any], at: Path, value: Any) -> dict[str, Any]:
    """The body with another value somewhere; a list that is not there is made."""
    made = copy.deepcopy(body)
    here: Any = made
    for step, after in pairwise(at):
        if isinstance(here, dict):
            here.setdefault(step, [None] if isinstance(after, int) else {})
        here = here[step]
    here[at[-1]] = value
    return made


CASES = [
    pytest.param(one, at, schema, limit, fits, not_any_more, id=f"{name}-{'.'.join(map(str, at))}-{limit}")
    for name, one in WITH_BODIES.items()
    for at, schema in within(schema_of(one.body.read) if one.body else {})
    for limit, fits, not_any_more in beyond(schema)
]


@pytest.mark.parametrize(("one", "at", "schema", "limit", "fits", "not_any_more"), CASES)
def test_a_limit_is_enforced_where_it_is_declared(
    one: Operation, at: Path, schema: dict[str, Any], limit: str, fits: Any, not_any_more: Any
) -> None:
    pointer, code = "".join(f"/{step}" for step in at), CODES[limit]
    assert code in told(one, put(example(one), at, not_any_more), pointer)
    assert code not in told(one, put(example(one), at, fits), pointer)
    drawn = json.dumps({"type": schema["type"], **{key: schema[key] for key in schema if key != "type"}})
    assert validator(drawn).is_valid(fits)
    assert limit == "uniqueItems" or not validator(drawn).is_valid(not_any_more)


def test_there_are_limits_of_every_kind() -> None:
    kinds = {case.values[3] for case in CASES}
    assert kinds == CODES.keys()
    assert len(CASES) > 60


@pytest.mark.parametrize("name", WITH_BODIES)
def test_what_is_required_must_be_given_and_nothing_else(name: str) -> None:
    one = WITH_BODIES[name]
    assert one.body is not None
    schema = schema_of(one.body.read)
    full = example(one)
    missing = {where for where, code in faults(one, {}) if code == "missing_field"}
    assert missing == {f"/{member}" for member in schema.get("required", ())}
    assert faults(one, {**full, "nothing": 1}) >= {("/nothing", "unknown_field")}
    optional = schema["properties"].keys() - {*schema.get("required", ())}
    for member in optional:
        assert (f"/{member}", "wrong_type") not in faults(one, {**full, member: None})


def test_the_limits_of_every_body() -> None:
    def wrong(body: Any) -> set[str]:
        try:
            return {fault.code for fault in parsed(json.dumps(body).encode())[1]}
        except InvalidRequest as error:
            return {fault.code for fault in error.faults}

    def nested(depth: int) -> Any:
        return {} if depth == 1 else {"a": nested(depth - 1)}

    for code, fits, not_any_more in (
        ("too_deep", nested(LIMITS["depth"]), nested(LIMITS["depth"] + 1)),
        ("too_long", {"a": "x" * LIMITS["textCharacters"]}, {"a": "x" * (LIMITS["textCharacters"] + 1)}),
        ("name_too_long", {"x" * LIMITS["nameCharacters"]: 1}, {"x" * (LIMITS["nameCharacters"] + 1): 1}),
    ):
        assert (wrong(fits), wrong(not_any_more)) == (set(), {code})
    many = Fields({f"m{number}": 1 for number in range(LIMITS["faults"] + 50)})
    with pytest.raises(InvalidRequest) as raised:
        many.done()
    assert len(raised.value.faults) == LIMITS["faults"]


@pytest.mark.parametrize(("more", "status"), [(0, 400), (1, 413)])
async def test_the_size_of_a_body(client: httpx2.AsyncClient, more: int, status: int) -> None:
    head, tail = b'{"username":"', b'"}'
    filling = b"x" * (LIMITS["bodyBytes"] - len(head) - len(tail) + more)
    answer = await client.post(
        "/api/v1/login", content=head + filling + tail, headers={"Content-Type": "application/json"}
    )
    assert answer.status_code == status


def edges(schema: dict[str, Any]) -> Iterator[tuple[Any, bool]]:
    """Values of a parameter at its limits, and whether each fits."""
    for limit, step in (("minimum", -1), ("maximum", 1)):
        if limit in schema:
            yield from ((schema[limit], True), (schema[limit] + step, False))
    if "exclusiveMinimum" in schema:
        yield schema["exclusiveMinimum"], False
    if "maxLength" in schema:
        yield "x" * (schema["maxLength"] + 1), False
    if "pattern" in schema:
        yield "\0", False


TOKEN = "90cad1eb5d6a.1-14c6db5b44119825"
BESIDE = {
    "findPois": {"near": "24.94,60.17"},
    "listBundles": {"deviceId": "phone"},
    "getReferenceChanges": {"since": TOKEN},
}
"""What an operation wants besides the parameter that is tried."""
PARAMETERS = [
    pytest.param(one, parameter.name, value, fits, id=f"{one.name}-{parameter.name}-{number}")
    for one in OPERATIONS
    for parameter in one.query
    for number, (value, fits) in enumerate(edges(dict(parameter.schema)))
]


@pytest.mark.parametrize(("one", "name", "value", "fits"), PARAMETERS)
async def test_the_limits_of_parameters(
    released_url: str, one: Operation, name: str, value: Any, fits: bool
) -> None:
    ada = person(released_url, "Ada", "admin")
    beside = {} if name == "bbox" else BESIDE.get(one.name, {})
    path = one.path.replace("{id}", str(UUID(int=1)))
    async with serving(released_url) as client:
        answer = await client.request(
            one.method, path, params={**beside, name: str(value)}, headers=ada.headers
        )
    wrong = [fault["parameter"] for fault in answer.json().get("errors", [])]
    assert (name in wrong) == (not fits), answer.text
