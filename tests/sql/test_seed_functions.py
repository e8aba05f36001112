"""The functions that a seed calls: what they write, what they leave alone, what they report."""

from typing import Any

import psycopg
import pytest
from psycopg.types.json import Jsonb

from tests.sql.support import Connection, add_slugs, aliases, column, journal, value, version

TEXTS = {"en-GB": {"name": "A name"}}


def tag(slug: str, **more: Any) -> dict[str, Any]:
    return {"slug": slug, "sort_order": 1, "icon": "some:icon", "localizations": TEXTS, **more}


def upsert(connection: Connection, *rows: dict[str, Any]) -> Any:
    return value(connection, "select reference_upsert('tags', %s)", Jsonb(rows))


def deprecate(connection: Connection, *keys: list[str]) -> Any:
    return value(connection, "select reference_deprecate('tags', %s)", Jsonb(keys))


def rename(connection: Connection, table: str, old: list[str], new: list[str]) -> Any:
    return value(connection, "select reference_rename(%s, %s, %s)", table, Jsonb(old), Jsonb(new))


def test_an_upsert_returns_how_many_rows_were_new_or_changed(db: Connection) -> None:
    assert upsert(db, tag("a"), tag("b")) == 2
    assert upsert(db, tag("a"), tag("b", sort_order=2), tag("c")) == 2
    assert (version(db), len(journal(db, "tags"))) == (2, 4)


def test_an_upsert_of_the_same_rows_writes_nothing(db: Connection) -> None:
    upsert(db, tag("a"), tag("b"))
    before = column(db, "select ctid::text || xmin::text from tags")
    assert upsert(db, tag("b"), tag("a")) == 0
    assert column(db, "select ctid::text || xmin::text from tags") == before


def test_an_upsert_brings_a_deprecated_row_back(db: Connection) -> None:
    upsert(db, tag("a"))
    deprecate(db, ["a"])
    assert upsert(db, tag("a")) == 1
    assert column(db, "select is_active from tags") == [True]


def test_an_upsert_may_give_a_row_that_is_not_active(db: Connection) -> None:
    upsert(db, tag("a", is_active=False))
    assert column(db, "select is_active from tags") == [False]


def test_an_upsert_leaves_an_administrators_row_alone(db: Connection) -> None:
    upsert(db, tag("a"))
    db.execute("update tags set source_type = 'admin', sort_order = 9")
    assert upsert(db, tag("a", sort_order=2)) == 0
    assert column(db, "select sort_order from tags") == [9]


def test_a_deprecation_returns_how_many_rows_were_active(db: Connection) -> None:
    upsert(db, tag("a"), tag("b"), tag("c"))
    assert deprecate(db, ["a"], ["b"], ["nobody"]) == 2
    assert deprecate(db, ["a"]) == 0
    assert column(db, "select slug from tags where is_active") == ["c"]


def test_a_deprecation_leaves_an_administrators_row_alone(db: Connection) -> None:
    upsert(db, tag("a"))
    db.execute("update tags set source_type = 'admin'")
    assert deprecate(db, ["a"]) == 0


def test_a_rename_returns_whether_there_was_such_a_row(db: Connection) -> None:
    upsert(db, tag("a"))
    assert rename(db, "tags", ["a"], ["b"]) == 1
    assert rename(db, "tags", ["a"], ["b"]) == 0


def test_a_rename_onto_a_taken_key_is_refused(db: Connection) -> None:
    upsert(db, tag("a"), tag("b"))
    with pytest.raises(psycopg.errors.UniqueViolation) as caught:
        rename(db, "tags", ["a"], ["b"])
    assert caught.value.diag.constraint_name == "tags_pkey"


def test_a_composite_key_may_change_in_any_part(db: Connection) -> None:
    add_slugs(db, "poi_categories", "cafe")
    db.execute("insert into osm_tag_rules values ('amenity', 'cafe', 'cafe', 1)")
    assert rename(db, "osm_tag_rules", ["amenity", "cafe"], ["shop", "cafe"]) == 1
    assert aliases(db, "osm_tag_rules") == [(["amenity", "cafe"], ["shop", "cafe"])]


def test_an_alias_is_noted_once_and_not_before_there_is_a_version(db: Connection) -> None:
    note = "select reference_note_alias('tags', %s, %s)"
    db.execute(note, [Jsonb(["a"]), Jsonb(["b"])])
    assert aliases(db, "tags") == []
    upsert(db, tag("b"))
    db.execute(note, [Jsonb(["a"]), Jsonb(["b"])])
    db.execute(note, [Jsonb(["a"]), Jsonb(["c"])])
    assert aliases(db, "tags") == [(["a"], ["b"])]


def test_an_alias_noted_too_early_gives_way_to_the_rename(db: Connection) -> None:
    upsert(db, tag("a"))
    db.execute("select reference_note_alias('tags', %s, %s)", [Jsonb(["a"]), Jsonb(["b"])])
    rename(db, "tags", ["a"], ["c"])
    assert aliases(db, "tags") == [(["a"], ["c"])]


def test_images_are_what_an_upsert_would_store(db: Connection) -> None:
    rows = Jsonb([tag("b"), tag("a", is_active=False), tag("c", sort_order=-1)])
    images = value(db, "select reference_images('tags', %s)", rows)
    db.execute("select reference_upsert('tags', %s)", [rows])
    assert [image["slug"] for image in images] == ["b", "a", "c"]
    assert sorted(images, key=str) == sorted(value(db, "select reference_all_rows('tags', false)"), key=str)


def test_only_administrators_rows_are_read_on_demand(db: Connection) -> None:
    upsert(db, tag("a"), tag("b"))
    db.execute("update tags set source_type = 'admin' where slug = 'b'")
    assert [row["slug"] for row in value(db, "select reference_all_rows('tags', true)")] == ["b"]


def violations(connection: Connection, table: str, *rows: dict[str, Any]) -> list[Any]:
    query = "select row_number, column_names, rule from reference_violations(%s, %s) order by 1, 3"
    return connection.execute(query, [table, Jsonb(rows)]).fetchall()


def test_every_broken_rule_of_every_row_is_reported(db: Connection) -> None:
    rows = [tag("Bad Slug", icon="none"), tag("good"), tag("b", localizations={})]
    assert violations(db, "tags", *rows) == [
        (1, ["icon"], "tags_icon_has_namespace"),
        (1, ["slug"], "tags_slug_is_kebab_case"),
        (3, ["localizations"], "tags_localizations_are_valid"),
    ]


def test_a_rule_about_two_columns_names_both(db: Connection) -> None:
    row = {"slug": "a", "long_unit": "x", "short_unit": "y", "sort_order": 1, "localizations": TEXTS}
    found = violations(db, "unit_systems", {**row, "metres_per_long_unit": 1, "metres_per_short_unit": 2})
    assert found == [(1, ["metres_per_long_unit", "metres_per_short_unit"], "unit_systems_units_are_ordered")]


def test_every_value_that_no_column_can_take_is_reported(db: Connection) -> None:
    rows = [tag("a"), tag("b", sort_order="first"), tag("c", sort_order=2**40, is_active="perhaps")]
    assert sorted(violations(db, "tags", *rows)) == [
        (2, ["sort_order"], None),
        (3, ["is_active"], None),
        (3, ["sort_order"], None),
    ]
