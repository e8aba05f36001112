"""Roll-backs: whatever was done since, a version's content comes back as a new version."""

import random
from collections.abc import Callable
from typing import Any

import psycopg
import pytest

from tests.sql.support import (
    NAMED,
    Connection,
    add_rows,
    add_slugs,
    aliases,
    column,
    value,
    version,
)

TABLES = ("themes", "interest_themes", "theme_interests", "poi_categories", "tags")
RENAME = "update tags set slug = %s where slug = %s"


def content(connection: Connection) -> dict[str, Any]:
    return {table: value(connection, "select reference_active_rows(%s)", table) for table in TABLES}


def content_at(connection: Connection, number: int) -> dict[str, Any]:
    query = "select reference_rows_at(%s, %s, reference_order(reference_table(%s)))"
    return {table: value(connection, query, table, number, table) for table in TABLES}


def roll_back(connection: Connection, number: int) -> None:
    connection.execute("select reference_roll_back(%s)", [number])


def test_an_edit_is_undone_by_a_new_version(db: Connection) -> None:
    add_slugs(db, "tags", "a")
    db.execute("update tags set icon = 'other:icon', source_type = 'admin'")
    roll_back(db, 1)
    assert db.execute("select icon, source_type from tags").fetchall() == [("some:icon", "seed")]
    assert version(db) == 3


def test_a_row_that_was_not_there_is_hidden_and_one_that_was_hidden_since_is_back(db: Connection) -> None:
    add_slugs(db, "tags", "a")
    add_slugs(db, "tags", "b")
    db.execute("update tags set is_active = false where slug = 'a'")
    roll_back(db, 1)
    assert sorted(db.execute("select slug, is_active from tags").fetchall()) == [("a", True), ("b", False)]


def test_a_row_that_was_inactive_is_inactive_again(db: Connection) -> None:
    add_slugs(db, "tags", "a", "b")
    db.execute("update tags set is_active = false where slug = 'a'")
    db.execute("update tags set is_active = true")
    roll_back(db, 2)
    assert column(db, "select slug from tags where is_active") == ["b"]


def test_rolling_back_to_the_newest_version_does_nothing(db: Connection) -> None:
    add_slugs(db, "tags", "a")
    roll_back(db, 1)
    assert version(db) == 1


def test_a_roll_back_can_be_rolled_back(db: Connection) -> None:
    add_slugs(db, "tags", "a")
    db.execute(RENAME, ["b", "a"])
    roll_back(db, 1)
    roll_back(db, 2)
    assert column(db, "select slug from tags where is_active") == ["b"]
    assert (version(db), aliases(db, "tags")) == (4, [(["a"], ["b"])])


def test_a_chain_of_renames_is_one_way_back(db: Connection) -> None:
    add_slugs(db, "tags", "a")
    for old, new in [("a", "b"), ("b", "c"), ("c", "d")]:
        db.execute(RENAME, [new, old])
    roll_back(db, 1)
    assert column(db, "select slug from tags") == ["a"]


def test_two_keys_that_changed_places_change_back(db: Connection) -> None:
    add_slugs(db, "tags", "a", "b")
    for new, old in [("x", "a"), ("a", "b"), ("b", "x")]:
        db.execute(RENAME, [new, old])
    roll_back(db, 1)
    assert sorted(db.execute("select slug, sort_order from tags").fetchall()) == [("a", 0), ("b", 1)]


def test_children_follow_a_key_back(db: Connection) -> None:
    add_slugs(db, "themes", "walks")
    add_slugs(db, "interest_themes", "food")
    add_rows(db, "theme_interests", ["theme", "interest", "weight"], [("walks", "food", 1)])
    db.execute("update themes set slug = 'strolls'")
    roll_back(db, 3)
    assert db.execute("select theme, interest, is_active from theme_interests").fetchall() == [
        ("walks", "food", True)
    ]


def test_the_users_data_follows_too(new_db: Connection) -> None:
    add_slugs(new_db, "tags", "a")
    new_db.execute("create table likes (tag text references tags on update cascade)")
    new_db.execute("insert into likes values ('a')")
    new_db.execute(RENAME, ["b", "a"])
    roll_back(new_db, 1)
    assert column(new_db, "select tag from likes") == ["a"]


def test_a_key_that_a_new_row_took_gets_its_old_content(db: Connection) -> None:
    add_slugs(db, "tags", "x")
    db.execute(RENAME, ["a", "x"])
    then = content(db)
    db.execute(RENAME, ["b", "a"])
    add_slugs(db, "tags", "other", "a")
    roll_back(db, 2)
    assert content(db) == then
    assert column(db, "select slug from tags where not is_active order by 1") == ["b", "other"]


def test_a_rename_before_the_key_was_taken_still_finds_its_row(db: Connection) -> None:
    add_slugs(db, "tags", "x")
    db.execute(RENAME, ["a", "x"])
    db.execute(RENAME, ["b", "a"])
    add_slugs(db, "tags", "other", "a")
    roll_back(db, 1)
    found = db.execute("select slug, sort_order, is_active from tags order by 1").fetchall()
    assert found == [("a", 1, False), ("other", 0, False), ("x", 0, True)]


def test_a_column_that_is_newer_keeps_its_value(new_db: Connection) -> None:
    add_slugs(new_db, "tags", "a")
    new_db.execute("alter table tags add column colour text not null default 'grey'")
    new_db.execute("call reference_touch('tags')")
    new_db.execute("update tags set colour = 'red', icon = 'other:icon'")
    roll_back(new_db, 1)
    assert new_db.execute("select colour, icon from tags").fetchall() == [("red", "some:icon")]


def test_a_table_with_another_key_is_refused(new_db: Connection) -> None:
    add_slugs(new_db, "tags", "a")
    new_db.execute("update reference_shapes set key_columns = array['name'] where table_name = 'tags'")
    with pytest.raises(psycopg.errors.IntegrityConstraintViolation, match="tags had another key"):
        roll_back(new_db, 1)


Edit = Callable[[Connection, random.Random], None]


def some(connection: Connection, dice: random.Random, table: str) -> str:
    slugs = [row[0] for row in connection.execute(f"select slug from {table} order by 1".encode()).fetchall()]
    return str(dice.choice(slugs))


def add(connection: Connection, dice: random.Random) -> None:
    table = dice.choice(["themes", "interest_themes", "tags"])
    row = (f"{'abcdefgh'[dice.randrange(8)]}", dice.randrange(9), "some:icon", NAMED)
    insert = f"insert into {table} (slug, sort_order, icon, localizations) values (%s, %s, %s, %s)"
    connection.execute(insert.encode(), row)


def add_below(connection: Connection, dice: random.Random) -> None:
    slug, parent = "abcdefgh"[dice.randrange(8)], some(connection, dice, "poi_categories")
    row = (slug, parent, dice.randrange(9), "some:icon", NAMED)
    add_rows(connection, "poi_categories", ["slug", "parent", "sort_order", "icon", "localizations"], [row])


def join(connection: Connection, dice: random.Random) -> None:
    row = (some(connection, dice, "themes"), some(connection, dice, "interest_themes"), dice.random())
    add_rows(connection, "theme_interests", ["theme", "interest", "weight"], [row])


def rename(connection: Connection, dice: random.Random) -> None:
    table = dice.choice(["themes", "interest_themes", "tags", "poi_categories"])
    pair = ("abcdefgh"[dice.randrange(8)], some(connection, dice, table))
    connection.execute(f"update {table} set slug = %s where slug = %s".encode(), pair)


def change(connection: Connection, dice: random.Random) -> None:
    table = dice.choice(["themes", "interest_themes", "tags", "poi_categories"])
    values = (dice.randrange(9), dice.choice(["seed", "admin"]), some(connection, dice, table))
    statement = f"update {table} set sort_order = %s, source_type = %s where slug = %s"
    connection.execute(statement.encode(), values)


def turn(connection: Connection, dice: random.Random) -> None:
    table = dice.choice(["themes", "interest_themes", "tags", "poi_categories"])
    statement = f"update {table} set is_active = not is_active where slug = %s"
    connection.execute(statement.encode(), [some(connection, dice, table)])


def turn_child(connection: Connection, dice: random.Random) -> None:
    connection.execute("update theme_interests set is_active = not is_active where random() < 0.5")


EDITS: tuple[Edit, ...] = (add, add_below, join, rename, rename, change, turn, turn_child)


def edit(connection: Connection, dice: random.Random) -> None:
    """A transaction of one to three edits; one that the schema refuses did not happen."""
    try:
        with connection.transaction():
            for _ in range(dice.randint(1, 3)):
                dice.choice(EDITS)(connection, dice)
    except (psycopg.errors.IntegrityError, IndexError):
        pass


@pytest.mark.parametrize("seed", range(12))
def test_whatever_was_done_a_versions_content_comes_back(db: Connection, seed: int) -> None:
    dice = random.Random(seed)
    add_slugs(db, "themes", "a", "b", "c")
    add_slugs(db, "interest_themes", "a", "b")
    add_slugs(db, "tags", "a", "b")
    add_slugs(db, "poi_categories", "a", "b")
    seen = {version(db): content(db)}
    for _ in range(40):
        edit(db, dice)
        seen[version(db)] = content(db)
    assert len(seen) > 15
    for number in dice.sample(sorted(seen), 4):
        newest = version(db)
        roll_back(db, number)
        assert content(db) == seen[number] == content_at(db, number)
        assert version(db) in {newest, newest + 1}
