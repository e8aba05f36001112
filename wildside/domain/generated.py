"""Files that are made and never edited: what there should be against what there is."""

import difflib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal


@dataclass(frozen=True, slots=True)
class Difference:
    """A file that is not as it should be; `line` is the first that differs, `diff` how."""

    file: str
    state: Literal["missing", "stale", "different"]
    line: int
    diff: str

    def __str__(self) -> str:
        what = {"missing": "is missing", "stale": "should not be there", "different": "is out of date"}
        return f"{self.file}:{self.line}: {self.state}: {what[self.state]}"


def differences(wanted: Mapping[str, str], found: Mapping[str, str]) -> list[Difference]:
    """Compare files by name; the order is that of the names."""
    made: list[Difference] = []
    for name in sorted({*wanted, *found}):
        if name not in found:
            made.append(Difference(name, "missing", 0, ""))
        elif name not in wanted:
            made.append(Difference(name, "stale", 0, ""))
        elif wanted[name] != found[name]:
            diff = unified(found[name], wanted[name], name, f"{name}, as it should be")
            made.append(Difference(name, "different", _first_line(found[name], wanted[name]), diff))
    return made


def unified(before: str, after: str, before_name: str, after_name: str) -> str:
    """Return a unified diff, nothing where there is no difference."""
    lines = difflib.unified_diff(before.split("\n"), after.split("\n"), before_name, after_name, lineterm="")
    return "\n".join(lines)


def _first_line(found: str, wanted: str) -> int:
    pairs = enumerate(zip(found.split("\n"), wanted.split("\n"), strict=False), start=1)
    both: Sequence[int] = [number for number, (left, right) in pairs if left != right]
    return both[0] if both else min(found.count("\n"), wanted.count("\n")) + 1
