"""Every relative link of the project's own pages leads to a file that is there, and to a heading in it."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PAGES = [*sorted(ROOT.glob("*.md")), *sorted(ROOT.glob("docs/**/*.md")), *sorted(ROOT.glob("sql/*.md"))]

_BLOCK = re.compile(r"^```.*?^```", re.MULTILINE | re.DOTALL)
_LINK = re.compile(r"\]\(([^()\s]+)\)")
_HEADING = re.compile(r"^#+ (.+)$", re.MULTILINE)


def prose_of(page: Path) -> str:
    return _BLOCK.sub("", page.read_text())


def anchors(text: str) -> set[str]:
    """The anchors of the headings, as GitHub makes them."""
    plain = (re.sub(r"[^\w\- ]", "", heading.lower()) for heading in _HEADING.findall(text))
    return {one.strip().replace(" ", "-") for one in plain}


def broken(page: Path) -> Iterator[str]:
    for link in _LINK.findall(prose_of(page)):
        name, _, anchor = link.partition("#")
        if "://" in link:
            continue
        target = page.parent / name.replace("%25", "%") if name else page
        if not target.exists():
            yield f"{link}: there is no such file"
        elif anchor and anchor not in anchors(prose_of(target)):
            yield f"{link}: there is no such heading"


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.relative_to(ROOT).as_posix())
def test_links_lead_somewhere(page: Path) -> None:
    assert list(broken(page)) == []


def test_a_link_that_leads_nowhere_is_found(tmp_path: Path) -> None:
    page = tmp_path / "page.md"
    page.write_text(
        "# A `page`\n[a](#a-page) [b](#gone) [c](gone.md) [d](page.md#a-page) [e](https://x.test)\n"
    )
    assert list(broken(page)) == ["#gone: there is no such heading", "gone.md: there is no such file"]


def test_decisions_are_numbered_as_their_files_are() -> None:
    pages = sorted((ROOT / "docs/decisions").glob("0*.md"))
    index = (ROOT / "docs/decisions/README.md").read_text()
    for number, page in enumerate(pages, start=1):
        title = page.read_text().splitlines()[0]
        assert title.startswith(f"# {number}. ")
        assert page.name.startswith(f"{number:04}-")
        assert f"{number}. [{title.partition('. ')[2]}]({page.name})" in index
