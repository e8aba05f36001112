"""The database of a scenario, and what people do to its rows."""

from time import monotonic

from features.support.behaviour import Context, given, then, when
from features.support.databases import execute, value

ADOPT = "update tags set icon = %s, source_type = 'admin' where slug = %s"


@given("a seeded database")
def a_seeded_database(context: Context) -> None:
    context.world.use_database("seeded")


@given("a database without reference data")
def a_migrated_database(context: Context) -> None:
    context.world.use_database("migrated")


@given("an empty database")
def an_empty_database(context: Context) -> None:
    context.world.use_database("empty")


@given('its address is spelled "{spelling}"')
def spell(context: Context, spelling: str) -> None:
    context.world.database_url = context.world.database_url.replace("postgresql://", spelling)


@given('an administrator has given the tag "{tag}" the icon "{icon}"')
@when('an administrator gives the tag "{tag}" the icon "{icon}"')
def give_icon(context: Context, tag: str, icon: str) -> None:
    execute(context.world.database_url, ADOPT, icon, tag)
    context.world.edited_at = monotonic()


@given('an administrator has hidden the tag "{tag}"')
def hide(context: Context, tag: str) -> None:
    execute(context.world.database_url, "update tags set is_active = false where slug = %s", tag)


@given("the database has been away")
@when("the database goes away")
def shut(context: Context) -> None:
    context.world.databases.shut(context.world.database_url)


@when("the database comes back")
def come_back(context: Context) -> None:
    context.world.databases.open(context.world.database_url)


@then("the database is at version {number:d}")
def at_version(context: Context, number: int) -> None:
    assert value(context.world.database_url, "select version from reference_counter") == number


@then('the tag "{tag}" is kept but no longer active')
def kept_inactive(context: Context, tag: str) -> None:
    found = value(context.world.database_url, "select is_active from tags where slug = %s", tag)
    assert found is False, context.world.result.stdout


@then('the tag "{new}" is all that is left of "{old}"')
def renamed(context: Context, new: str, old: str) -> None:
    query = "select array_agg(slug) from tags where slug in (%s, %s)"
    found = value(context.world.database_url, query, new, old)
    assert found == [new], context.world.result.stdout


@then('the tag "{tag}" has the icon "{icon}" in the database')
def has_icon(context: Context, tag: str, icon: str) -> None:
    found = value(context.world.database_url, "select icon from tags where slug = %s", tag)
    assert found == icon, context.world.result.stdout
