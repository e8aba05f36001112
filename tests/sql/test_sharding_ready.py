"""The schema stays ready to be spread by owner, see docs/scaling.md: each answer is a list of offenders."""

from collections.abc import Iterator
from typing import Any, LiteralString

import psycopg
import pytest

from tests.sql.ownership import unowned
from tests.sql.sharding import CHANGES_FIRST, LOCAL, PAGE, REPLICATED, SHARDED, page, place_of, tables
from tests.sql.support import Connection, column
from tests.sql.test_ownership import owners

VIEWS = """
create temporary table sharded (name text, owner text, oid oid, attnum int2);

create temporary view keys as
select s.name, s.owner, s.attnum, k.*, t.relname::text as target
  from pg_constraint k
  join sharded s on s.oid = k.conrelid
  left join pg_class t on t.oid = k.confrelid
"""
PUT = """
insert into sharded
select %s::text, %s::text, a.attrelid, a.attnum from pg_attribute a
 where a.attrelid = to_regclass(%s) and a.attname = %s
"""
UNIQUE: LiteralString = """
select i.indexrelid::regclass::text from pg_index i join sharded s on s.oid = i.indrelid
 where i.indisunique and not s.attnum = any (i.indkey::int2[]) order by 1
"""
WITHOUT_KEY: LiteralString = """
select name from sharded s
 where not exists (select from pg_index i where i.indrelid = s.oid and i.indisunique)
    or not (select a.attnotnull and a.atttypid = 'uuid'::regtype
              from pg_attribute a where a.attrelid = s.oid and a.attnum = s.attnum)
"""
APART: LiteralString = """
select k.conname::text from keys k join sharded t on t.oid = k.confrelid
 where k.contype = 'f' and not exists (
     select from unnest(k.conkey, k.confkey) as pair (here, there)
      where pair.here = k.attnum and pair.there = t.attnum) order by 1
"""
ELSEWHERE: LiteralString = """
select k.conname::text from keys k
 where k.contype = 'f' and k.confrelid not in (select oid from sharded) and k.target <> all (%s) order by 1
"""
INWARD: LiteralString = """
select format('%%s: %%s', k.conrelid::regclass, k.conname) from pg_constraint k
 where k.contype = 'f' and k.confrelid in (select oid from sharded)
   and k.conrelid not in (select oid from sharded) and k.conrelid::regclass::text <> all (%s) order by 1
"""
MOVING: LiteralString = """
select k.conname::text from keys k
 where k.contype = 'f' and k.attnum = any (k.conkey)
   and (k.confupdtype in ('c', 'n', 'd') or k.confdeltype in ('n', 'd')) order by 1
"""
ACROSS: LiteralString = """
select k.conname::text from keys k where k.contype = 'x'
union all
select t.tgname::text from pg_trigger t join sharded s on s.oid = t.tgrelid
 where not t.tgisinternal and t.tgfoid <> 'updated_at_moves'::regproc
union all
select format('%s.%s', s.name, a.attname) from pg_attribute a join sharded s on s.oid = a.attrelid
 where a.attidentity <> '' or a.atthasdef and exists (
     select from pg_attrdef d where d.adrelid = a.attrelid and d.adnum = a.attnum
                                and pg_get_expr(d.adbin, d.adrelid) like 'nextval(%')
 order by 1
"""
QUESTIONS: dict[str, LiteralString] = {
    "a unique index that cannot be kept within a shard": UNIQUE,
    "a key that names another owner's row": APART,
    "a key that would move a row to another shard": MOVING,
    "a table without a key, or whose owner may be nobody": WITHOUT_KEY,
    "an exclusion, trigger or sequence that looks across owners": ACROSS,
}


@pytest.fixture
def schema(connection: psycopg.Connection[Any]) -> Iterator[Connection]:
    connection.execute(VIEWS)
    for table, owner in SHARDED.items():
        connection.execute(PUT, (table, owner, table, owner))
    yield connection
    connection.rollback()


def copies(schema: Connection) -> list[str]:
    """Every table that would be a copy on every node."""
    special = SHARDED.keys() | CHANGES_FIRST.keys() | {*LOCAL}
    return sorted(tables() - special)


def test_every_table_with_users_rows_has_its_place(schema: Connection) -> None:
    placed = SHARDED.keys() | CHANGES_FIRST.keys() | REPLICATED.keys()
    assert owners(schema).keys() == placed
    assert {name: owner for name, owner in owners(schema).items() if name in SHARDED} == SHARDED
    assert column(schema, "select name from sharded order by 1") == sorted(SHARDED)
    assert {*LOCAL, *placed} <= tables()


@pytest.mark.parametrize("what", QUESTIONS)
def test_sharded_tables_hold_together_by_their_owner(schema: Connection, what: str) -> None:
    assert column(schema, QUESTIONS[what]) == []


def test_sharded_tables_refer_to_nothing_else_but_what_is_on_every_node(schema: Connection) -> None:
    assert column(schema, ELSEWHERE, copies(schema)) == []


def test_what_is_on_every_node_refers_to_no_sharded_table_but_where_it_is_known(schema: Connection) -> None:
    known = [*CHANGES_FIRST, *REPLICATED]
    assert column(schema, INWARD, known) == []
    assert [one.partition(":")[0] for one in column(schema, INWARD, [""])] == sorted(known)


def test_each_exception_is_still_one(schema: Connection) -> None:
    for table in CHANGES_FIRST:
        schema.execute(PUT, (table, "user_id", table, "user_id"))
    found = column(schema, UNIQUE) + column(schema, WITHOUT_KEY)
    assert {
        one for one in CHANGES_FIRST if any(each.startswith(one) for each in found)
    } == CHANGES_FIRST.keys()


PLANTED: dict[str, tuple[LiteralString, LiteralString]] = {
    "an email": ("alter table users add email text unique", UNIQUE),
    "a friend": ("alter table user_preferences add friend uuid references users (id)", APART),
    "a note by its id": (
        "create unique index on route_notes (id); "
        "alter table walk_sessions add note uuid references route_notes (id)",
        APART,
    ),
    "nobody's role": ("alter table user_roles drop constraint user_roles_pkey", WITHOUT_KEY),
    "a session of a walk": (
        "alter table walk_sessions add by_session uuid references sessions (id)",
        ELSEWHERE,
    ),
    "a favourite": (
        "create table favourites (id int primary key, user_id uuid references users (id))",
        INWARD,
    ),
    "an owner who is set to nobody": (
        "alter table idempotency_keys drop constraint idempotency_keys_user_fkey; "
        "alter table idempotency_keys add foreign key (user_id) references users (id) on delete set null",
        MOVING,
    ),
    "numbered notes": ("alter table route_notes add number bigint generated always as identity", ACROSS),
    "a trigger": (
        "create trigger t after insert on walk_sessions "
        "for each statement execute function catalogue_changed()",
        ACROSS,
    ),
}


@pytest.mark.parametrize("what", PLANTED)
def test_what_would_not_be_ready_is_found(schema: Connection, what: str) -> None:
    statement, question = PLANTED[what]
    before = _asked(schema, question)
    schema.execute(statement)
    assert _asked(schema, question) > before


def _asked(schema: Connection, question: LiteralString) -> int:
    if question is ELSEWHERE:
        return len(column(schema, question, copies(schema)))
    return len(
        column(schema, question, [*CHANGES_FIRST, *REPLICATED])
        if "%s)" in question
        else column(schema, question)
    )


def test_the_page_of_statements_is_that_of_the_stores() -> None:
    assert PAGE.read_text() == page(tables()), "python -m tests.sql.sharding writes it anew"


@pytest.mark.parametrize(
    ("statement", "place"),
    [
        ("select body from route_notes where user_id = $1", "one shard"),
        ("select body from route_notes where id = $1", "every shard"),
        ("with tags as (select 1) select body from route_notes n, tags where n.user_id = $1", "one shard"),
        ("select slug from tags", "any copy"),
        ("update tags set icon = $1", "every copy"),
        ("with gone as (delete from tags returning 1) select count(*) from gone", "every copy"),
        ("select from sessions s join users u on u.id = s.user_id where s.id = $1", "after a change"),
        ("delete from login_attempts", "the planning node"),
        ("select 1", None),
        ("tell me from users", None),
    ],
)
def test_a_statement_has_its_place(statement: str, place: str | None) -> None:
    assert place_of(statement, tables()) == place
    assert not unowned("select 1", SHARDED)
