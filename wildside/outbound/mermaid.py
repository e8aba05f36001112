"""Draws Mermaid text as SVG with mermaidx: mermaid.js in the process, without a browser or Node.js."""

import hashlib
import importlib.metadata
import json
import multiprocessing
import os
from collections.abc import Callable, Mapping
from concurrent.futures import BrokenExecutor, Future, ProcessPoolExecutor, as_completed
from typing import Any
from xml.etree import ElementTree as ET

from wildside.domain.command_errors import RendererFailed

VERSION = "0.10.1"
"""Another version draws other bytes, so `pyproject.toml` asks for this one."""

SETTINGS: Mapping[str, Any] = {
    "theme": "neutral",
    "handDrawnSeed": 1,
    "htmlLabels": False,  # text, not HTML in a foreign object, which few viewers draw
    # mermaidx measures every text in a DejaVu Sans of its own, so a wider font would leave its boxes.
    "fontFamily": "DejaVu Sans, Verdana, Arial, sans-serif",
    "er": {"useMaxWidth": False, "nodeSpacing": 50, "rankSpacing": 90},
    "flowchart": {"wrappingWidth": 400},  # the name of a table in one line, where no columns are drawn
}

_QUICKER = """
(() => {
  const split = __splitTopLevel, parse = __parseComplex, lists = new Map(), chains = new Map();
  const kept = (map, key, make) => { if (!map.has(key)) map.set(key, make(key)); return map.get(key); };
  globalThis.__parseComplex = (selector) => kept(chains, selector, parse);
  globalThis.__matches = (element, selector) =>
    kept(lists, selector, (all) => split(all.trim(), (c) => c === ",").map(([part]) => part.trim()))
      .some((part) => __matchesSimple(element, part));
  const first = (node, selector) => {
    for (const child of node.childNodes) {
      if (child.nodeType !== 1) continue;
      const found = __matches(child, selector) ? child : first(child, selector);
      if (found) return found;
    }
    return null;
  };
  globalThis.__querySelector = first;
})();
"""
"""Lets mermaidx's own document remember parsed selectors and stop at the first match: the same bytes in a
quarter of the time, and minutes become seconds where there are many tables."""

DRAWER = f"mermaidx {VERSION}/{hashlib.sha256(json.dumps(SETTINGS).encode()).hexdigest()[:8]}"
"""Who draws and how."""


def draw(sources: Mapping[str, str], done: Callable[[str], None]) -> dict[str, str]:
    """Draw every text; return the SVG of each name. Raises RendererFailed; then nothing is drawn."""
    _must_be_there()
    made: dict[str, str] = {}
    workers = max(1, min(len(sources), os.cpu_count() or 1))
    # Processes of their own: mermaid.js is slow, and nothing that it does to memory reaches us.
    spawn = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(workers, spawn) as pool:
        try:
            waiting = {pool.submit(_draw, text): name for name, text in sources.items()}
            for future in as_completed(waiting):
                name = waiting[future]
                made[name] = _checked(name, future)
                done(name)
        except BrokenExecutor as error:
            raise RendererFailed(f"mermaidx ended its process: {error}") from error
        finally:
            pool.shutdown(wait=True, cancel_futures=True)
    return made


def _must_be_there() -> None:
    hint = f"pip install 'wildside[toolkit]', which brings mermaidx {VERSION}, or use --skip-svg"
    try:
        found = importlib.metadata.version("mermaidx")
    except importlib.metadata.PackageNotFoundError as error:
        raise RendererFailed(f"there is nothing to draw with: {hint}") from error
    if found != VERSION:
        raise RendererFailed(f"mermaidx {found} would draw other pictures: {hint}")


def _draw(text: str) -> str:
    import mermaidx  # noqa: PLC0415 (an extra, and slow to load)

    _hasten()
    return str(mermaidx.render(text, theme=SETTINGS["theme"], config=dict(SETTINGS)).svg())


def _hasten() -> None:
    """Add our script to those of mermaidx, once."""
    from mermaidx.engines import quickjs_engine as engine  # noqa: PLC0415

    scripts = engine.context_scripts()
    if scripts[-1] != _QUICKER:
        engine.context_scripts = lambda: (*scripts, _QUICKER)


def _checked(name: str, future: Future[str]) -> str:
    try:
        svg = future.result()
        root = ET.fromstring(svg)  # noqa: S314 (drawn by ourselves)
    except BrokenExecutor:
        raise
    except ET.ParseError as error:
        raise RendererFailed(f"mermaidx drew {name} as something that is no SVG: {error}") from error
    except Exception as error:
        raise RendererFailed(f"mermaidx cannot draw {name}: {error}") from error
    if root.tag != "{http://www.w3.org/2000/svg}svg" or root.get("aria-roledescription") != "er":
        raise RendererFailed(f"mermaidx drew {name} as something else than the diagram")
    return svg
