"""What the promises of docs/reliability.md were found to be: told at the end of a run."""

from collections.abc import Callable, Iterable
from typing import Any

_NAME = "promise"

Promise = Callable[..., None]
"""Called with the number of a promise and, by name, the figures that were found."""


def promise(record: Callable[[str, object], None]) -> Promise:
    """A promise whose figures travel with the report of a test, from whichever process ran it."""

    def found(number: int, **figures: Any) -> None:
        told = ", ".join(f"{name.replace('_', ' ')} {figure}" for name, figure in figures.items())
        record(_NAME, f"{number:2}  {told}")

    return found


def told(properties: Iterable[tuple[str, object]]) -> list[str]:
    """The lines among the properties of reports, by number."""
    return sorted(str(value) for name, value in properties if name == _NAME)
