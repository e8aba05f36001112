"""A run that leaves out what nobody agreed to is red, and says so."""

import subprocess
import sys
from pathlib import Path

import pytest

from tests.cli.program import environment
from tests.skips import allowed, unlisted

ROOT = Path(__file__).parents[2]


@pytest.mark.parametrize(
    ("workers", "reason", "code"),
    [("0", "no installed PostgreSQL was built with ICU", 0), ("0", "I am tired", 1), ("1", "I am tired", 1)],
)
def test_a_reason_must_be_listed(tmp_path: Path, workers: str, reason: str, code: int) -> None:
    test = tmp_path / "test_lazy.py"
    test.write_text(f"import pytest\ndef test_one(): pytest.skip({reason!r})\ndef test_two(): pass\n")
    # As conftest.py has them, which here would start a PostgreSQL.
    (tmp_path / "conftest.py").write_text(
        "from tests.skips import pytest_sessionfinish, tell_unlisted\n"
        "def pytest_terminal_summary(terminalreporter): tell_unlisted(terminalreporter)\n"
    )
    words = [sys.executable, "-m", "pytest", "-q", "--rootdir", str(tmp_path), "-n", workers, str(test)]
    done = subprocess.run(
        words,
        cwd=tmp_path,
        env=environment(PYTHONPATH=str(ROOT)),
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert done.returncode == code, done.stdout + done.stderr
    assert ("I am tired" in done.stdout) == (code == 1)


def test_what_is_listed_is_said_somewhere() -> None:
    """So that the list does not outlive what it is about."""
    sources = "".join(path.read_text() for path in (ROOT / "tests").rglob("*.py") if path != Path(__file__))
    assert [one for one in allowed() if one.partition("*")[0] not in sources] == []


def test_a_reason_is_compared_whole() -> None:
    assert unlisted(
        ["there is no postgresql-18 here", "there is no time here", "only root must change to another user"]
    ) == ["there is no time here"]
