"""What makes a version, what does not, and what is noted of it."""

from collections.abc import Iterator
from contextlib import suppress
from typing import LiteralString

import psycopg
import pytest
from psycopg.types.json import Jsonb

from tests.conftest import url_of_connection
from tests.sql.support import (
    NAMED,
    Connection,
    add_rows,
    add_slugs,
    aliases,
    broken_rule,
    column,
    connect,
    journal,
    value,
    version,
)

UPSERT: LiteralString = """
insert into tags (slug, sort_order, icon, localizations)
select slug, number, 'some:icon', '{"en-GB": {"name": "A name"}}'
  from unnest(%s::text[]) with ordinality as new (slug, number)
    on conflict (slug) do update set icon = excluded.icon, sort_order = excluded.sort_order
"""


class RollBack(Exception):
    """Ends a savepoint."""


def metadata(connection: Connection) -> dict[str, int]:
    """The version of each table that has changed at all."""
    query = "select table_name, version_seq from reference_metadata where version_seq > 0"
    return dict(connection.execute(query).fetchall())


def test_a_fresh_database_has_version_nought(db: Connection) -> None:
    assert version(db) == 0
    assert metadata(db) == {}


def test_a_transaction_is_one_version_however_many_statements_it_has(db: Connection) -> None:
    with db.transaction():
        add_slugs(db, "tags", "a", "b", "c")
        add_slugs(db, "badges", "a")
        db.execute("update tags set sort_order = sort_order + 10")
    assert version(db) == 1
    assert column(db, "select distinct version from reference_journal") == [1]
    assert column(db, "select version from reference_versions") == [1]


def test_each_transaction_is_a_version_of_its_own(db: Connection) -> None:
    add_slugs(db, "tags", "a")
    add_slugs(db, "tags", "b")
    assert column(db, "select version from reference_journal order by id") == [1, 2]


@pytest.mark.parametrize(
    "statement",
    [
        "update tags set icon = icon",
        "update tags set icon = 'other:icon' where slug = 'nobody'",
        "insert into tags (slug, sort_order, icon, localizations) "
        "select slug, sort_order, icon, localizations from tags on conflict do nothing",
        "insert into tags (slug, sort_order, icon, localizations) "
        "select slug, sort_order, icon, localizations from tags "
        "on conflict (slug) do update set icon = excluded.icon, sort_order = excluded.sort_order",
    ],
)
def test_a_statement_that_changes_nothing_makes_no_version(db: Connection, statement: LiteralString) -> None:
    add_slugs(db, "tags", "a", "b")
    db.execute(statement)
    assert (version(db), len(journal(db, "tags"))) == (1, 2)


def test_a_change_that_is_taken_back_in_another_statement_is_noted_twice(db: Connection) -> None:
    add_slugs(db, "tags", "a")
    with db.transaction():
        db.execute("update tags set icon = 'other:icon'")
        db.execute("update tags set icon = 'some:icon'")
    assert (version(db), len(journal(db, "tags"))) == (2, 3)


def test_a_transaction_that_is_rolled_back_leaves_no_trace(db: Connection) -> None:
    add_slugs(db, "tags", "a")
    with db.transaction(force_rollback=True):
        db.execute("update tags set icon = 'other:icon'")
        assert version(db) == 2
    assert (version(db), metadata(db), len(journal(db, "tags"))) == (1, {"tags": 1}, 1)
    db.execute("update tags set icon = 'other:icon'")
    assert column(db, "select version from reference_versions order by 1") == [1, 2]


def test_a_savepoint_that_is_rolled_back_leaves_no_version(db: Connection) -> None:
    with db.transaction(), suppress(RollBack), db.transaction():
        add_slugs(db, "tags", "a")
        raise RollBack
    assert (version(db), metadata(db), journal(db, "tags")) == (0, {}, [])


def test_a_change_after_such_a_savepoint_gets_the_right_version(db: Connection) -> None:
    with db.transaction():
        with suppress(RollBack), db.transaction():
            add_slugs(db, "tags", "a")
            raise RollBack
        add_slugs(db, "badges", "b")
    assert (version(db), metadata(db)) == (1, {"badges": 1})
    assert column(db, "select version from reference_versions") == [1]


def test_a_savepoint_within_a_version_keeps_the_version(db: Connection) -> None:
    with db.transaction():
        add_slugs(db, "tags", "a")
        with suppress(RollBack), db.transaction():
            add_slugs(db, "badges", "b")
            raise RollBack
        add_slugs(db, "themes", "c")
    assert (version(db), metadata(db)) == (1, {"tags": 1, "themes": 1})


def test_a_session_forgets_its_version_with_the_transaction(db: Connection) -> None:
    with db.transaction():
        add_slugs(db, "tags", "a")
        assert value(db, "select current_setting('wildside.reference_version')") == "1"
    assert value(db, "select current_setting('wildside.reference_version', true)") == ""


def test_an_upsert_of_new_and_old_rows_is_one_version(db: Connection) -> None:
    add_slugs(db, "tags", "z", "a")
    db.execute(UPSERT, [["a", "b"]])
    assert version(db) == 2
    query = "select key ->> 0, operation, row_image -> 'sort_order' from reference_journal where version = 2"
    assert sorted(db.execute(query).fetchall()) == [("b", "upsert", 2)]
    db.execute(UPSERT, [["z", "b", "c"]])
    assert sorted(db.execute(query.replace("= 2", "= 3").encode()).fetchall()) == [
        ("c", "upsert", 3),
        ("z", "upsert", 1),
    ]


def test_each_table_has_the_version_that_last_changed_it(db: Connection) -> None:
    add_slugs(db, "tags", "a")
    add_slugs(db, "badges", "a")
    with db.transaction():
        db.execute("update tags set sort_order = 7")
        db.execute("update badges set icon = icon")
        add_slugs(db, "themes", "a")
    assert metadata(db) == {"tags": 3, "badges": 2, "themes": 3}
    assert value(db, "select max(version_seq) from reference_metadata") == version(db)


def test_a_table_was_updated_when_its_version_was_made(db: Connection) -> None:
    add_slugs(db, "tags", "a")
    query = """
    select m.last_updated = v.created_at and v.created_at = c.changed_at
      from reference_metadata m, reference_versions v, reference_counter c
     where m.table_name = 'tags'
    """
    assert value(db, query) is True


@pytest.mark.parametrize(
    "statement",
    [
        "delete from tags",
        "delete from tags where slug = 'nobody'",
        "truncate tags cascade",
        "truncate themes cascade",
        "merge into tags t using (values ('a')) as s (slug) on t.slug = s.slug when matched then delete",
    ],
)
def test_rows_are_never_deleted(db: Connection, statement: LiteralString) -> None:
    add_slugs(db, "tags", "a")
    with pytest.raises(psycopg.errors.RestrictViolation) as caught:
        db.execute(statement)
    assert broken_rule(caught.value) == "reference_rows_are_never_deleted"
    assert (version(db), column(db, "select slug from tags")) == (1, ["a"])


def test_a_row_that_turns_inactive_is_a_removal(db: Connection) -> None:
    add_slugs(db, "tags", "a", "b")
    db.execute("update tags set is_active = false where slug = 'a'")
    db.execute("update tags set is_active = true where slug = 'a'")
    assert journal(db, "tags")[2:] == [("removal", ["a"], None), ("upsert", ["a"], None)]


def test_a_row_that_is_inserted_inactive_is_a_removal(db: Connection) -> None:
    add_rows(
        db,
        "tags",
        ["slug", "sort_order", "icon", "localizations", "is_active"],
        [("a", 1, "some:icon", NAMED, False)],
    )
    assert journal(db, "tags") == [("removal", ["a"], None)]


def test_the_image_is_the_whole_row_after_the_change(db: Connection) -> None:
    add_slugs(db, "tags", "a")
    db.execute("update tags set icon = 'other:icon', source_type = 'admin'")
    query = "select row_image from reference_journal where version = 2"
    assert value(db, query) == {
        "slug": "a",
        "sort_order": 0,
        "icon": "other:icon",
        "localizations": NAMED.obj,
        "is_active": True,
        "source_type": "admin",
    }


def test_no_image_holds_the_column_that_we_generate(db: Connection) -> None:
    add_slugs(db, "tags", "a")
    db.execute("update tags set icon = 'other:icon'")
    assert column(db, "select row_image ? 'live' from reference_journal") == [False, False]


def test_a_merge_is_noted_like_any_other_statement(db: Connection) -> None:
    add_slugs(db, "tags", "a")
    db.execute(
        """
        merge into tags t using (values ('a'), ('b')) as s (slug) on t.slug = s.slug
         when matched then update set icon = 'other:icon'
         when not matched then insert (slug, sort_order, icon, localizations) values (s.slug, 5, 'x:y', %s)
        """,
        [Jsonb({"en-GB": {"name": "B"}})],
    )
    assert sorted(journal(db, "tags")[1:]) == [("upsert", ["a"], None), ("upsert", ["b"], None)]
    assert (version(db), aliases(db, "tags")) == (2, [])


def test_a_version_knows_its_actor_and_reason(db: Connection) -> None:
    with db.transaction():
        db.execute(
            "select set_config('wildside.actor', 'ada', true), set_config('wildside.reason', 'why', true)"
        )
        add_slugs(db, "tags", "a")
    assert db.execute("select actor, reason from reference_versions").fetchall() == [("ada", "why")]


def test_without_a_setting_the_actor_is_the_user_of_the_session(db: Connection) -> None:
    with db.transaction():
        db.execute("select set_config('wildside.actor', 'ada', true)")
    add_slugs(db, "tags", "a")
    assert db.execute("select actor, reason from reference_versions").fetchall() == [(db.info.user, None)]


def test_moments_of_versions_strictly_increase(db: Connection) -> None:
    add_slugs(db, "tags", "a")
    db.execute("update reference_counter set changed_at = now() + interval '1 day'")
    before = value(db, "select changed_at from reference_counter")
    for number in range(5):
        db.execute("update tags set sort_order = %s", [number + 10])
    moments = column(db, "select created_at from reference_versions where version > 1 order by version")
    assert moments == sorted({*moments})
    assert before < moments[0]


@pytest.fixture
def stranger(db: Connection) -> Iterator[Connection]:
    """A session that has not our search path."""
    with connect(url_of_connection(db)) as connection:
        connection.execute("set search_path = pg_catalog")
        yield connection


def test_a_session_with_another_search_path_is_tracked_all_the_same(
    db: Connection, stranger: Connection
) -> None:
    add_slugs(stranger, "public.tags", "a")
    stranger.execute("update public.tags set slug = 'b'")
    assert (version(db), len(journal(db, "tags"))) == (2, 2)


@pytest.mark.parametrize("name", ["reference_counter", "reference_versions", "reference_journal"])
def test_a_temporary_table_is_not_mistaken_for_ours(
    db: Connection, stranger: Connection, name: LiteralString
) -> None:
    stranger.execute(f"create temporary table {name} as table public.{name}")
    add_slugs(stranger, "public.tags", "a")
    assert (version(db), len(journal(db, "tags"))) == (1, 1)


def test_a_temporary_copy_is_not_read_for_the_table(db: Connection, stranger: Connection) -> None:
    add_slugs(db, "tags", "a")
    stranger.execute("create temporary table tags as select slug || '-copy' as slug from public.tags")
    assert value(stranger, "select public.reference_all_rows('tags', false) -> 0 ->> 'slug'") == "a"


def test_a_migration_that_touches_a_table_makes_a_version(db: Connection) -> None:
    db.execute("call reference_touch('tags')")
    add_slugs(db, "badges", "a")
    db.execute("call reference_touch('tags')")
    assert metadata(db) == {"badges": 1, "tags": 2}
