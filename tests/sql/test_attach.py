"""What a table must be before it can become a reference table, and what it is then."""

from collections.abc import Iterator
from typing import LiteralString

import psycopg
import pytest

from tests.sql.support import Connection, column, value

TABLE: LiteralString = """
create table shops (
    slug text not null,
    rank integer not null,
    theme text constraint shops_theme_fkey references themes (slug) on update cascade on delete restrict,
    is_active boolean not null default true,
    source_type text not null default 'seed',
    constraint shops_pkey primary key (slug)
)
"""
INDEX: LiteralString = 'create index shops_active on shops (rank, slug collate "C") where is_active'


@pytest.fixture
def scratch(db: Connection) -> Iterator[Connection]:
    """A database in which whatever is made is gone afterwards."""
    with db.transaction(force_rollback=True):
        yield db


def test_a_table_with_a_key_and_an_order_becomes_one(scratch: Connection) -> None:
    scratch.execute(TABLE)
    scratch.execute(INDEX)
    scratch.execute("call reference_attach('shops')")
    query = "select key_columns, order_columns from reference_catalogue where table_name = 'shops'"
    assert scratch.execute(query).fetchall() == [(["slug"], ["rank", "slug"])]
    query = "select conname::text from pg_constraint where conrelid = 'shops'::regclass and contype = 'f'"
    assert sorted(column(scratch, query)) == ["shops_theme_fkey", "shops_theme_fkey_active"]


@pytest.mark.parametrize(
    "index",
    [
        "",
        'create index shops_order on shops (rank, slug collate "C") where is_active',
        'create index shops_active on shops (rank, slug collate "C")',
        'create index shops_active on shops (rank, slug collate "C") where not is_active',
        "create index shops_active on shops (rank, slug) where is_active",
        "create index shops_active on shops (rank) where is_active",
        'create index shops_active on shops (rank desc, slug collate "C") where is_active',
        'create index shops_active on shops (rank nulls first, slug collate "C") where is_active',
        'create index shops_active on shops ((-rank), slug collate "C") where is_active',
    ],
)
def test_without_an_index_that_says_the_order_it_does_not(scratch: Connection, index: LiteralString) -> None:
    scratch.execute(TABLE)
    scratch.execute(index or "select 1")
    with pytest.raises(psycopg.errors.RaiseException, match="needs a primary key and an index"):
        scratch.execute("call reference_attach('shops')")


def test_columns_that_the_index_merely_includes_are_no_part_of_the_order(scratch: Connection) -> None:
    scratch.execute(TABLE)
    scratch.execute(INDEX.replace(" where", " include (theme) where").encode())
    assert value(scratch, "select reference_order('shops')") == ["rank", "slug"]


def test_without_a_key_it_does_not(scratch: Connection) -> None:
    scratch.execute(TABLE)
    scratch.execute(INDEX)
    scratch.execute("alter table shops drop constraint shops_pkey")
    with pytest.raises(psycopg.errors.RaiseException, match="needs a primary key"):
        scratch.execute("call reference_attach('shops')")


@pytest.mark.parametrize("rule", ["", "on update cascade", "on update cascade on delete cascade"])
def test_with_a_key_that_does_not_follow_renames_it_does_not(
    scratch: Connection, rule: LiteralString
) -> None:
    scratch.execute(TABLE.replace("on update cascade on delete restrict", rule).encode())
    scratch.execute(INDEX)
    with pytest.raises(psycopg.errors.RaiseException, match="shops_theme_fkey must be on update cascade"):
        scratch.execute("call reference_attach('shops')")


def test_a_table_that_is_attached_to_a_used_database_makes_a_version(scratch: Connection) -> None:
    scratch.execute("call reference_touch('tags')")
    scratch.execute("update reference_counter set version = 7")
    scratch.execute(TABLE)
    scratch.execute(INDEX)
    scratch.execute("call reference_attach('shops')")
    assert value(scratch, "select version_seq from reference_metadata where table_name = 'shops'") == 8


def test_detaching_forgets_a_table_but_not_the_number(scratch: Connection) -> None:
    scratch.execute(TABLE)
    scratch.execute(INDEX)
    scratch.execute("call reference_attach('shops')")
    scratch.execute("insert into shops (slug, rank) values ('a', 1)")
    scratch.execute("update shops set slug = 'b'")
    scratch.execute("call reference_detach('shops')")
    assert column(scratch, "select table_name from reference_aliases") == []
    query = "select operation from reference_journal where table_name = 'shops' order by id desc limit 1"
    assert column(scratch, query) == ["removal"]
    query = "select key_columns from reference_shapes where table_name = 'shops'"
    assert column(scratch, query + " order by version") == [["slug"], None]
    assert value(scratch, "select version from reference_counter") == 1
