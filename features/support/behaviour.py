"""behave's decorators and context, with types."""

from collections.abc import Callable
from typing import Protocol, TypeVar

import behave

from features.support.world import World

Step = TypeVar("Step", bound=Callable[..., None])


class Context(Protocol):
    """What behave passes to every step."""

    world: World


def given(sentence: str) -> Callable[[Step], Step]:
    return _decorator(behave.given, sentence)


def when(sentence: str) -> Callable[[Step], Step]:
    return _decorator(behave.when, sentence)


def then(sentence: str) -> Callable[[Step], Step]:
    return _decorator(behave.then, sentence)


def _decorator(kind: Callable[[str], Callable[[Step], Step]], sentence: str) -> Callable[[Step], Step]:
    return kind(sentence)
