"""A changed key is a rename: noted with both keys, followed by children, kept as an alias."""

import random

import pytest

from tests.sql.support import (
    NAMED,
    Connection,
    add_rows,
    add_slugs,
    aliases,
    column,
    journal,
    value,
    version,
)

RENAME = "update tags set slug = %s where slug = %s"


def add_categories(connection: Connection, *pairs: tuple[str, str | None]) -> None:
    """Categories with their parents, in one statement."""
    rows = [(slug, parent, number, "some:icon", NAMED) for number, (slug, parent) in enumerate(pairs)]
    add_rows(connection, "poi_categories", ["slug", "parent", "sort_order", "icon", "localizations"], rows)


@pytest.fixture
def themed(db: Connection) -> Connection:
    """Two themes, two interests, and what they have to do with each other."""
    add_slugs(db, "themes", "walks", "talks")
    add_slugs(db, "interest_themes", "food", "art")
    weights = [("walks", "food", 1), ("walks", "art", 1), ("talks", "food", 1)]
    add_rows(db, "theme_interests", ["theme", "interest", "weight"], weights)
    return db


def test_a_changed_key_is_noted_with_the_old_one(db: Connection) -> None:
    add_slugs(db, "tags", "a")
    db.execute(RENAME, ["b", "a"])
    assert journal(db, "tags") == [("upsert", ["a"], None), ("rename", ["b"], ["a"])]
    assert value(db, "select row_image ->> 'slug' from reference_journal where version = 2") == "b"


def test_a_rename_leaves_an_alias_that_knows_its_version(db: Connection) -> None:
    add_slugs(db, "tags", "a")
    db.execute(RENAME, ["b", "a"])
    assert aliases(db, "tags") == [(["a"], ["b"])]
    assert column(db, "select version from reference_aliases") == [2]


def test_a_chain_of_renames_leaves_a_chain_of_aliases(db: Connection) -> None:
    add_slugs(db, "tags", "a")
    db.execute(RENAME, ["b", "a"])
    db.execute(RENAME, ["c", "b"])
    assert aliases(db, "tags") == [(["a"], ["b"]), (["b"], ["c"])]


def test_a_chain_within_a_transaction_leaves_the_same_aliases(db: Connection) -> None:
    add_slugs(db, "tags", "a")
    with db.transaction():
        db.execute(RENAME, ["b", "a"])
        db.execute(RENAME, ["c", "b"])
    assert aliases(db, "tags") == [(["a"], ["b"]), (["b"], ["c"])]
    assert version(db) == 2


def test_a_key_that_comes_back_by_a_rename_is_no_alias_any_more(db: Connection) -> None:
    add_slugs(db, "tags", "a")
    db.execute(RENAME, ["b", "a"])
    db.execute(RENAME, ["a", "b"])
    assert aliases(db, "tags") == [(["b"], ["a"])]


def test_a_key_that_comes_back_within_the_transaction_is_no_alias(db: Connection) -> None:
    add_slugs(db, "tags", "a")
    with db.transaction():
        db.execute(RENAME, ["b", "a"])
        db.execute(RENAME, ["a", "b"])
    assert aliases(db, "tags") == [(["b"], ["a"])]


def test_a_key_that_is_inserted_again_is_no_alias_any_more(db: Connection) -> None:
    add_slugs(db, "tags", "a")
    db.execute(RENAME, ["b", "a"])
    add_slugs(db, "tags", "a")
    assert aliases(db, "tags") == []


def test_a_key_renamed_again_gets_its_newest_meaning(db: Connection) -> None:
    add_slugs(db, "tags", "a")
    db.execute(RENAME, ["b", "a"])
    add_slugs(db, "tags", "a")
    db.execute(RENAME, ["c", "a"])
    assert aliases(db, "tags") == [(["a"], ["c"])]


def test_two_keys_may_change_places(db: Connection) -> None:
    add_slugs(db, "tags", "a", "b")
    with db.transaction():
        for new, old in [("x", "a"), ("a", "b"), ("b", "x")]:
            db.execute(RENAME, [new, old])
    assert aliases(db, "tags") == [(["x"], ["b"])]
    assert column(db, "select slug from tags where sort_order = 0") == ["b"]


def test_a_name_freed_and_taken_by_one_statement_is_no_alias(db: Connection) -> None:
    """The row that PostgreSQL meets first makes room for the second."""
    add_slugs(db, "tags", "b", "a")
    db.execute("update tags set slug = translate(slug, 'ab', 'bc')")
    assert [entry[1:] for entry in journal(db, "tags")[2:]] == [(["c"], ["b"]), (["b"], ["a"])]
    assert aliases(db, "tags") == [(["a"], ["b"])]


def test_a_hundredfold_rename_pairs_each_old_key_with_its_new_one(db: Connection) -> None:
    slugs = [f"tag-{number}" for number in range(200)]
    random.Random(7).shuffle(slugs)
    add_slugs(db, "tags", *slugs)
    db.execute("update tags set icon = 'other:icon' where sort_order %% 3 = 0", [])
    new = [f"new-{slug}" for slug in slugs]
    pairs = random.Random(8).sample(list(zip(slugs, new, strict=True)), k=len(slugs))
    db.execute(
        "update tags set slug = p.new from unnest(%s::text[], %s::text[]) as p (old, new) where slug = p.old",
        [list(side) for side in zip(*pairs, strict=True)],
    )
    noted = [(key[0], old[0]) for kind, key, old in journal(db, "tags") if kind == "rename"]
    assert len(noted) == 200
    assert [key for key, old in noted if key != f"new-{old}"] == []


def test_the_images_of_a_hundredfold_rename_are_those_of_their_rows(db: Connection) -> None:
    add_slugs(db, "tags", *[f"tag-{number}" for number in range(200)])
    db.execute("update tags set slug = 'new-' || sort_order, sort_order = sort_order + 1000")
    query = """
    select count(*) from reference_journal
     where operation = 'rename' and key ->> 0 = 'new-' || ((row_image -> 'sort_order')::int - 1000)
       and old_key ->> 0 = 'tag-' || ((row_image -> 'sort_order')::int - 1000)
    """
    assert value(db, query) == 200


def test_an_upsert_may_rename_what_it_meets(db: Connection) -> None:
    add_slugs(db, "tags", "a", "b")
    db.execute(
        """
        insert into tags (slug, sort_order, icon, localizations)
        select slug, sort_order, icon, localizations from tags
            on conflict (slug) do update set slug = 'new-' || excluded.slug
        """
    )
    assert sorted(aliases(db, "tags")) == [(["a"], ["new-a"]), (["b"], ["new-b"])]


def test_children_follow_and_are_noted_as_renamed(themed: Connection) -> None:
    themed.execute("update interest_themes set slug = 'meals' where slug = 'food'")
    assert sorted(journal(themed, "theme_interests")[3:]) == [
        ("rename", ["talks", "meals"], ["talks", "food"]),
        ("rename", ["walks", "meals"], ["walks", "food"]),
    ]
    assert aliases(themed, "theme_interests") == [
        (["talks", "food"], ["talks", "meals"]),
        (["walks", "food"], ["walks", "meals"]),
    ]


def test_a_rename_and_its_cascade_are_one_version(themed: Connection) -> None:
    before = version(themed)
    themed.execute("update themes set slug = 'strolls' where slug = 'walks'")
    assert version(themed) == before + 1
    query = "select table_name from reference_metadata where version_seq = %s order by 1"
    assert column(themed, query, before + 1) == ["theme_interests", "themes"]


def test_many_parents_renamed_at_once_take_their_children_along(themed: Connection) -> None:
    themed.execute("update themes set slug = 'new-' || slug")
    renamed = [(key, old) for kind, key, old in journal(themed, "theme_interests") if kind == "rename"]
    assert len(renamed) == 3
    assert [pair for pair in renamed if pair[0] != [f"new-{pair[1][0]}", pair[1][1]]] == []


def test_children_that_keep_their_key_are_noted_as_changed(db: Connection) -> None:
    add_categories(db, ("top", None), ("low", "top"))
    db.execute("update poi_categories set slug = 'peak' where slug = 'top'")
    assert journal(db, "poi_categories")[2:] == [("rename", ["peak"], ["top"]), ("upsert", ["low"], None)]
    assert column(db, "select parent from poi_categories where slug = 'low'") == ["peak"]
    assert aliases(db, "poi_categories") == [(["top"], ["peak"])]


def test_a_whole_tree_may_be_renamed_by_one_statement(db: Connection) -> None:
    add_categories(db, ("d", "c"), ("b", "a"), ("c", "b"), ("a", None))
    db.execute("update poi_categories set slug = 'new-' || slug")
    query = "select slug from poi_categories order by parent nulls first"
    assert column(db, query) == ["new-a", "new-b", "new-c", "new-d"]
    assert aliases(db, "poi_categories") == [([slug], [f"new-{slug}"]) for slug in "abcd"]


def test_the_last_image_of_every_row_is_the_row(db: Connection) -> None:
    add_categories(db, ("d", "c"), ("b", "a"), ("c", "b"), ("a", None))
    db.execute("update poi_categories set slug = 'new-' || slug")
    query = """
    select t.slug from poi_categories t
     where to_jsonb(t) - 'live' is distinct from (
         select row_image from reference_journal
          where table_name = 'poi_categories' and key = jsonb_build_array(t.slug)
          order by id desc limit 1)
    """
    assert column(db, query) == []


def test_a_rename_survives_the_check_of_active_parents(themed: Connection) -> None:
    with themed.transaction():
        themed.execute("update themes set slug = 'strolls' where slug = 'walks'")
        themed.execute("set constraints all immediate")
    query = "select interest from theme_interests where theme = 'strolls' order by 1"
    assert column(themed, query) == ["art", "food"]


def test_users_tables_follow_too(new_db: Connection) -> None:
    add_slugs(new_db, "tags", "a")
    new_db.execute(
        "create table wishes (tag text references tags (slug) on update cascade on delete restrict)"
    )
    new_db.execute("insert into wishes values ('a')")
    new_db.execute(RENAME, ["b", "a"])
    assert column(new_db, "select tag from wishes") == ["b"]
