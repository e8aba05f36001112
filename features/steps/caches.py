"""The caches of apps: damaged, shared, and cut off while they are written."""

import os
from collections.abc import Callable
from pathlib import Path
from random import Random
from time import monotonic, sleep, time

from features.steps.client import app, release, serve_again
from features.steps.databases import give_icon
from features.support.apps import Running, answers
from features.support.behaviour import Context, given, then, when
from tests.cli.program import PATIENCE

HOURS = 2 * 3600


def files(context: Context) -> list[Path]:
    folder = app(context).cache.parent
    return sorted(folder.iterdir()) if folder.exists() else []


def damage(context: Context, change: Callable[[bytes], bytes]) -> None:
    cache = app(context).cache
    cache.write_bytes(change(cache.read_bytes()))


@given("its cache has a flipped bit")
def flip(context: Context) -> None:
    damage(context, lambda whole: whole[:5000] + bytes([whole[5000] ^ 1]) + whole[5001:])


@given("its cache was cut short")
def cut(context: Context) -> None:
    damage(context, lambda whole: whole[: len(whole) // 2])


@given("its cache is full of zeros")
def zero(context: Context) -> None:
    damage(context, lambda whole: bytes(len(whole)))


@when("the app is killed {times:d} times while it writes and an administrator edits")
def kill_again_and_again(context: Context, times: int) -> None:
    seed = int(os.environ.get("WILDSIDE_TEST_SEED", time() * 1000))
    print(f"again with WILDSIDE_TEST_SEED={seed}")  # noqa: T201
    random = Random(seed)
    kept = Keeper(context)
    for number in range(times):
        with Running(app(context)) as running:
            running.await_answers(1)
            kept.publish(f"tag:round-{number}")
            if number % 2:
                await_litter(context)
            else:
                sleep(random.uniform(0, 0.1))
            running.end()
        kept.keep()
    context.world.remembered["killed"] = times


def await_litter(context: Context) -> None:
    """Return while a temporary file is there that is not what somebody killed before has left."""
    before, deadline = set(files(context)), monotonic() + PATIENCE
    while not set(files(context)) - before:
        assert monotonic() < deadline, "it never wrote a file of its own"


class Keeper:
    """The releases that there were, and what the cache was after each kill."""

    def __init__(self, context: Context) -> None:
        self._context = context
        self.releases = dict([context.world.remembered["before"]])
        self.copies: list[Path] = []
        context.world.remembered["kept"] = self

    def publish(self, icon: str) -> None:
        give_icon(self._context, "coffee", icon)
        self.releases.update([release(self._context)])

    def keep(self) -> None:
        copy = self._context.world.place / f"cache-{len(self.copies)}.json"
        copy.write_bytes(app(self._context).cache.read_bytes())
        self.copies.append(copy)


@when("another app and this one write the same cache while an administrator edits {times:d} times")
def share(context: Context, times: int) -> None:
    kept = Keeper(context)
    with Running(app(context)) as one, Running(app(context)) as other:
        for running in (one, other):
            running.await_answers(1)
        for number in range(times):
            kept.publish(f"tag:shared-{number}")
            kept.keep()
        for running in (one, other):
            running.await_answers(2)
        context.world.remembered["series"] = [one.end(), other.end()]


@then("every answer of both was a whole release, none older than one before")
def series_whole(context: Context) -> None:
    for series in context.world.remembered["series"]:
        assert all(given.whole and given.source == "network" for given in series), series
        numbers = [int(given.version.partition(".")[2].partition("-")[0]) for given in series]
        assert numbers == sorted(numbers), numbers
        assert len(set(numbers)) > 1, numbers


@then("each time its cache was a whole release, one of those that there were")
def each_whole(context: Context) -> None:
    kept: Keeper = context.world.remembered["kept"]
    context.world.program.stop()
    result = app(context).run(*map(str, kept.copies))
    serve_again(context)
    assert result.returncode == 0, result.stderr
    found = answers(result.stdout)
    assert len(found) == len(kept.copies)
    wrong = [given for given in found if given.source != "disk" or not given.whole]
    wrong += [given for given in found if kept.releases.get(given.version) != given.icon]
    assert not wrong, wrong
    assert len({given.version for given in found}) > 1, "no cache was ever written"


@then("a killed app leaves one file at most")
def one_file_each(context: Context) -> None:
    left = [file for file in files(context) if file != app(context).cache]
    assert 0 < len(left) <= context.world.remembered["killed"], left


@when("an hour has passed")
def an_hour_later(context: Context) -> None:
    """Let the files look older."""
    for file in files(context):
        moment = file.stat().st_mtime - HOURS
        os.utime(file, (moment, moment))
    give_icon(context, "coffee", "tag:later")


@then("its cache is all that is left")
def only_the_cache(context: Context) -> None:
    assert files(context) == [app(context).cache]


@then("it has kept nothing")
def kept_nothing(context: Context) -> None:
    assert files(context) == []
