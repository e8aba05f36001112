"""Files of OpenStreetMap, read with osmium, which only who imports needs."""

from collections.abc import Callable, Iterable
from pathlib import Path

from wildside.domain.command_errors import ToolMissing
from wildside.domain.osm import Element


def open_extract(path: Path) -> "OsmFile":
    """Open a file. Raises ToolMissing without osmium."""
    try:
        import osmium  # noqa: F401, PLC0415 - only who imports needs it
    except ModuleNotFoundError as error:
        raise ToolMissing("reading OpenStreetMap needs osmium: pip install 'wildside[osm]'") from error
    return OsmFile(path)


class OsmFile:
    """An extract in the format PBF."""

    def __init__(self, path: Path) -> None:
        self._path = path

    def digest(self) -> str:
        """Return SHA-256 of the file, hexadecimal."""
        raise NotImplementedError

    def elements(
        self, wanted: Callable[[dict[str, str]], bool], note: Callable[[int], None]
    ) -> Iterable[Element]:
        """Read every element whose tags are wanted."""
        raise NotImplementedError
