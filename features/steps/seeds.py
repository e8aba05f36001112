"""Seeds: the files, the command, and how it ends."""

from collections.abc import Callable
from typing import Any

from features.support.behaviour import Context, given, then, when

DONE, INVALID, REFUSED, NOT_MIGRATED = 0, 2, 3, 6
Row = dict[str, Any]


def change_tags(context: Context, change: Callable[[list[Row]], list[Row]]) -> None:
    context.world.use_source()
    context.world.write_rows("tags", change(context.world.rows("tags")))


def with_tag(wanted: str, /, **values: Any) -> Callable[[list[Row]], list[Row]]:
    return lambda rows: [row | values if row["slug"] == wanted else row for row in rows]


@given('the tag "{tag}" has left the files')
def leave(context: Context, tag: str) -> None:
    change_tags(context, lambda rows: [row for row in rows if row["slug"] != tag])


@given("half of the tags have left the files")
def halve(context: Context) -> None:
    change_tags(context, lambda rows: rows[: len(rows) // 2])


@given('the tag "{old}" is called "{new}" in the files')
def call(context: Context, old: str, new: str) -> None:
    change_tags(context, with_tag(old, slug=new))
    context.world.remembered["rename"] = {"table": "tags", "from": old, "to": new}


@given("that rename is declared")
def declare(context: Context) -> None:
    context.world.write_rows("renames", [context.world.remembered["rename"]])


@given('the tag "{tag}" has the icon "{icon}" in the files')
def give_icon(context: Context, tag: str, icon: str) -> None:
    change_tags(context, with_tag(tag, icon=icon))


@given("the files hold 3 mistakes")
def spoil(context: Context) -> None:
    change_tags(context, with_tag("coffee", sort_order="first", colour="brown"))
    badges = context.world.rows("badges")
    context.world.write_rows("badges", [*badges, badges[0]])
    context.world.remembered["places"] = [
        "tags.json:1:/sort_order:",
        "tags.json:1:/colour:",
        "badges.json:11:/slug:",
    ]


@when("an operator seeds")
def seed(context: Context) -> None:
    context.world.run("seed")


@when("an operator seeds from those files")
def seed_from(context: Context) -> None:
    context.world.run("seed", "--data", str(context.world.source))


def assert_ended(context: Context, code: int, *words: str) -> None:
    result = context.world.result
    told = result.stdout + result.stderr
    assert result.returncode == code, told
    assert not [word for word in words if word not in told], told
    assert "Traceback" not in told, told


@then("the seed is done")
def done(context: Context) -> None:
    assert_ended(context, DONE, "reference rows: ")


@then("the seed had nothing to do")
def nothing_to_do(context: Context) -> None:
    assert_ended(context, DONE, "nothing to do")


@then('the seed is refused because "{table}" would shrink')
def would_shrink(context: Context, table: str) -> None:
    assert_ended(context, REFUSED, f"shrink: {table} ", f"--allow-shrink {table}")


@then("the seed is refused because the files are wrong")
def files_wrong(context: Context) -> None:
    assert_ended(context, INVALID, "source_invalid")


@then("each of the {number:d} mistakes is told with its place")
def mistakes_told(context: Context, number: int) -> None:
    told = context.world.result.stderr
    places = context.world.remembered["places"]
    assert len(places) == number
    assert not [place for place in places if place not in told], told


@then('the seed says that the tag "{tag}" was left alone')
def left_alone(context: Context, tag: str) -> None:
    assert_ended(context, DONE, f"adopted tags: {tag} is left alone")


@then("the seed is refused because migrations are missing")
def not_migrated(context: Context) -> None:
    assert_ended(context, NOT_MIGRATED, "yoyo apply")
