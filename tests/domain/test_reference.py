"""What tables say of themselves, and whether a declared order fits them."""

import dataclasses

import pytest

from tests.builders import row, table
from wildside.domain.reference import Column, Link, Table, order_problems, show_key


def link(child: str, parent: str, column: str = "parent") -> Link:
    return Link(f"{child}_{column}_fkey", (column,), parent, ("slug",))


def test_a_key_has_its_columns_in_the_order_of_the_key() -> None:
    rules = Table("rules", ("osm_key", "osm_value"), (), ())
    assert rules.key_of({"osm_value": "cafe", "osm_key": "amenity"}) == ("amenity", "cafe")


def test_a_row_without_a_key_column_has_no_key() -> None:
    with pytest.raises(KeyError):
        table().key_of({"name": "Coffee"})


@pytest.mark.parametrize(
    ("key", "shown"), [(("coffee",), "coffee"), (("amenity", "cafe", 3), "amenity/cafe/3")]
)
def test_a_key_is_shown_with_slashes(key: tuple[str, ...], shown: str) -> None:
    assert show_key(key) == shown


@pytest.mark.parametrize(
    ("key", "order", "lead"),
    [
        (("slug",), ("sort_order", "slug"), ("sort_order",)),
        (("slug",), ("slug",), ()),
        (("theme", "interest"), ("theme", "interest"), ()),
        (("preset", "toggle"), ("preset", "position", "toggle"), ("preset", "position")),
        (("slug",), ("sort_order",), ("sort_order",)),
    ],
)
def test_the_key_at_the_end_of_the_order_only_breaks_ties(
    key: tuple[str, ...], order: tuple[str, ...], lead: tuple[str, ...]
) -> None:
    assert Table("t", key, order, ()).sort_columns == lead


def test_text_that_is_neither_key_nor_order_nor_link_describes_a_row() -> None:
    extra = (
        Column("parent", "text", nullable=True, default=False),
        Column("localizations", "jsonb", nullable=False, default=False),
        Column("weight", "double precision", nullable=False, default=False),
    )
    described = table("tags", *extra, links=[link("tags", "tags")])
    assert described.descriptive_columns == ("name", "localizations")


def test_a_link_points_nowhere_where_one_of_its_columns_is_null_or_missing() -> None:
    both = Link("fk", ("theme", "interest"), "theme_interests", ("theme", "interest"))
    assert both.parent_key({"theme": "a", "interest": "b"}, both.parent_columns) == ("a", "b")
    assert both.parent_key({"theme": "a", "interest": None}, both.parent_columns) is None
    assert both.parent_key({"theme": "a"}, both.parent_columns) is None


def test_a_table_cannot_be_changed() -> None:
    with pytest.raises(dataclasses.FrozenInstanceError):
        table().name = "other"  # type: ignore[misc]


def test_an_order_with_parents_first_has_no_problems() -> None:
    tables = {
        "themes": table("themes"),
        "kinds": table("kinds", links=[link("kinds", "kinds"), link("kinds", "themes", "theme")]),
    }
    assert order_problems(tables, ["themes", "kinds"]) == []


def test_a_child_before_its_parent_is_named_with_the_link() -> None:
    tables = {"themes": table("themes"), "kinds": table("kinds", links=[link("kinds", "themes")])}
    assert order_problems(tables, ["kinds", "themes"]) == [
        "kinds is declared before themes, which it refers to (kinds_parent_fkey)"
    ]


def test_a_table_missing_on_either_side_is_named() -> None:
    assert order_problems({"tags": table()}, ["badges"]) == [
        "badges is not a reference table of this database",
        "the reference table tags is not declared",
    ]


def test_a_table_declared_twice_is_named() -> None:
    assert len(order_problems({"tags": table()}, ["tags", "tags"])) == 1


def test_everything_wrong_with_an_order_is_named_at_once() -> None:
    tables = {
        "a": table("a", links=[link("a", "b")]),
        "b": table("b", links=[link("b", "c")]),
        "c": table("c"),
        "d": table("d"),
    }
    assert len(order_problems(tables, ["a", "b", "c", "e"])) == 4


def test_a_row_of_the_builders_is_what_its_table_expects() -> None:
    assert set(row("coffee")) <= {column.name for column in table().columns}
