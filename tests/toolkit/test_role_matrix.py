"""What each role may do is what the committed files say, on every PostgreSQL that is here."""

import re

import psycopg
import pytest

from tests.conftest import REFERENCE
from tests.promises import Promise
from tests.toolkit.role_matrix import FILE, ROLES, WIDTH, matrix
from tests.toolkit.separated import Separated
from wildside.config import DatabaseUrl, sql_folder
from wildside.domain.grants import difference, render
from wildside.outbound.postgres.roles import read_grants

WRITES = (
    "alter ", "call ", "cluster ", "comment ", "create ", "delete ", "do ", "drop ", "insert ", "merge ",
    "reindex ", "set role wildside_owner", "set transaction read write", "truncate ", "update ", "with ",
)  # fmt: skip
OWN = "alter default privileges "
"""Everybody may say who may use what he himself will make; ours can make nothing."""

PEOPLE = {
    "users", "user_credentials", "user_roles", "login_attempts", "sessions", "user_preferences",
    "user_interest_themes", "user_safety_toggles", "idempotency_keys", "example_data", "route_notes",
    "route_progress", "route_progress_stops", "offline_bundles", "walk_sessions", "walk_session_stats",
    "walk_session_pois",
}  # fmt: skip
SHOWN = {
    "pois", "poi_interest_themes", "routes", "route_stops", "route_summaries", "route_summary_tags",
    "route_summary_badges", "route_collections", "route_collection_routes", "trending_route_highlights",
    "community_picks", "catalogue_state", "enrichment_provenance", "osm_ingestion_runs",
}  # fmt: skip
"""Places and routes: the API shows them, and operators' commands write them."""
CONSOLE = {"reference_history", "reference_seed_runs", "migration_checksums"}
"""What it shows administrators besides."""
ROWS = re.compile(r"(?:insert into|update|delete from) (\w+)\b")

OUR_FUNCTIONS = """
with our_functions as (
    select * from pg_proc p
     where pronamespace = 'public'::regnamespace
       and not exists (select from pg_depend d
                        where d.classid = 'pg_proc'::regclass and d.objid = p.oid and d.deptype = 'e')
)
"""
"""Those that no extension brought."""

OBJECTS_OF_OTHERS = f"""{OUR_FUNCTIONS}
select relname from pg_class c
 where relnamespace = 'public'::regnamespace and relowner <> 'wildside_owner'::regrole
union all
select proname from our_functions where proowner <> 'wildside_owner'::regrole
"""

LOOSE_FUNCTIONS = f"""{OUR_FUNCTIONS}
select oid::regprocedure::text from our_functions
 where prosecdef
    or prosqlbody is null and not coalesce(proconfig @> array['search_path=public, pg_temp'], false)
"""


def lines() -> list[tuple[str, dict[str, str]]]:
    """Each statement of the file with its outcomes by role."""
    found = []
    for line in FILE.read_text().splitlines()[1:]:
        cells = line[: WIDTH * len(ROLES)].split()
        found.append((line[WIDTH * len(ROLES) :], dict(zip(ROLES, cells, strict=True))))
    return found


def test_every_statement_ends_as_committed(separated_server: Separated, promise: Promise) -> None:
    assert matrix(separated_server).splitlines() == FILE.read_text().splitlines()
    with psycopg.connect(separated_server.superuser) as connection:
        version = connection.info.server_version // 10000
    promise(11, postgresql=version, statements=len(lines()), roles=len(ROLES), different=0)


def test_there_is_much_to_it() -> None:
    assert len(lines()) == len({statement for statement, _ in lines()}) >= 100


@pytest.mark.parametrize("role", ["app", "readonly", "worker"])
def test_nobody_but_the_migrator_may_change_anything_but_rows_of_people(role: str) -> None:
    writes = [one for one in lines() if one[0].startswith(WRITES) and not one[0].startswith(OWN)]
    assert len(writes) >= 60
    done = [statement for statement, may in writes if may[role] not in {"no", "read-only"}]
    touched = [ROWS.match(statement) for statement in done]
    assert [one for one, row in zip(done, touched, strict=True) if not row or row[1] not in PEOPLE] == []
    assert bool(done) == (role != "readonly")


def test_the_worker_may_do_no_more_than_the_api() -> None:
    assert [one for one, may in lines() if may["worker"] == "yes" != may["app"]] == []


def test_the_grants_of_what_a_migrator_made_are_those_committed(separated_server: Separated) -> None:
    found = render(read_grants(DatabaseUrl.parse(separated_server.superuser)))
    assert difference((sql_folder() / "grants.md").read_text(), found) == []


def test_all_there_is_belongs_to_the_owner_who_cannot_log_in(separated_server: Separated) -> None:
    with separated_server.connect("migrator") as connection:
        assert connection.execute(OBJECTS_OF_OTHERS).fetchall() == []
        row = connection.execute("select current_user, session_user").fetchone()
    assert row == ("wildside_owner", "wildside_migrator")
    with pytest.raises(psycopg.OperationalError, match="not permitted to log in"):
        separated_server.connect("owner")


def test_no_function_lends_its_owners_rights_or_looks_elsewhere(separated_server: Separated) -> None:
    with separated_server.connect("readonly") as connection:
        assert connection.execute(LOOSE_FUNCTIONS).fetchall() == []


def test_a_stranger_does_not_get_in(separated_server: Separated) -> None:
    with psycopg.connect(separated_server.superuser, autocommit=True) as connection:
        connection.execute("create role wildside_stranger login")
        with pytest.raises(psycopg.OperationalError, match="permission denied for database"):
            separated_server.connect("stranger")
        connection.execute("drop role wildside_stranger")


def test_the_api_may_read_what_it_shows_and_no_other_content(separated_server: Separated) -> None:
    with separated_server.connect("readonly") as connection:
        query = """select relname::text from pg_class where relnamespace = 'public'::regnamespace
                      and relkind in ('r', 'v') and has_table_privilege('wildside_app', oid, 'select')"""
        readable = {name for (name,) in connection.execute(query).fetchall()}
    tables = {path.stem for path in REFERENCE.glob("*.json")} - {"renames"}
    books = {"aliases", "catalogue", "counter", "journal", "links", "metadata", "shapes", "versions"}
    assert (
        readable
        == tables | {f"reference_{book}" for book in books} | {"_yoyo_migration"} | PEOPLE | SHOWN | CONSOLE
    )
