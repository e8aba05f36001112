"""Text as Markdown that shows it as it is, in a table's cell as anywhere."""

import re
from collections.abc import Sequence


def prose(text: str) -> str:
    """Return text for people: nothing in it is markup, and it stays in one cell."""
    escaped = text.strip().replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    escaped = re.sub(r"([\\`*\[\]|~])", r"\\\1", escaped)
    return re.sub(r"\s*\r?\n\s*", "<br>", escaped)


def code(text: str) -> str:
    """Return text in a code span, with a fence that none of its backticks can close."""
    line = " ".join(text.split()).replace("|", "\\|")
    longest = max((len(run) for run in re.findall("`+", line)), default=0)
    fence = "`" * (longest + 1)
    padding = " " if line.startswith("`") or line.endswith("`") else ""
    return f"{fence}{padding}{line}{padding}{fence}"


def block(text: str, language: str) -> list[str]:
    """Return a block of code."""
    longest = max((len(run) for run in re.findall("`{3,}", text)), default=2)
    fence = "`" * (longest + 1)
    return [f"{fence}{language}", *text.split("\n"), fence, ""]


def table(head: Sequence[str], rows: Sequence[Sequence[str]]) -> list[str]:
    """Return a table; nothing where there are no rows."""
    if not rows:
        return []
    lines = [head, ["---"] * len(head), *rows]
    return ["| " + " | ".join(cells) + " |" for cells in lines] + [""]


def section(title: str, body: Sequence[str]) -> list[str]:
    """Return a heading and what stands under it; nothing where that is empty."""
    return [f"## {title}", "", *body] if body else []
