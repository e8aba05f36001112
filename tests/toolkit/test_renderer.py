"""What draws the diagrams: which one it must be, and that it always draws the same."""

import importlib.metadata

import mermaidx
import pytest

from wildside.config import sql_folder
from wildside.domain.command_errors import RendererFailed
from wildside.domain.drawings import drawn
from wildside.outbound import mermaid

ROOT = sql_folder().parent
DIAGRAMS = ROOT / "docs" / "diagrams" / "er"
SVG = '<svg id="my-svg" viewBox="0 0 10 20" style="background-color: transparent;">{}</svg>'


def test_a_renderer_that_is_missing_or_another_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(importlib.metadata, "version", lambda _name: "0.9")
    with pytest.raises(RendererFailed, match=r"mermaidx 0\.9 would draw other pictures: pip install"):
        mermaid.draw({"a": "erDiagram\n"}, lambda _name: None)

    def missing(name: str) -> str:
        raise importlib.metadata.PackageNotFoundError(name)

    monkeypatch.setattr(importlib.metadata, "version", missing)
    with pytest.raises(RendererFailed, match="there is nothing to draw with: pip install"):
        mermaid.draw({"a": "erDiagram\n"}, lambda _name: None)


def test_the_real_renderer_draws_the_smallest_picture_as_it_is_committed() -> None:
    smallest = min(DIAGRAMS.glob("*.mmd"), key=lambda path: len(path.read_text()))
    name, source = smallest.stem, smallest.read_text()
    svg = mermaid.draw({name: source}, lambda _name: None)[name]
    assert drawn(name, source, svg, mermaid.DRAWER) == smallest.with_suffix(".svg").read_text()


def test_drawing_quicker_draws_the_same() -> None:
    source = 'erDiagram\n    "class" {\n        text a PK,FK "null"\n    }\n    b |o..o{ "class" : "a, b"\n'
    svg = mermaid.draw({"a": source}, lambda _name: None)["a"]
    slowly = mermaidx.render(source, theme=mermaid.SETTINGS["theme"], config=dict(mermaid.SETTINGS))
    assert svg == slowly.svg()
    assert ">class<" in svg
