"""Apps that read through the Python provider, and what they read."""

from dataclasses import replace
from urllib.parse import urlsplit

from features.steps.responses import BOOTSTRAP
from features.support.app import NO_ANSWER
from features.support.apps import Answer, App, answers
from features.support.behaviour import Context, given, then, when
from wildside.client import PACKAGED_SNAPSHOT, load_snapshot

AWAY = "http://127.0.0.1:1"
LITTLE = 10_000


def app(context: Context) -> App:
    found: App = context.world.remembered["app"]
    return found


def answer(context: Context) -> Answer:
    result = context.world.result
    assert result.returncode == 0, result.stderr
    assert "Traceback" not in result.stderr, result.stderr
    (only,) = answers(result.stdout)
    assert only.whole, only
    return only


def release(context: Context) -> tuple[str, str]:
    """The newest release: its token, and the icon that edits change."""
    bootstrap = context.world.get(BOOTSTRAP).json()
    icons = [row["icon"] for row in bootstrap["tables"]["tags"] if row["slug"] == "coffee"]
    return bootstrap["referenceVersion"], icons[0]


@given("an app")
def an_app(context: Context) -> None:
    cache = context.world.place / "app" / "reference.json"
    context.world.remembered["app"] = App(context.world.program.url(), cache)


@given("an app whose flag is off")
def an_app_without_flag(context: Context) -> None:
    an_app(context)
    context.world.remembered["app"] = replace(app(context), flag="off")


@given("an app that has read the newest release")
def an_app_that_has_read(context: Context) -> None:
    an_app(context)
    start(context)
    reads_network(context)
    context.world.remembered["before"] = release(context)


@given("the app is told of another backend, which is away")
def another_backend(context: Context) -> None:
    context.world.remembered["app"] = replace(app(context), url=AWAY)


@given("the app has started")
@when("the app starts")
def start(context: Context) -> None:
    context.world.result = app(context).run("--loud")


@when("the app starts and wants no old answer")
def start_fresh(context: Context) -> None:
    context.world.result = app(context).run("--fresh")


@when("the app starts on a full disk")
def start_full(context: Context) -> None:
    assert app(context).cache.stat().st_size > LITTLE
    context.world.result = app(context).run("--largest", str(LITTLE))


@given("Wildside has ended")
def end(context: Context) -> None:
    context.world.program.stop()


@when("Wildside serves it again at the same address")
def serve_again(context: Context) -> None:
    context.world.serve(port=urlsplit(app(context).url).port or 0)
    context.world.program.url()


@then("it reads what was packaged")
def reads_packaged(context: Context) -> None:
    found = answer(context)
    assert (found.source, found.version) == ("packaged", load_snapshot(PACKAGED_SNAPSHOT).token), found


@then("it reads the newest release from the network")
def reads_network(context: Context) -> None:
    found = answer(context)
    assert (found.source, found.version, found.icon) == ("network", *release(context)), found


@then("it reads the release of before from its cache")
def reads_before(context: Context) -> None:
    found = answer(context)
    assert (found.source, found.version, found.icon) == ("disk", *context.world.remembered["before"]), found


@then("its answer is not stale")
def not_stale(context: Context) -> None:
    assert not answer(context).stale, answer(context)


@then("its answer is stale, and its age is known")
def stale_with_age(context: Context) -> None:
    found = answer(context)
    assert found.stale, found
    assert found.age is not None, found
    assert 0 < found.age < 60, found


@then("its answer is stale, and its age is not known")
def stale_without_age(context: Context) -> None:
    found = answer(context)
    assert (found.stale, found.age) == (True, None), found


@then("it says that it cannot keep it")
def cannot_keep(context: Context) -> None:
    assert "cannot be cached" in context.world.result.stderr, context.world.result.stderr


@then("it ends because the backend is not available")
def not_available(context: Context) -> None:
    result = context.world.result
    assert (result.returncode, result.stdout) == (NO_ANSWER, ""), result.stdout
    assert result.stderr.startswith("backend_unavailable: the backend cannot be reached"), result.stderr
    assert "Traceback" not in result.stderr, result.stderr


@then("it was sent the difference only")
def sent_difference(context: Context) -> None:
    asked = [line for line in context.world.result.stderr.splitlines() if line.startswith("send: ")]
    assert len(asked) == 1, asked
    assert "GET /api/v1/reference/changes?since=" in asked[0], asked
