"""The file of the demo city's routes, when it cannot be read."""

from pathlib import Path

import pytest

from wildside.domain.command_errors import ExampleRoutesInvalid
from wildside.outbound.example_city import read_example_city


@pytest.mark.parametrize(
    ("content", "told"),
    [
        (None, "No such file"),
        (b"routes = [", "Invalid value"),
        (b"routes = 1", "Expected `array`"),
        (b'walks = "x"', "unknown field `walks`"),
        (b"\xff", "utf-8"),
    ],
)
def test_what_is_wrong_with_the_file_is_told(tmp_path: Path, content: bytes | None, told: str) -> None:
    file = tmp_path / "routes.toml"
    if content is not None:
        file.write_bytes(content)
    with pytest.raises(ExampleRoutesInvalid) as refused:
        read_example_city(file)
    (problem,) = refused.value.problems
    assert told in problem
    assert "routes.toml" in problem
