"""The rules about who imports whom: kept as they are, and broken by what they forbid."""

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.cli.program import environment

ROOT = Path(__file__).parents[2]
ROOMS = "The rooms"
INSIDE = "The inside knows no technology"
DOMAIN = "The domain neither waits"
DRIVERS = "Only the outside that speaks SQL"

VIOLATIONS = {
    "domain waits": ("domain/health.py", "import asyncio", DOMAIN),
    "domain asks the time": ("domain/health.py", "import time", DOMAIN),
    "domain looks around": ("domain/release.py", "from os import environ", DOMAIN),
    "domain speaks SQL": ("domain/health.py", "import asyncpg", INSIDE),
    "ports know HTTP": ("ports/health.py", "from starlette.requests import Request", INSIDE),
    "use cases read settings": (
        "usecases/current_release.py",
        "from wildside.settings import Settings",
        INSIDE,
    ),
    "handlers speak SQL": ("inbound/http/health.py", "import asyncpg", DRIVERS),
    "handlers reach outside": (
        "inbound/http/health.py",
        "from wildside.outbound.postgres.pool import Limits",
        ROOMS,
    ),
    "stores reach the callers": ("outbound/files.py", "from wildside.inbound.http import urls", ROOMS),
    "domain asks a port": ("domain/health.py", "from wildside.ports.health import HealthStore", ROOMS),
    "use cases compose": ("usecases/current_release.py", "from wildside import app", ROOMS),
    "an import within a function": ("domain/health.py", "def f() -> None:\n    import asyncpg", INSIDE),
    "a room that nobody declared": ("cellar.py", '"""Nobody said where this belongs."""', ROOMS),
}


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    """A copy of the package with its rules."""
    ignored = shutil.ignore_patterns("__pycache__")
    shutil.copytree(ROOT / "wildside", tmp_path / "wildside", ignore=ignored)
    shutil.copy(ROOT / "pyproject.toml", tmp_path)
    return tmp_path


def lint(folder: Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [Path(sys.executable).parent / "lint-imports", "--no-cache"],
        cwd=folder,
        env=environment(PYTHONPATH=str(folder), COLUMNS="200"),
        capture_output=True,
        text=True,
        check=False,
    )


def test_the_package_keeps_the_rules(copy: Path) -> None:
    result = lint(copy)
    assert result.returncode == 0, result.stdout
    assert " 0 broken" in result.stdout


@pytest.mark.parametrize(("file", "line", "rule"), VIOLATIONS.values(), ids=VIOLATIONS)
def test_a_planted_violation_is_found(copy: Path, file: str, line: str, rule: str) -> None:
    with (copy / "wildside" / file).open("a") as module:
        module.write(f"\n\n{line}\n")
    result = lint(copy)
    assert result.returncode != 0, result.stdout
    broken = [line for line in result.stdout.splitlines() if line.endswith(" BROKEN")]
    assert [line for line in broken if line.startswith(rule)], result.stdout + result.stderr
