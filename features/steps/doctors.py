"""What is wrong with a deployment, by the command that looks."""

from features.support.behaviour import Context, then, when
from tests.cli.doctoring import Report, examine, mend

SECRET = "plum-kettle"


@when("an operator asks what is wrong")
@when("the operator asks what is wrong")
def ask(context: Context) -> None:
    context.world.remembered["report"] = examine(context.world.database_url)


@when("an operator asks what is wrong with a database that is down")
def ask_nobody(context: Context) -> None:
    context.world.remembered["report"] = examine(f"postgresql://ada:{SECRET}@127.0.0.1:1/wildside")


@when("the operator runs the commands that it names")
def do_as_it_says(context: Context) -> None:
    for one in report(context).failing.values():
        mend(one["mend"], {"DATABASE_URL": context.world.database_url})


@then('"{one}" and "{other}" are wrong')
def both_are_wrong(context: Context, one: str, other: str) -> None:
    assert [*report(context).failing] == [one, other], report(context).output


@then('"{one}" and nothing else is wrong')
def one_is_wrong(context: Context, one: str) -> None:
    assert [*report(context).failing] == [one], report(context).output


@then("nothing is wrong")
def nothing_is_wrong(context: Context) -> None:
    assert (report(context).code, report(context).failing) == (0, {}), report(context).output


@then("the password is not shown")
def no_password(context: Context) -> None:
    assert SECRET not in report(context).output


def report(context: Context) -> Report:
    found = context.world.remembered["report"]
    assert isinstance(found, Report)
    return found
