"""Edits by hand, and the way back."""

from features.support.behaviour import Context, given, then, when

DONE, REFUSED = 0, 3


def reference(context: Context, *arguments: str) -> None:
    context.world.run("reference", *arguments, "--reason", "a scenario")


def assert_done(context: Context) -> None:
    result = context.world.result
    assert result.returncode == DONE, result.stdout + result.stderr


@given('an operator has set the icon of the tag "{tag}" to "{icon}" by hand')
def set_icon(context: Context, tag: str, icon: str) -> None:
    reference(context, "set", "tags", tag, f"icon={icon}")
    assert_done(context)


@given('an operator has hidden the tag "{tag}" by hand')
def hide(context: Context, tag: str) -> None:
    reference(context, "hide", "tags", tag)
    assert_done(context)


@given("an operator has begun another line of versions")
def begin_epoch(context: Context) -> None:
    reference(context, "new-epoch")
    assert_done(context)


@given('an operator has given the tag "{tag}" back')
def release(context: Context, tag: str) -> None:
    reference(context, "release", "tags", tag)
    assert_done(context)


@given('an operator has renamed the interest "{old}" to "{new}"')
@when('an operator renames the interest "{old}" to "{new}"')
def rename_interest(context: Context, old: str, new: str) -> None:
    reference(context, "rename", "interest_themes", old, new)
    assert_done(context)


@given('an operator has renamed the {kind} "{old}" to "{new}" by hand')
def rename(context: Context, kind: str, old: str, new: str) -> None:
    reference(context, "rename", {"tag": "tags", "theme": "themes"}[kind], old, new)
    assert_done(context)


@when("an operator rolls back to version {number:d}")
def roll_back(context: Context, number: int) -> None:
    reference(context, "rollback", "--to", str(number))


@then("the edit is done")
def done(context: Context) -> None:
    assert_done(context)


@then("versions {a:d} and {b:d} are the same to clients")
def same(context: Context, a: int, b: int) -> None:
    context.world.run("reference", "diff", str(a), str(b))
    assert context.world.result.stdout == "no differences\n", context.world.result.stdout


@then('the seed is refused because "{key}" was renamed in the database')
def renamed_in_database(context: Context, key: str) -> None:
    result = context.world.result
    assert result.returncode == REFUSED, result.stdout + result.stderr
    assert f"renamed_in_database: tags {key} was renamed" in result.stderr, result.stderr
