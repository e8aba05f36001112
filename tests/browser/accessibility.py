"""Is a page one that everybody can use? axe-core looks, in the browser."""

from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page

AXE = Path(__file__).parents[2] / "clients/typescript/node_modules/axe-core/axe.min.js"
_RUN = "axe.run({resultTypes: ['violations']})"


def violations(page: Page) -> list[str]:
    """Return what axe-core finds serious or critical, a line each.

    The debugger runs it, so that a page's own rules for scripts stay as strict as they are.
    """
    if not AXE.is_file():
        pytest.skip("no axe-core: just typescript installs it")
    page.evaluate(AXE.read_text(encoding="utf-8"))
    found: dict[str, Any] = page.evaluate(_RUN)
    grave = [one for one in found["violations"] if one["impact"] in {"serious", "critical"}]
    assert found["testEngine"]["name"] == "axe-core"
    return [f"{one['id']}: {node['html']}" for one in grave for node in one["nodes"]]
