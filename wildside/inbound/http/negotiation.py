"""Content negotiation and conditional requests, as far as fixed representations need them."""

import re
from collections.abc import Sequence

_ENTITY_TAG = re.compile(r'(?:W/)?("[^"]*")')


def accepts(accept: str | None, media_type: str) -> bool:
    """Return whether an Accept header allows a media type (RFC 9110, section 12.5.1).

    The most specific range that matches decides; no header accepts everything.
    """
    if accept is None:
        return True
    ranges = (media_type, media_type.split("/", maxsplit=1)[0] + "/*", "*/*")
    weights = _weights(accept)
    return next((weights[name] > 0 for name in ranges if name in weights), False)


def choose_coding(accept_encoding: str | None, offered: Sequence[str]) -> str | None:
    """Return the coding to send, or None when identity is forbidden and nothing else is accepted.

    RFC 9110, section 12.5.3. `offered` stands in our order of preference, which decides between equal
    weights, and ends with identity, which needs no mention to be accepted but comes last then.
    """
    if not accept_encoding:
        return "identity"
    weights = _weights(accept_encoding.replace("x-gzip", "gzip"))
    others = weights.get("*", 0.0)
    weighed = {coding: weights.get(coding, others) for coding in offered}
    if weights.keys().isdisjoint({"identity", "*"}):
        weighed["identity"] = min([weight for weight in weighed.values() if weight > 0], default=1.0) / 2
    best = max(offered, key=lambda coding: weighed[coding])
    return best if weighed[best] > 0 else None


def _weights(header: str) -> dict[str, float]:
    weights: dict[str, float] = {}
    for item in header.split(","):
        name, *parameters = (part.strip().lower() for part in item.split(";"))
        weights[name] = next((_weight(p[2:]) for p in parameters if p.startswith("q=")), 1.0)
    return weights


def _weight(text: str) -> float:
    """Read a qvalue; what is none weighs nothing."""
    return float(text) if re.fullmatch(r"(0(\.\d{0,3})?|1(\.0{0,3})?)", text) else 0.0


def matches(if_none_match: str | None, etag: str) -> bool:
    """Return whether If-None-Match names this entity tag, by weak comparison (RFC 9110, section 13.1.2)."""
    if if_none_match is None:
        return False
    return if_none_match.strip() == "*" or etag in _ENTITY_TAG.findall(if_none_match)
