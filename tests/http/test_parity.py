"""Parity: what the source files say is what HTTP sends, by table, row and field, order included.

There is one normalisation, `as_served`: names turn from snake_case to camelCase, columns that the
source leaves out are null, and bookkeeping columns (is_active, source_type) are left out. Numbers
are compared as JSON has them, with one type for 1 and 1.0; all else is compared with its type.
Rows come in the order of the file, but for two tables without sort_order, which come by key.
"""

import json
from operator import itemgetter
from typing import Any

import httpx2
import pytest

from tests.conftest import REFERENCE as FOLDER
from tests.http.support import REFERENCE
from wildside.app import Tools
from wildside.domain.reference import BOOKKEEPING

ORDER = Tools().read_source(None).manifest.order
BY_KEY = {"theme_interests": ("theme", "interest"), "safety_preset_toggles": ("preset", "position")}
Rows = list[dict[str, Any]]


def source_of(table: str) -> Rows:
    rows: Rows = json.loads((FOLDER / f"{table}.json").read_text())
    if table in BY_KEY:
        rows.sort(key=itemgetter(*BY_KEY[table]))
    return rows


def camel(name: str) -> str:
    return "".join(word if index == 0 else word.title() for index, word in enumerate(name.split("_")))


def as_served(rows: Rows, columns: set[str]) -> Rows:
    """The normalisation. `columns` are those that HTTP sends."""
    named = [
        {camel(name): value for name, value in row.items() if name not in BOOKKEEPING}
        for row in rows
        if row.get("is_active", True)
    ]
    return [{**dict.fromkeys(columns - row.keys()), **row} for row in named]


def differences(table: str, source: Rows, served: Rows) -> list[str]:
    """Every difference, by table, row and field."""
    columns = {name for row in served for name in row}
    wanted = as_served(source, columns)
    found = [
        f"{table}[{index}].{name}: {a.get(name)!r} in the source, {b.get(name)!r} over HTTP"
        for index, (a, b) in enumerate(zip(wanted, served, strict=False))
        for name in sorted(a.keys() | b.keys())
        if shape(a.get(name, ...)) != shape(b.get(name, ...))
    ]
    if len(wanted) != len(served):
        found.append(f"{table}: {len(wanted)} rows in the source, {len(served)} over HTTP")
    return found


def shape(value: Any) -> Any:
    """A value in which True is not 1 and "1" is not 1."""
    if isinstance(value, dict):
        return {name: shape(item) for name, item in value.items()}
    if isinstance(value, list):
        return [shape(item) for item in value]
    return (
        "number" if isinstance(value, int | float) and not isinstance(value, bool) else type(value),
        value,
    )


@pytest.mark.parametrize("table", ORDER)
def test_http_sends_what_the_source_says(server: httpx2.Client, table: str) -> None:
    served = json.loads(server.get(f"{REFERENCE}/{table}").content)["tables"][table]
    assert differences(table, source_of(table), served) == []
    assert len(served) > 0


def test_the_bootstrap_sends_what_the_source_says(server: httpx2.Client) -> None:
    tables = json.loads(server.get(f"{REFERENCE}/bootstrap").content)["tables"]
    assert tables.keys() == set(ORDER)
    assert [d for table in ORDER for d in differences(table, source_of(table), tables[table])] == []


@pytest.mark.parametrize(
    ("source", "served"),
    [
        ({"sort_order": 1}, {"sortOrder": 1}),
        ({"slug": "a"}, {"slug": "a", "parent": None}),
        ({"slug": "a", "parent": None}, {"slug": "a", "parent": None}),
        ({"slug": "a", "is_active": True}, {"slug": "a"}),
        ({"weight": 1.0}, {"weight": 1}),
    ],
)
def test_what_the_normalisation_may_hide(source: dict[str, Any], served: dict[str, Any]) -> None:
    assert differences("t", [source], [served]) == []


@pytest.mark.parametrize(
    ("source", "served"),
    [
        ({"slug": "a"}, {"slug": "b"}),
        ({"slug": "a"}, {}),
        ({"slug": "a"}, {"slug": "a", "parent": "b"}),
        ({"slug": "a", "parent": None}, {"slug": "a"}),
        ({"slug": "a", "icon": "x"}, {"slug": "a"}),
        ({"on": True}, {"on": 1}),
        ({"on": False}, {"on": None}),
        ({"count": 1}, {"count": "1"}),
        ({"weight": 0.1}, {"weight": 0.10000001}),
        ({"text": ""}, {"text": None}),
        ({"list": [1, 2]}, {"list": [2, 1]}),
        ({"names": {"es": "x"}}, {"names": {"es": "x", "fr": None}}),
        ({"names": {"snake_case": 1}}, {"names": {"snakeCase": 1}}),
        ({"slug": "a", "is_active": False}, {"slug": "a"}),
    ],
)
def test_what_the_normalisation_may_not_hide(source: dict[str, Any], served: dict[str, Any]) -> None:
    assert differences("t", [source], [served]) != []


def test_another_order_is_a_difference() -> None:
    rows = [{"slug": "a"}, {"slug": "b"}]
    assert differences("t", rows, rows[::-1]) != []
    assert differences("t", rows, rows[:1]) != []
    assert differences("t", rows[:1], rows) != []
