"""The papers that come with the program: a diagram of each area of the schema, and the audit."""

from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Diagram:
    """A picture of tables. `name` is also that of its file, without the ending."""

    name: str
    title: str
    tables: Sequence[str]
