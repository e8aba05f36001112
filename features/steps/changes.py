"""An app that holds a release, and the differences that it is given."""

from typing import Any

from features.steps.responses import BOOTSTRAP, COMPLETE, REFERENCE, assert_status
from features.support.answers import told
from features.support.behaviour import Context, given, then, when
from features.support.holder import Holder, is_whole

CHANGES = f"{REFERENCE}/changes"
NEVER = "90cad1eb5d6a.1-0123456789abcdef"
TABLES = {"tag": "tags", "theme": "themes"}


def app(context: Context) -> Holder:
    held: Holder = context.world.remembered["app"]
    return held


def difference(context: Context) -> Any:
    """The answer, as long as it was one."""
    assert_status(context, COMPLETE)
    return context.world.answer.json()


def ask(context: Context, since: str, **more: str) -> None:
    query = "".join(f"&{name}={value}" for name, value in more.items())
    context.world.get(f"{CHANGES}?since={since}{query}")


@given("an app holds the bootstrap")
def hold(context: Context) -> None:
    bootstrap = context.world.get(BOOTSTRAP).json()
    assert is_whole(bootstrap), told(context)
    context.world.remembered["app"] = Holder(bootstrap)
    context.world.remembered["first"] = bootstrap["tables"]


@when("the app asks what has changed")
def ask_what_changed(context: Context) -> None:
    ask(context, app(context).token)


@given("the app has followed")
def follow(context: Context) -> None:
    ask_what_changed(context)
    app(context).apply(difference(context))


@given("the app has asked what changed up to this version")
def ask_up_to_this(context: Context) -> None:
    context.world.remembered["until"] = newest(context)["referenceVersion"]
    ask_up_to_that(context)
    assert difference(context)["mode"] == "delta", told(context)
    context.world.remembered["answer"] = context.world.answer


@when("the app asks what changed up to that version")
def ask_up_to_that(context: Context) -> None:
    ask(context, app(context).token, to=context.world.remembered["until"])


@when("an app with a release that never was asks what has changed")
def ask_with_unknown(context: Context) -> None:
    ask(context, NEVER)


@when('an app asks what has changed since "{since}"')
def ask_since(context: Context, since: str) -> None:
    ask(context, since)


def newest(context: Context) -> Any:
    """The newest bootstrap; the answer that is being judged stays."""
    kept = context.world.__dict__.get("answer")
    bootstrap = context.world.get(BOOTSTRAP).json()
    assert is_whole(bootstrap), bootstrap
    if kept is not None:
        context.world.answer = kept
    return bootstrap


@then("it is told that nothing has changed")
def nothing(context: Context) -> None:
    changes = difference(context)
    assert (changes["mode"], changes["to"], changes["tables"]) == ("none", app(context).token, {}), changes


@then('it is given a difference in "{tables}"')
def given_difference(context: Context, tables: str) -> None:
    changes = difference(context)
    assert (changes["mode"], changes["from"]) == ("delta", app(context).token), changes
    assert set(changes["tables"]) == set(tables.split(", ")), changes


@then("it is given everything")
def given_everything(context: Context) -> None:
    changes = difference(context)
    assert changes["mode"] == "full", changes
    assert len(changes["tables"]) == len(app(context).tables), changes


@then("it leads from version {old:d} to version {new:d}")
def leads(context: Context, old: int, new: int) -> None:
    changes = difference(context)
    numbers = [int(changes[end].partition(".")[2].partition("-")[0]) for end in ("from", "to")]
    assert numbers == [old, new], changes


def expect(context: Context, table: str, part: str, item: Any) -> None:
    """Find an item in a table's part of the difference, and note that it was expected."""
    assert item in difference(context)["tables"][table][part], told(context)
    context.world.remembered.setdefault("expected", []).append((table, part, item))


@then('the difference brings the tag "{tag}" with the icon "{icon}"')
def brings(context: Context, tag: str, icon: str) -> None:
    rows = [row for row in difference(context)["tables"]["tags"]["upserts"] if row["slug"] == tag]
    assert [row["icon"] for row in rows] == [icon], told(context)
    expect(context, "tags", "upserts", rows[0])


@then('the difference removes the {kind} "{key}"')
def removes(context: Context, kind: str, key: str) -> None:
    expect(context, TABLES[kind], "removals", [key])


@then('the difference renames the {kind} "{old}" to "{new}"')
def renames(context: Context, kind: str, old: str, new: str) -> None:
    expect(context, TABLES[kind], "renames", {"from": [old], "to": [new]})


@then("the difference is nothing else")
def nothing_else(context: Context) -> None:
    tables = difference(context)["tables"]
    parts = ("upserts", "removals", "renames")
    found = [(name, part, item) for name, table in tables.items() for part in parts for item in table[part]]
    assert found == context.world.remembered["expected"], told(context)


@then('all interests of the theme "{old}" are told as those of "{new}"')
def children_follow(context: Context, old: str, new: str) -> None:
    before = [row for row in app(context).tables["theme_interests"] if row["theme"] == old]
    change = difference(context)["tables"]["theme_interests"]
    assert before, "the theme has no interests"
    brought = [row for row in change["upserts"] if row["theme"] == new]
    assert sorted(row["interest"] for row in brought) == sorted(row["interest"] for row in before), change
    gone = [*change["removals"], *(rename["from"] for rename in change["renames"])]
    assert sorted(key[0] for key in gone) == [old] * len(before), change


@then("parents are told before their children")
def parents_first(context: Context) -> None:
    order = difference(context)["order"]
    assert order.index("themes") < order.index("theme_interests"), order


@then("the app that applies it holds the newest bootstrap")
def holds_newest(context: Context) -> None:
    app(context).apply(difference(context))
    bootstrap = newest(context)
    assert app(context).token == bootstrap["referenceVersion"]
    assert app(context).tables == bootstrap["tables"]


@then("the app that asks what it lacks holds the newest bootstrap")
def lacks_nothing(context: Context) -> None:
    ask_what_changed(context)
    holds_newest(context)


@then("the app holds what version 1 was")
def holds_first(context: Context) -> None:
    assert app(context).tables == context.world.remembered["first"]


@then("it may be kept for ever")
def immutable(context: Context) -> None:
    assert "immutable" in context.world.answer.headers["cache-control"], context.world.answer.headers
