"""People: their accounts, by an operator's hand; what they ask and are told is in `signing_in.py`."""

from features.support.behaviour import Context, given, then, when
from features.support.databases import value
from features.support.people import PASSWORD, Person

HERS = """
select (select count(*) from users where display_name = %s) + (select count(*) from sessions)
       + (select count(*) from user_credentials where username = %s) + (select count(*) from login_attempts)
"""


@given("{name} has an account")
def has_account(context: Context, name: str) -> None:
    command = ("users", "create", name, "--password-stdin")
    context.world.run(*command, typed=f"{PASSWORD}\n")
    assert context.world.result.returncode == 0, context.world.result.stderr
    context.world.remembered[name] = Person(name.lower())


@when("an operator disables her account")
def disable(context: Context) -> None:
    context.world.run("users", "disable", "ada")
    assert context.world.result.returncode == 0, context.world.result.stderr


@given("another Wildside serves the same database")
def serve_another(context: Context) -> None:
    first = context.world.program
    context.world.serve()
    context.world.remembered["other"] = context.world.program.url()
    context.world.program = first


@then("nothing in the database is hers")
def nothing_is_hers(context: Context) -> None:
    assert value(context.world.database_url, HERS, "Ada", "ada") == 0
