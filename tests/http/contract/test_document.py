"""The document: valid, committed as it is drawn, and of just those routes that there are."""

import json
import re
from pathlib import Path
from typing import Any

import pytest
from openapi_spec_validator import OpenAPIV31SpecValidator

from tests.http.conformity import resolved
from wildside.inbound.http.contract.openapi import document, rendered
from wildside.inbound.http.contract.operations import Operation
from wildside.inbound.http.contract.problems import problems_of
from wildside.inbound.http.contract.sketch import Sketch
from wildside.inbound.http.cookies import CookieRules
from wildside.inbound.http.problems import STATUSES
from wildside.inbound.http.urls import OPERATIONS, ROUTES
from wildside.inbound.http.wire import Fields

COMMITTED = Path(__file__).parents[3] / "docs/openapi.json"
LIMIT, COOKIE = 256 * 1024, CookieRules().name
DOCUMENT = document(OPERATIONS, LIMIT, COOKIE)
WITH_BODIES = [one for one in OPERATIONS if one.body]
NOT_TAKEN = {"required", "refuse", "done", "refuse_the_rest"}
"""Methods of Fields that take nothing."""


def named(one: Operation) -> str:
    return one.name


def test_it_is_an_openapi_document() -> None:
    assert [*OpenAPIV31SpecValidator(json.loads(json.dumps(DOCUMENT))).iter_errors()] == []


def test_what_is_committed_is_what_the_program_does() -> None:
    assert COMMITTED.read_text() == rendered(OPERATIONS, LIMIT, COOKIE), "run wildside openapi --write"


def test_it_has_the_routes_that_there_are_and_no_others() -> None:
    routes = {
        (method, route.path)
        for route in ROUTES
        for method in {*(route.methods or ())} - {"HEAD"}
        if route.path.startswith(("/api/", "/health"))
    }
    drawn = {(method.upper(), path) for path, item in DOCUMENT["paths"].items() for method in item}
    assert (len(drawn), drawn) == (len(OPERATIONS), routes)


def test_each_operation_has_a_name_of_its_own_and_says_what_it_does() -> None:
    assert len({one.name for one in OPERATIONS}) == len(OPERATIONS)
    assert [one.name for one in OPERATIONS if not one.handler.summary] == []


@pytest.mark.parametrize("one", OPERATIONS, ids=named)
def test_links_lead_to_operations_by_parameters_that_they_have(one: Operation) -> None:
    for name, given in one.links.items():
        (target,) = [other for other in OPERATIONS if other.name == name]
        takes = {*re.findall(r"\{(\w+)\}", target.path), *(parameter.name for parameter in target.query)}
        assert {*given} <= takes
        assert {*re.findall(r"\{(\w+)\}", target.path)} <= {*given}


@pytest.mark.parametrize("one", WITH_BODIES, ids=named)
def test_the_example_of_a_body_is_one_that_is_taken(one: Operation) -> None:
    assert one.body is not None
    fields = Fields({name: value for name, value in one.body.example.items() if name != "expectedRevision"})
    one.body.read(fields)
    fields.done()


def test_whatever_can_be_taken_of_a_body_can_be_drawn() -> None:
    takes = {
        name for name, member in vars(Fields).items() if callable(member) and not name.startswith("_")
    } - NOT_TAKEN
    by_others = {"revision"}  # it is a whole number
    assert takes - by_others - {*vars(Sketch)} == set()


def test_every_problem_is_of_some_operation() -> None:
    declared = {code for one in OPERATIONS for codes in problems_of(one).values() for code in codes}
    # No path, or another method: of these no operation knows.
    assert STATUSES.keys() - declared == {"method_not_allowed"}


@pytest.mark.parametrize("one", OPERATIONS, ids=named)
def test_each_answer_has_the_headers_that_are_explained(one: Operation) -> None:
    operation: Any = DOCUMENT["paths"][one.path][one.method.lower()]
    for reply in operation["responses"].values():
        found = resolved(reply)
        assert "Trace-Id" in found["headers"]
        assert found["description"]
