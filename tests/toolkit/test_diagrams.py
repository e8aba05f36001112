"""Diagrams say what the schema says, and only that."""

from collections.abc import Sequence
from typing import Any

import pytest

from tests.toolkit.catalogues import ROOMS, column, index, primary, refers, schema, table, unique
from wildside.domain.areas import Area
from wildside.domain.catalogue import CatalogueColumn, CatalogueTable, ForeignKey, Index
from wildside.domain.diagrams import diagrams


def whole(*tables: CatalogueTable) -> list[str]:
    """The lines of the picture of everything, without indentation and head."""
    text = diagrams(schema(*tables), [])["wildside"]
    return [line.strip() for line in text.splitlines()[2:]]


def child(columns: Sequence[CatalogueColumn], keys: Sequence[ForeignKey], *indexes: Index) -> list[str]:
    """The lines between rooms and a table that refers to them."""
    lines = whole(ROOMS, table("beds", *columns, foreign_keys=keys, indexes=indexes))
    return [line for line in lines if " : " in line]


def test_columns_stand_in_the_order_of_the_table_and_tables_by_name() -> None:
    last = table("zebras", column("z", "integer"), column("a"))
    first = table("apes", column("name"))
    assert whole(last, first) == [
        "apes {",
        "text name",
        "}",
        "zebras {",
        "integer z",
        "text a",
        "}",
    ]


def test_keys_are_marked() -> None:
    beds = table(
        "beds",
        column("id", "uuid"),
        column("house", null=True),
        column("label"),
        column("side"),
        foreign_keys=[refers("house", "rooms", "house")],
        indexes=[primary("id"), unique("label", "side"), unique("id", "label"), unique("lower(side)")],
    )
    assert whole(beds)[1:5] == ["uuid id PK", 'text house FK "null"', "text label UK", "text side UK"]


@pytest.mark.parametrize("fault", [{"condition": "id > ''"}, {"valid": False}], ids=str)
def test_an_index_that_is_not_unique_for_all_rows_marks_nothing(fault: dict[str, Any]) -> None:
    assert whole(table("beds", column("id"), indexes=[unique("id", **fault)]))[1] == "text id"


def test_a_composite_key_is_one_line() -> None:
    columns = [column("id"), column("house"), column("number", "integer")]
    found = child(columns, [refers("house number", "rooms", "house number")], primary("id"))
    assert found == ['rooms ||..o{ beds : "house, number"']


@pytest.mark.parametrize(
    ("null", "indexes", "ends"),
    [
        (False, [primary("id")], "||..o{"),
        (True, [primary("id")], "|o..o{"),
        (False, [primary("id"), unique("number", "house")], "||..o|"),
        (False, [primary("id"), unique("house")], "||..o|"),
        (True, [primary("id"), unique("house", "number")], "|o..o|"),
        (False, [primary("id"), unique("house", "id")], "||..o{"),
        (False, [primary("id"), unique("house", "number", condition="true")], "||..o{"),
        (False, [primary("id"), index("house", "number")], "||..o{"),
        (False, [primary("house", "number", "id")], "||--o{"),
        (False, [primary("house", "number")], "||--o|"),
    ],
)
def test_ends_come_from_nullability_and_uniqueness(null: bool, indexes: Sequence[Index], ends: str) -> None:
    columns = [column("id"), column("house"), column("number", "integer", null=null)]
    found = child(columns, [refers("house number", "rooms", "house number")], *indexes)
    assert found == [f'rooms {ends} beds : "house, number"']


def test_a_key_that_only_adds_columns_to_another_shares_its_line() -> None:
    keys = [refers("house number", "rooms", "house number"), refers("house", "rooms", "house")]
    columns = [column("house"), column("number", "integer", null=True)]
    assert child(columns, keys) == ['rooms ||..o{ beds : "house; house, number"']


def test_two_keys_to_one_table_are_two_lines() -> None:
    keys = [refers("origin", "rooms", "house"), refers("target", "rooms", "house")]
    found = child([column("origin"), column("target")], keys)
    assert found == ['rooms ||..o{ beds : "origin"', 'rooms ||..o{ beds : "target"']


def test_a_table_may_refer_to_itself() -> None:
    tree = table(
        "tree",
        column("id"),
        column("parent", null=True),
        foreign_keys=[refers("parent", "tree", "id")],
        indexes=[primary("id")],
    )
    assert whole(tree)[-1] == 'tree |o..o{ tree : "parent"'


def test_names_that_mermaid_does_not_take() -> None:
    odd = table(
        'Odd "name" 100%\n',
        column("first name", "numeric(10,2)"),
        column("1st", "timestamp with time zone", null=True),
        column("pk", "character varying(20)"),
    )
    assert whole(odd) == [
        "\"Odd 'name' 100_\" {",
        "numeric(10_2) first_name",
        'timestamptz _1st "null"',
        "varchar(20) pk_",
        "}",
    ]
    assert whole(table("class", column("id")))[0] == '"class" {'


def test_a_table_without_columns_or_key_is_drawn_all_the_same() -> None:
    assert whole(table("nothing"), table("heap", column("id"))) == ["heap {", "text id", "}", "nothing"]


def test_bookkeeping_is_drawn_only_in_its_own_area() -> None:
    books = table("books", column("room"), foreign_keys=[refers("room", "rooms", "house")])
    beds = table("beds", column("book"), foreign_keys=[refers("book", "books", "room")])
    areas = [Area("house", "House", ["rooms", "beds"]), Area("office", "Office", ["books"], bookkeeping=True)]
    made = diagrams(schema(ROOMS, books, beds), areas)
    assert list(made) == ["wildside", "overview", "house", "office"]
    assert "books" not in made["wildside"] + made["overview"]
    assert "    books {\n" in made["office"]


def test_an_area_shows_its_neighbours_without_their_columns() -> None:
    beds = table("beds", column("house"), foreign_keys=[refers("house", "rooms", "house")])
    towns = table("towns", column("id"))
    houses = table("houses", column("town"), foreign_keys=[refers("town", "towns", "id")])
    areas = [Area("sleep", "Sleep", ["beds"]), Area("place", "Place", ["rooms", "houses", "towns"])]
    lines = diagrams(schema(ROOMS, beds, houses, towns), areas)["sleep"].splitlines()
    assert lines[2:] == [
        "    beds {",
        "        text house FK",
        "    }",
        "    rooms",
        '    rooms ||..o{ beds : "house"',
    ]


def test_the_outline_has_lines_and_no_columns() -> None:
    beds = table("beds", column("house"), foreign_keys=[refers("house", "rooms", "house")])
    assert diagrams(schema(ROOMS, beds), [])["overview"].splitlines()[2:] == [
        "    beds",
        "    rooms",
        '    rooms ||..o{ beds : "house"',
    ]
