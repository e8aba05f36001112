"""docs/reliability.md, read: which test proves which claim, and the numbers."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from tests.promises import DOCUMENT

_NAMED = re.compile(r"`(tests/[\w/]+\.py)`")


@dataclass(frozen=True, slots=True)
class Claim:
    """A row: its number, what is claimed, what proves it, and how much in every run and in soak."""

    number: int
    text: str
    files: tuple[str, ...]
    quick: str
    whole: str


def _rows(heading: str) -> Iterator[list[str]]:
    """The cells of the table under a heading, without its head."""
    section = DOCUMENT.read_text().partition(f"## {heading}\n")[2].partition("\n## ")[0]
    lines = [line for line in section.splitlines() if line.startswith("|")]
    for line in lines[2:]:
        yield [cell.strip() for cell in line.strip("|").split("|")]


def claims() -> list[Claim]:
    """The claims, in the order of the page."""
    return [
        Claim(int(number), text, tuple(_NAMED.findall(proof)), quick, whole)
        for number, text, proof, quick, whole in _rows("Claims")
    ]


def numbers() -> dict[str, tuple[str, str]]:
    """What each number is called → the number, and how it can be set."""
    return {name: (value, how) for name, value, how in _rows("Numbers")}
