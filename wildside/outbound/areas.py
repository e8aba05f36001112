"""The declaration of areas in."""

import tomllib
from pathlib import Path

from wildside.domain.areas import Area, parse_areas
from wildside.domain.command_errors import AreasInvalid


def read_areas(file: Path) -> list[Area]:
    """Read the areas of a schema. Raises AreasInvalid."""
    try:
        declared = tomllib.loads(file.read_text(encoding="utf-8"))
    except OSError as error:
        raise AreasInvalid([f"{file}: {error.strerror}"]) from error
    except ValueError as error:
        raise AreasInvalid([f"{file}: {error}"]) from error
    return parse_areas(declared)
