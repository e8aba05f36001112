"""Which Chromium there is, and how it is started."""

import os
from collections.abc import Mapping
from shutil import which
from typing import Any

_NAMES = ("chromium-headless-shell", "chromium", "chromium-browser", "google-chrome")
MISSING = (
    "no Chromium: the pages are not looked at in a browser; apt-get install chromium-headless-shell, "
    "or name one in PLAYWRIGHT_CHROMIUM"
)


def found(environment: Mapping[str, str]) -> str | None:
    """Return the path of a Chromium: the one that is named, else the first on the path."""
    named = environment.get("PLAYWRIGHT_CHROMIUM")
    return named or next((path for name in _NAMES if (path := which(name))), None)


def options(program: str) -> dict[str, Any]:
    """Return how it is started. As root it can only run without its sandbox."""
    return {"executable_path": program, "chromium_sandbox": os.geteuid() != 0}
