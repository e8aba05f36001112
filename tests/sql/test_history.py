"""The past: a row and a table at any version, what each version did, what two of them differ by."""

from typing import Any

from psycopg.types.json import Jsonb

from tests.sql.support import Connection, add_slugs, value

RENAME = "update tags set slug = %s where slug = %s"


def slug_at(connection: Connection, key: str, number: int) -> Any:
    return value(connection, "select reference_image('tags', %s, %s) ->> 'slug'", Jsonb([key]), number)


def slugs_at(connection: Connection, number: int) -> list[str]:
    rows = value(connection, "select reference_rows_at('tags', %s, array['sort_order', 'slug'])", number)
    return [row["slug"] for row in rows]


def difference(connection: Connection, a: int, b: int) -> list[Any]:
    query = "select old_key ->> 0, new_key ->> 0 from reference_difference(%s, %s) order by 1, 2"
    return connection.execute(query, [a, b]).fetchall()


def test_a_chain_of_renames_is_followed_at_every_version(db: Connection) -> None:
    add_slugs(db, "tags", "a")
    db.execute(RENAME, ["b", "a"])
    db.execute(RENAME, ["c", "b"])
    assert [slugs_at(db, number) for number in range(4)] == [[], ["a"], ["b"], ["c"]]
    assert [slug_at(db, "a", number) for number in range(4)] == [None, "a", None, None]
    assert [slug_at(db, "b", number) for number in range(4)] == [None, None, "b", None]


def test_a_key_that_was_taken_again_is_the_new_row(db: Connection) -> None:
    add_slugs(db, "tags", "a")
    db.execute(RENAME, ["b", "a"])
    add_slugs(db, "tags", "a")
    assert slugs_at(db, 3) == ["a", "b"]
    assert difference(db, 1, 3) == [("a", "b"), (None, "a")]


def test_a_difference_is_net(db: Connection) -> None:
    add_slugs(db, "tags", "a", "b")
    for new, old in [("x", "a"), ("a", "b"), ("b", "x")]:
        db.execute(RENAME, [new, old])
    assert difference(db, 1, 4) == [("a", "b"), ("b", "a")]
    assert difference(db, 4, 1) == [("a", "b"), ("b", "a")]
    assert difference(db, 1, 2) == [("a", "x")]
    assert difference(db, 2, 1) == [("x", "a")]
    assert difference(db, 4, 4) == []


def test_what_was_undone_is_no_difference(db: Connection) -> None:
    add_slugs(db, "tags", "a")
    db.execute("update tags set icon = 'other:icon'")
    db.execute("update tags set icon = 'some:icon'")
    assert difference(db, 1, 3) == []


def test_the_history_counts_what_each_version_did(db: Connection) -> None:
    add_slugs(db, "tags", "a", "b", "c")
    with db.transaction():
        db.execute(RENAME, ["d", "a"])
        db.execute("update tags set is_active = false where slug = 'b'")
    found = db.execute("select version, tables from reference_history order by 1").fetchall()
    assert found == [
        (1, {"tags": {"upserts": 3, "removals": 0, "renames": 0}}),
        (2, {"tags": {"upserts": 0, "removals": 1, "renames": 1}}),
    ]


def test_a_new_column_is_in_the_past_from_its_version_on(new_db: Connection) -> None:
    add_slugs(new_db, "tags", "a")
    new_db.execute("alter table tags add column colour text not null default 'grey'")
    new_db.execute("call reference_touch('tags')")
    query = "select reference_image('tags', '[\"a\"]', %s) ->> 'colour'"
    assert [value(new_db, query, number) for number in (1, 2)] == [None, "grey"]
