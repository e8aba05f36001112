"""A user's rows stay theirs: every statement on a user's table says whose rows it means."""

import shutil
from collections.abc import Mapping
from pathlib import Path

import psycopg
import pytest

from tests.conftest import url_of_connection
from tests.promises import Promise
from tests.sql.ownership import texts, unowned
from tests.sql.support import Connection, connect

POSTGRES = Path(__file__).parents[2] / "wildside/outbound/postgres"

ALLOWED = {
    ("sessions.py", "_SIGNED_IN"): "by the signed id of a session, which is what tells whose it is",
    ("credentials.py", "_FIND"): "by the username of a login, which is what tells whose it is",
    ("users.py", "PAGE"): "the list of all users, for administrators",
    ("users.py", "_ACCOUNTS"): "the list of all accounts, for operators",
    ("figures.py", "_FIGURES"): "how many sessions there are, for operators",
    ("housekeeping.py", "_SESSIONS"): "whatever has expired, whose ever it is",
    ("housekeeping.py", "_ANSWERS"): "whatever has expired, whose ever it is",
    ("example_data.py", "_MADE"): "an operator asks for the people of a seed, by username",
    ("example_data.py", "_ADD_USERS"): "an operator makes many people at once",
    ("example_data.py", "_ADD_CREDENTIALS"): "an operator makes many people at once",
    ("example_data.py", "_MAKE_ADMINISTRATOR"): "an operator gives a role, by username",
    ("bundles.py", "_IS_TAKEN"): "whether an id is taken, by whomever, and nothing else of it",
    ("bundles.py", "ANONYMOUS"): "of a device that nobody had logged in on",
    ("routes.py", "_SEES"): "a route of the user, or one that is everybody's",
    ("routes.py", "_READ"): "routes of the user, or such as are everybody's",
    ("route_catalogue.py", "_EXPLORE"): "what everybody sees: curated routes, and who picked them",
    ("route_catalogue_writing.py", "_PUT_PICK"): "the list of picks, which is everybody's, has an end",
}
"""Statements that are right without an owner (file, constant) → why."""

HINT = """
Each of these statements reads or writes rows of a user without saying whose: add `user_id = $n` to its where
clause (for users: `id = $n`), or join it on user_id to a table that has it; an insert gives user_id as $n. If
it is right as it is (a list for administrators, housekeeping by expiry), name it in ALLOWED with the reason.
"""

OWNERS_OF = """
select c.conrelid::regclass::text as name, a.attname::text as owner
  from pg_constraint c
  join pg_attribute a on a.attrelid = c.conrelid and a.attnum = c.conkey[1]
 where c.contype = 'f' and c.confrelid = 'users'::regclass
"""
OWNERS = {"users": "id", "notes": "user_id", "sessions": "user_id", "places": "user_id"}


def faults(folder: Path, owners: Mapping[str, str]) -> list[str]:
    return [
        f"{text.file} {text.name}: {fault}"
        for path in sorted(folder.glob("*.py"))
        for text in texts(path)
        if (text.file, text.name) not in ALLOWED
        for fault in unowned(text.content, owners)
    ]


def owners(connection: Connection) -> dict[str, str]:
    return {"users": "id", **dict(connection.execute(OWNERS_OF).fetchall())}


@pytest.fixture
def user_tables(connection: psycopg.Connection[tuple[str, ...]]) -> dict[str, str]:
    with connect(url_of_connection(connection)) as opened:
        return owners(opened)


def test_every_statement_on_a_users_table_says_whose_rows_it_means(
    user_tables: dict[str, str], promise: Promise
) -> None:
    found = faults(POSTGRES, user_tables)
    assert not found, HINT + "\n".join(found)
    read = sum(1 for path in POSTGRES.glob("*.py") for _ in texts(path))
    promise(10, tables=len(user_tables), texts_read=read, excused=len(ALLOWED), without_an_owner=len(found))


def test_the_tables_of_users_are_found(user_tables: dict[str, str]) -> None:
    assert {"users", "sessions", "user_preferences", "idempotency_keys"} <= user_tables.keys()
    wrong = {name for name, owner in user_tables.items() if name != "users" and owner != "user_id"}
    assert not wrong, f"call the column that refers to users user_id, so that tests find it: {wrong}"


def test_what_is_allowed_is_still_there_and_still_needs_it(user_tables: dict[str, str]) -> None:
    found = {
        (text.file, text.name)
        for path in POSTGRES.glob("*.py")
        for text in texts(path)
        if unowned(text.content, user_tables)
    }
    assert ALLOWED.keys() <= found, ALLOWED.keys() - found


OWNED = [
    "select body from notes where user_id = $1 and id = $2",
    "select body from notes n where $1::uuid = n.user_id",
    "select body from public.notes where notes.user_id = $2",
    "select display_name from users where id = $1",
    "select n.body from notes n join users u on u.id = n.user_id where u.id = $1",
    "select n.body from notes n join places p using (user_id) where p.user_id = $1",
    "select n.body from notes n, places p where n.user_id = p.user_id and p.user_id = $1",
    "select n.body from notes n left join places p on p.user_id = n.user_id where n.user_id = $1",
    "select array(select p.name from places p where p.user_id = n.user_id) from notes n where n.user_id = $1",
    "with gone as (delete from notes where user_id = $1 returning id) select count(*) from gone",
    "update notes set body = $3 where user_id = $1 and id = $2 returning id",
    "delete from notes n using places p where n.user_id = $1 and p.user_id = n.user_id",
    "insert into notes (user_id, body) values ($1, $2), ($1, $3)",
    "insert into notes (body, user_id) select b, $1 from unnest($2::text[]) b",
    "insert into notes (user_id, id) values ($1, $2) on conflict (user_id, id) do update set body = $3",
    "insert into users (id, display_name) values ($1, $2)",
    "select slug from tags where id = $1",
    "users",
    "Tell from users what they want.".removeprefix("Tell from users "),
]
UNOWNED = [
    "select body from notes where id = $1",
    "select body from notes",
    "select body from notes where user_id = $1 or id = $2",
    "select body from notes where not user_id = $1",
    "select body from notes where user_id <> $1",
    "select body from notes where user_id = user_id",
    "select body from notes where user_id = id",
    "select body from notes where exists (select from users where id = $1)",
    "select display_name from users where display_name = $1",
    "select display_name from users where user_id = $1",
    "select n.body from notes n join places p on p.user_id = $1",
    "select n.body from notes n left join places p on n.user_id = p.user_id and n.user_id = $1",
    "select n.body from notes n left join places p on p.user_id = $1 where n.id = $2",
    "select n.body from notes n left join places p on p.user_id = n.user_id and p.user_id = $1",
    "select from notes n where not exists (table users) or n.user_id = $1",
    "select from notes n where not (select p.user_id = n.user_id from places p where p.user_id = $1)",
    "select body from notes n join places p on n.user_id = p.user_id or p.user_id = $1 where p.user_id = $1",
    "select body from notes n where user_id in (select id from users where id = $1)",
    "select n.body from notes n join places p using (user_id)",
    "select n.body from notes n join tags t on t.user_id = n.user_id where t.user_id = $1",
    "select 1 where exists (select from notes where id = $1)",
    "select body from notes where user_id = $1 union all select body from notes",
    "with all_of as (select * from notes) select * from all_of where user_id = $1",
    "update notes set body = $1 where id = $2",
    "update notes set user_id = $1 where user_id = $2",
    "delete from notes",
    "delete from notes using places p where p.user_id = $1",
    "truncate notes",
    "lock table notes",
    "insert into notes (body) values ($1)",
    "insert into notes values ($1, $2)",
    "insert into notes (user_id, body) values ($1, $2), (gen_random_uuid(), $3)",
    "insert into notes (user_id, body) select p.user_id, p.name from places p where p.user_id = $1",
    "insert into notes (user_id, id) values ($1, $2) on conflict (id) do update set body = $3",
    "insert into notes (user_id, id) values ($1, $2) on conflict (user_id, id) do update set user_id = $3",
    "select body from notes where user_id = $1; select body from notes",
    "select body from notes where ",
    " from notes",
]


@pytest.mark.parametrize("statement", OWNED)
def test_a_statement_that_says_whose_rows_it_means_is_fine(statement: str) -> None:
    assert unowned(statement, OWNERS) == []


@pytest.mark.parametrize("statement", UNOWNED)
def test_a_statement_that_does_not_is_found(statement: str) -> None:
    assert unowned(statement, OWNERS)


PLANTED = '''
"""Reads from notes."""

_FINE = "select body from notes where user_id = $1"
_BAD = "select body from notes where id = $1"
_PIECES: str = "select body " + " from notes where id = $1"


class Notes:
    async def all(self):
        return await self._session.rows(f"select {self.columns} from notes")
'''


def test_texts_are_found_wherever_they_stand(tmp_path: Path) -> None:
    (tmp_path / "notes.py").write_text(PLANTED)
    shutil.copy(POSTGRES / "sessions.py", tmp_path)
    assert [fault.partition(": ")[0] for fault in faults(tmp_path, OWNERS)] == [
        "notes.py _BAD",
        "notes.py _PIECES",
        "notes.py Notes",
    ]
