"""Migrations, by yoyo's own command."""

from features.support.behaviour import Context, given, then, when
from features.support.databases import execute, value
from wildside.config import sql_folder
from wildside.outbound.postgres.migrations import migration_ids

APPLIED = "select array_agg(migration_id) from _yoyo_migration"
TABLES = "select count(*) from pg_tables where schemaname = 'public' and tablename !~ 'yoyo'"


@given("a newer Wildside has migrated it")
def ahead(context: Context) -> None:
    statement = """
        insert into _yoyo_migration (migration_hash, migration_id, applied_at_utc)
        values ('0', '9999.future', now() at time zone 'UTC')
    """
    execute(context.world.database_url, statement)


@when("an operator applies the migrations")
def apply(context: Context) -> None:
    context.world.yoyo("apply")


@when("an operator takes the newest migration back")
def take_back(context: Context) -> None:
    context.world.yoyo("rollback", "--revision", max(migration_ids(sql_folder() / "migrations")))


@when("an operator takes all migrations back")
def take_all_back(context: Context) -> None:
    context.world.yoyo("rollback", "--all")


@then("it is done")
def done(context: Context) -> None:
    result = context.world.result
    assert result.returncode == 0, result.stdout + result.stderr


@then("every migration is applied")
def all_applied(context: Context) -> None:
    applied = set(value(plain(context), APPLIED))
    assert applied == migration_ids(sql_folder() / "migrations"), applied


@then("the newest migration is no longer applied")
def newest_gone(context: Context) -> None:
    known = migration_ids(sql_folder() / "migrations")
    assert set(value(plain(context), APPLIED)) == known - {max(known)}


@then("no table of ours is left")
def none_left(context: Context) -> None:
    assert value(plain(context), TABLES) == 0, context.world.result.stdout


def plain(context: Context) -> str:
    """The database's address as its own tools spell it."""
    return context.world.database_url.replace("postgresql+psycopg://", "postgresql://")
