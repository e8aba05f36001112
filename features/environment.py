"""One PostgreSQL for all scenarios, a world for each."""

from contextlib import ExitStack
from typing import Any

from features.support.databases import running
from features.support.world import World
from tests.cli.places import open_place


def before_all(context: Any) -> None:
    context.stack = ExitStack()
    place = context.stack.enter_context(open_place())
    context.databases = context.stack.enter_context(running(place))


def before_scenario(context: Any, _scenario: Any) -> None:
    context.world = World(context.databases)


def after_scenario(context: Any, _scenario: Any) -> None:
    context.world.close()


def after_all(context: Any) -> None:
    context.stack.close()
