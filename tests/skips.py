"""Nothing is left out unseen: each reason for which a test was skipped is one of tests/skips.txt."""

from fnmatch import fnmatchcase
from pathlib import Path
from typing import Any

import pytest

ALLOWED = Path(__file__).with_suffix(".txt")


def allowed() -> list[str]:
    """The patterns of the committed list."""
    lines = ALLOWED.read_text().splitlines()
    return [line for line in lines if line and not line.startswith("#")]


def unlisted(reasons: list[str]) -> list[str]:
    """Those reasons that nobody has agreed to."""
    return sorted({one for one in reasons if not any(fnmatchcase(one, pattern) for pattern in allowed())})


def _skipped(reporter: Any) -> list[str]:
    reports = reporter.stats.get("skipped", []) if reporter else []
    told = [one.longrepr[2] if isinstance(one.longrepr, tuple) else str(one.longrepr) for one in reports]
    return [one.removeprefix("Skipped: ") for one in told]


@pytest.hookimpl(trylast=True)
def pytest_sessionfinish(session: pytest.Session) -> None:
    """Fail a run that left something out for another reason."""
    if unlisted(_skipped(session.config.pluginmanager.get_plugin("terminalreporter"))):
        session.exitstatus = pytest.ExitCode.TESTS_FAILED


def tell_unlisted(reporter: Any) -> None:
    """Say at the end of a run why it failed."""
    if found := unlisted(_skipped(reporter)):
        reporter.section(f"left out, and not in {ALLOWED.name}", red=True)
        reporter.write("\n".join([*found, ""]))
