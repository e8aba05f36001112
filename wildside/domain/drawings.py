"""Drawings of diagrams: each says from which text it was drawn and by what, so that an old one is known.

Drawing is slow, so only what changed is drawn anew.
"""

import hashlib
import re

from wildside.domain.diagrams import MARK

_STAMP = re.compile(
    r"<!-- (?P<mark>.+): from (?P<source>\w+), by (?P<drawer>.+), itself (?P<body>\w+)\. -->\n"
)
_VIEW = re.compile(r'<svg [^>]*viewBox="(\S+) (\S+) (\S+) (\S+)"[^>]*>')
_ID = "my-svg"
"""The name that the renderer gives to every picture; two in one page would mix up their styles."""


def drawn(name: str, source: str, svg: str, drawer: str) -> str:
    """Return a picture as it is kept: on a ground of its own, to be read on light and on dark pages."""
    body = svg.replace(_ID, f"er-{name}").replace("background-color: transparent", "background-color: #fff")
    body = _VIEW.sub(_with_ground, body, count=1).rstrip("\n") + "\n"
    return f"<!-- {MARK}: from {_digest(source)}, by {drawer}, itself {_digest(body)}. -->\n{body}"


def is_current(svg: str, source: str, drawer: str) -> bool:
    """Say whether a kept picture was drawn from this text by this drawer, and not changed since."""
    stamp = _STAMP.match(svg)
    if stamp is None:
        return False
    told = (stamp["mark"], stamp["source"], stamp["drawer"], stamp["body"])
    return told == (MARK, _digest(source), drawer, _digest(svg[stamp.end() :]))


def _with_ground(match: re.Match[str]) -> str:
    left, top, width, height = match.groups()
    ground = f'<rect x="{left}" y="{top}" width="{width}" height="{height}" fill="#fff"/>'
    return f"{match[0]}{ground}"


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()
