"""What the documents say is what the program does."""

import json
import re
from pathlib import Path

import pytest

from tests.conftest import REFERENCE
from wildside.inbound.cli.errors import EXIT_CODES
from wildside.inbound.cli.main import cli
from wildside.inbound.http import problems
from wildside.inbound.http.urls import ROUTES
from wildside.outbound.files import read_source

ROOT = Path(__file__).parents[2]
API = (ROOT / "docs/api.md").read_text()
OPERATING = (ROOT / "docs/operating.md").read_text()


def test_every_problem_code_is_documented() -> None:
    codes = {
        *problems._CODES.values(),
        *(error.code for error in {*problems._UNAVAILABLE, *problems._REFUSED}),
    }
    assert [code for code in sorted(codes) if f"`{code}`" not in API] == []


def test_every_path_is_documented() -> None:
    paths = [
        (method, route.path) for route in ROUTES for method in sorted({*(route.methods or ())} - {"HEAD"})
    ]
    assert [path for path in paths if f"`{path[0]} {path[1]}`" not in API] == []


def test_every_exit_code_is_documented() -> None:
    documented = {int(code) for code in re.findall(r"^\| (\d) \|", OPERATING, re.MULTILINE)}
    assert documented == {0, 1, *EXIT_CODES.values()}


@pytest.mark.parametrize("command", sorted(cli.commands))
def test_every_command_is_documented(command: str) -> None:
    assert f"`wildside {command}`" in OPERATING


def test_every_guard_of_the_seed_is_documented() -> None:
    plan = (ROOT / "wildside/domain/plan.py").read_text()
    guards = set(re.findall(r'f?"([a-z_]+): \{', plan))
    assert len(guards) == 4
    assert [guard for guard in sorted(guards) if f"`{guard}`" not in OPERATING] == []


def test_the_readme_counts_the_rows() -> None:
    rows = sum(len(json.loads(path.read_text())) for path in REFERENCE.glob("*.json"))
    assert f"{rows} rows of" in (ROOT / "README.md").read_text()
    assert len(read_source(REFERENCE).manifest.order) == 20


def test_the_continuous_integration_runs_the_second_command() -> None:
    run = (ROOT / ".ci/run").read_text()
    steps = "python3 -m venv .venv", ". .venv/bin/activate", "-e '.[dev]'", "just test"
    readme = (ROOT / "README.md").read_text()
    assert all(step in run and step in readme for step in steps)
