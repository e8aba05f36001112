"""Diagrams and the audit, as files."""

from collections.abc import Sequence
from pathlib import Path

from wildside.domain.errors import NotFound
from wildside.domain.papers import Diagram
from wildside.outbound.areas import read_areas


class PaperFiles:
    """The files of a `docs` folder, and the declaration of areas. Raises AreasInvalid."""

    def __init__(self, docs: Path, areas: Path) -> None:
        self._docs = docs
        declared = read_areas(areas)
        shown = [table for area in declared if not area.bookkeeping for table in area.tables]
        self._diagrams = {
            one.name: one
            for one in (
                Diagram("overview", "How the tables refer to each other", sorted(shown)),
                *(Diagram(area.name, area.title, area.tables) for area in declared),
            )
        }

    def diagrams(self) -> Sequence[Diagram]:
        """Return those of the declared areas whose file is there."""
        return [one for one in self._diagrams.values() if self._drawing(one.name).is_file()]

    def drawing(self, name: str) -> bytes:
        """Return a diagram as SVG; only names that are declared become those of files."""
        try:
            return self._drawing(self._diagrams[name].name).read_bytes()
        except (KeyError, FileNotFoundError) as error:
            raise NotFound("There is no such diagram.") from error

    def audit(self) -> str:
        """Return the page that `wildside audit user-state --write` made."""
        try:
            return (self._docs / "audits" / "user-state.md").read_text(encoding="utf-8")
        except FileNotFoundError as error:
            raise NotFound("The audit did not come with this program.") from error

    def _drawing(self, name: str) -> Path:
        return self._docs / "diagrams" / "er" / f"{name}.svg"
