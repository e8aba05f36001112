"""A whole PostgreSQL that is killed and started again, and clients that go on reading meanwhile."""

from features.steps.responses import BOOTSTRAP, COMPLETE, LATER, read_table, shown_with_icon
from features.support.behaviour import Context, given, then, when
from features.support.databases import value
from features.support.editor import Editor
from features.support.readers import Readers, Reading


@given("a seeded database on a server of its own")
def own_server(context: Context) -> None:
    context.world.use_own_server()


@given("{clients:d} clients read all the time")
def read_all_the_time(context: Context, clients: int) -> None:
    readers = context.world.keep(Readers(context.world.program.url() + BOOTSTRAP, clients))
    context.world.remembered["readers"] = readers
    await_reading(context, COMPLETE)


@given("an administrator edits all the time")
def edit_all_the_time(context: Context) -> None:
    editor = context.world.keep(Editor(context.world.database_url))
    context.world.remembered["editor"] = editor
    editor.wait_for(10)


@then("no edit that was acknowledged is lost")
def nothing_lost(context: Context) -> None:
    editor: Editor = context.world.remembered["editor"]
    editor.await_end()
    last = editor.acknowledged[-1][1]
    icon = value(context.world.database_url, "select icon from tags where slug = 'coffee'")
    # Of the edit under way nobody can know; the one after it was never begun.
    assert icon in {editor.icon(last), editor.icon(last + 1)}, (icon, last)


@then("no client that reads was told what was older than a second")
def nothing_stale(context: Context) -> None:
    edits = context.world.remembered["editor"].acknowledged
    for reading in readings(context):
        number = max((number for at, number in edits if at < reading.began - 1.0), default=1)
        assert reading.status != COMPLETE or reading.number >= number, (reading, number)


def await_reading(context: Context, status: int) -> Reading:
    readers: Readers = context.world.remembered["readers"]
    return readers.wait_for(lambda reading: reading.status == status)


def readings(context: Context) -> list[Reading]:
    return list(context.world.remembered["readers"].readings)


@when("the database server is killed")
def kill(context: Context) -> None:
    context.world.databases.kill()


@when("the database server is stopped without a farewell")
def stop_at_once(context: Context) -> None:
    context.world.databases.stop_at_once()


@when("the database server is started again")
def start_again(context: Context) -> None:
    context.world.databases.restart()


@then("clients that read are asked to come back later")
def asked_to_come_back(context: Context) -> None:
    await_reading(context, LATER)


@then("clients that read are answered again")
def answered_again(context: Context) -> None:
    await_reading(context, COMPLETE)


@then('a client who reads the table "{table}" sees the tag "{tag}" with the icon "{icon}"')
def sees_tag(context: Context, table: str, tag: str, icon: str) -> None:
    read_table(context, table)
    shown_with_icon(context, tag, icon)


@then("every answer was a whole release, none older than one before, or a request to come back")
def whole_or_later(context: Context) -> None:
    wrong = [reading for reading in readings(context) if not (is_release(reading) or is_later(reading))]
    assert not wrong, wrong[:3]
    released = [reading for reading in readings(context) if is_release(reading)]
    older = [
        reading
        for reading in released
        if reading.number
        < max((other.number for other in released if other.ended < reading.began), default=0)
    ]
    assert not older, older[:3]


def is_release(reading: Reading) -> bool:
    return reading.status == COMPLETE and reading.whole


def is_later(reading: Reading) -> bool:
    retry_after = reading.told.partition(" ")[0]
    return reading.status == LATER and retry_after.isdigit() and int(retry_after) > 0


@then("every answer came within {seconds:d} seconds")
def in_time(context: Context, seconds: int) -> None:
    slowest = max(readings(context), key=lambda reading: reading.ended - reading.began)
    assert slowest.ended - slowest.began < seconds, slowest
