"""Places for `wildside up`."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.cli.places import open_place, processes_in
from tests.cli.program import Program


@pytest.fixture
def place() -> Iterator[Path]:
    """An open folder. Nothing may run in it at the end of the test."""
    with open_place() as folder:
        yield folder
        assert processes_in(folder) == {}


@pytest.fixture(scope="session")
def made_data() -> Iterator[Path]:
    """A data directory that `wildside up` has made. Only to be copied."""
    with open_place() as folder:
        with Program("up", "--port", "0", "--data-dir", str(folder / "data")) as program:
            program.url()
        assert program.process.returncode == 0, program.output
        yield folder / "data"
