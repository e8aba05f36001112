"""The file of the demo city's routes."""

import tomllib
from pathlib import Path

from wildside.domain.command_errors import ExampleRoutesInvalid
from wildside.domain.example_routes import ExampleCity, parse_city


def read_example_city(path: Path) -> ExampleCity:
    """Read the routes of a city. Raises ExampleRoutesInvalid where the file cannot be read as such."""
    try:
        return parse_city(tomllib.loads(path.read_text(encoding="utf-8")))
    except OSError as error:
        raise ExampleRoutesInvalid([f"{path}: {error.strerror}"]) from error
    except ValueError as error:
        raise ExampleRoutesInvalid([f"{path.name}: {error}"]) from error
