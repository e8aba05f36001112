"""What a query of Prometheus asks for: metrics, their labels, and the values that these shall have."""

import re
from dataclasses import dataclass

_MATCHER = r'(\w+)\s*(=~|!~|!=|=)\s*"((?:[^"\\]|\\.)*)"'
_SELECTOR = re.compile(rf"([a-zA-Z_:][\w:]*)\s*(\{{\s*(?:{_MATCHER}\s*,?\s*)*\}})?")
_GROUPING = re.compile(r"\b(?:by|without|on|ignoring)\s*\(([^)]*)\)")
_RANGE = re.compile(r"\[[^\]]*\]")
_WORDS = frozenset({"and", "sum", "min", "max", "count", "topk", "rate", "increase", "time"}) | {
    "histogram_quantile"
}


@dataclass(frozen=True)
class Matcher:
    """A label of a metric, and the regular expression that its value is compared with."""

    metric: str
    label: str
    pattern: str


@dataclass(frozen=True)
class Query:
    metrics: frozenset[str]
    matchers: tuple[Matcher, ...]
    groupings: frozenset[str]


def parse(text: str) -> Query:
    """Read a query. Each word that is no function here counts as a metric: a slip is one that nobody has."""
    groupings = {label.strip() for found in _GROUPING.findall(text) for label in found.split(",")}
    metrics: set[str] = set()
    matchers: list[Matcher] = []
    for found in _SELECTOR.finditer(_RANGE.sub("", _GROUPING.sub("", text))):
        if found[1] in _WORDS:
            continue
        metrics.add(found[1])
        for label, sign, value in re.findall(_MATCHER, found[2] or ""):
            matchers.append(Matcher(found[1], label, value if "~" in sign else re.escape(value)))
    return Query(frozenset(metrics), tuple(matchers), frozenset(groupings))
