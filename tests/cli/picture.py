"""The picture of `wildside up` in the README, drawn from what it prints.

python -m tests.cli.picture      `just picture`
"""

import io
import re
import tempfile
from pathlib import Path

from rich.console import Console

from tests.cli.program import Program

PICTURE = Path(__file__).parents[2] / "docs" / "images" / "up.svg"
HOME = "/home/you/.local/state/wildside"


def printed() -> list[str]:
    """What a newcomer sees, with a home and a port like anybody's."""
    with tempfile.TemporaryDirectory() as folder:
        data = Path(folder, "data")
        with Program("up", "--port", "0", "--data-dir", str(data), env={"TMPDIR": folder}) as program:
            program.wait_for("Ctrl-C stops it.")
            port = program.url().rpartition(":")[2]
            lines = [*program.stderr, *program.stdout]
    replaced = {str(data): HOME, str(data).replace("/", "%2F"): HOME.replace("/", "%2F"), f":{port}": ":8080"}
    text = "\n".join(lines)
    for found, shown in replaced.items():
        text = text.replace(found, shown)
    return re.sub(r"host=[^&]*", f"host={HOME.replace('/', '%2F')}", text).split("\n")


def drawn(lines: list[str]) -> str:
    """An SVG of a terminal; the same lines give the same bytes."""
    width = max(map(len, lines)) + 1
    console = Console(
        record=True, width=width, file=io.StringIO(), highlight=False, markup=False, emoji=False
    )
    for line in ["$ wildside up", *lines]:
        console.print(line, soft_wrap=True)
    return console.export_svg(title="wildside up", unique_id="up")


if __name__ == "__main__":
    PICTURE.write_text(drawn(printed()))
