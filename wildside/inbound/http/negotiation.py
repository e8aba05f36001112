"""Content negotiation and conditional requests, as far as fixed representations need them."""

import re

_ENTITY_TAG = re.compile(r'(?:W/)?("[^"]*")')


def accepts(accept: str | None, media_type: str) -> bool:
    """Return whether an Accept header allows a media type (RFC 9110, section 12.5.1).

    The most specific range that matches decides; no header accepts everything.
    """
    if accept is None:
        return True
    ranges = (media_type, media_type.split("/", maxsplit=1)[0] + "/*", "*/*")
    weights: dict[str, float] = {}
    for item in accept.split(","):
        name, *parameters = (part.strip().lower() for part in item.split(";"))
        weights[name] = next((_weight(p[2:]) for p in parameters if p.startswith("q=")), 1.0)
    return next((weights[name] > 0 for name in ranges if name in weights), False)


def _weight(text: str) -> float:
    try:
        return float(text)
    except ValueError:
        return 0.0


def matches(if_none_match: str | None, etag: str) -> bool:
    """Return whether If-None-Match names this entity tag, by weak comparison (RFC 9110, section 13.1.2)."""
    if if_none_match is None:
        return False
    return if_none_match.strip() == "*" or etag in _ENTITY_TAG.findall(if_none_match)
