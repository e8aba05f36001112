"""What the promises of docs/reliability.md were found to be: told at the end of a run."""

import os
import re
from collections.abc import Callable, Iterable
from pathlib import Path
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


DOCUMENT = Path(__file__).parents[1] / "docs" / "reliability.md"
_FIGURES = re.compile(r"(?<=\n```figures\n).*?(?=^```$)", re.S | re.M)


def figures(text: str) -> list[str]:
    """The lines of the document that runs have written."""
    found = _FIGURES.search(text)
    assert found, "the document has a block ```figures"
    return found[0].splitlines()


def recorded(text: str, lines: list[str]) -> str:
    """The document with the lines of a run in the place of those of the same promises."""
    told_now = {line[:2] for line in lines}
    kept = [line for line in figures(text) if line[:2] not in told_now]
    block = "".join(f"{line}\n" for line in sorted([*kept, *lines]))
    return _FIGURES.sub(lambda _: block, text)


def record(lines: list[str]) -> None:
    """Write a run's figures into the document, where RECORD is set."""
    if os.environ.get("RECORD"):
        DOCUMENT.write_text(recorded(DOCUMENT.read_text(), lines))
