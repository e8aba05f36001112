"""What the parameters of a search for places mean."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TypeVar

from wildside.domain.errors import Fault, InvalidRequest
from wildside.domain.geometry import Bounds, Point
from wildside.domain.poi_searches import Filters, Near, Within
from wildside.usecases.find_pois import Kind

PARAMETERS = ("near", "bbox", "radius", "category", "interest", "tag")

DEFAULT_METRES = 1000.0
"""How far from a point, where nothing is said."""

_NUMBER = re.compile(r"-?[0-9]{1,9}(?:\.[0-9]{1,17})?")
_METRES = re.compile(r"[0-9]{1,9}(?:\.[0-9]{1,21})?(?:[eE][+-]?[0-9]{1,3})?")
"""As programs print any double: the document says that it is a number."""

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Asked:
    """A search, but for the kind of places: what its names mean is in the database."""

    search: Near | Within
    kind: Kind


def asked_of(given: Mapping[str, str]) -> Asked:
    """Return what parameters ask for. Raises InvalidRequest that lists every fault."""
    faults = _contradictions(given)

    def tried(name: str, code: str, read: Callable[[str], T]) -> T | None:
        try:
            return read(given[name]) if name in given else None
        except ValueError as error:
            told = str(error)
            faults.append(Fault(name, code, f"{told[0].upper()}{told[1:]}.", "parameter"))
            return None

    near = tried("near", "invalid_point", lambda text: Point(*_numbers(text, 2, "near is lng,lat")))
    bounds = tried("bbox", "invalid_bounds", lambda text: Bounds(*_numbers(text, 4, _BOX)))
    radius = tried("radius", "invalid_number", _radius) or DEFAULT_METRES
    filters = tried("tag", "invalid_tag", lambda text: Filters(tag=_tag(text))) or Filters()
    kind = Kind(given.get("category"), given.get("interest"))
    if not faults and near:
        return Asked(Near(near, radius, filters), kind)
    if not faults and bounds:
        return Asked(Within(bounds, filters), kind)
    raise InvalidRequest("There is no such search.", faults)


_BOX = "bbox is min_lng,min_lat,max_lng,max_lat"


def _contradictions(given: Mapping[str, str]) -> list[Fault]:
    faults = []
    if "near" not in given and "bbox" not in given:
        detail = "Say where to look: near=lng,lat or bbox=min_lng,min_lat,max_lng,max_lat."
        faults.append(Fault("near", "missing_parameter", detail, "parameter"))
    if "bbox" in given:
        against = [name for name in ("near", "radius") if name in given]
        faults += [
            Fault(name, "contradiction", "Of near and bbox only one.", "parameter") for name in against
        ]
    return faults


def _numbers(text: str, count: int, what: str) -> list[float]:
    parts = text.split(",")
    if len(parts) != count or not all(_NUMBER.fullmatch(part) for part in parts):
        raise ValueError(f"{what}, in degrees")
    return [float(part) for part in parts]


def _radius(text: str) -> float:
    if not _METRES.fullmatch(text):
        raise ValueError("a radius is a number of metres")
    return Near(Point(0, 0), float(text)).radius_metres


def _tag(text: str) -> tuple[str, str]:
    key, _, value = text.partition("=")
    return key, value
