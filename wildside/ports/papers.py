"""What is asked of the papers that come with the program."""

from collections.abc import Sequence
from typing import Protocol

from wildside.domain.papers import Diagram


class Papers(Protocol):
    """Reads papers anew each time: they are large, and seldom asked for."""

    def diagrams(self) -> Sequence[Diagram]:
        """Return the diagrams that there are, that of the whole schema first."""
        ...

    def drawing(self, name: str) -> bytes:
        """Return a diagram as SVG. Raises NotFound."""
        ...

    def audit(self) -> str:
        """Return the audit of user state as Markdown. Raises NotFound."""
        ...
