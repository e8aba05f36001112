"""The middle of ways and relations, in degrees.

An area has its centroid (by the shoelace formula, on which stretching the map has no bearing), a line
the point halfway along it. Shapes across the 180th meridian are not followed.
"""

from collections.abc import Sequence
from itertools import pairwise
from math import cos, dist, radians
from typing import TypeAlias

from wildside.domain.geometry import Point

Line: TypeAlias = tuple[tuple[float, float], ...]
"""Longitudes and latitudes, from node to node; the last is the first where it is closed."""
_Area: TypeAlias = tuple[float, float, float]
"""Its size, and that size times the longitude and the latitude of its centroid."""

_DIGITS = 7
"""Of a degree, as OpenStreetMap has them: a centimetre."""


def middle_of_way(line: Line, *, closed: bool) -> Point | None:
    """Return the centroid of a closed way, else the middle of the line; None where none of it is known."""
    if closed and line and (found := _centroid([_area(line)])):
        return found
    return _halfway([line])


def middle_of_members(ways: Sequence[tuple[Line, str]], nodes: Sequence[Point]) -> Point | None:
    """Return the centroid of a relation: of the rings that its ways make, without those that are `inner`.

    Where they make none, the middle of its longest line; where it has no line, the mean of its nodes.
    """
    outer = [line for line, role in ways if role != "inner" and line]
    inner = [line for line, role in ways if role == "inner" and line]
    holes = [(-size, -x, -y) for size, x, y in map(_area, _rings(inner))]
    areas = [_area(ring) for ring in _rings(outer)]
    if found := _centroid([*areas, *holes]) or _centroid(areas) or _halfway(outer):
        return found
    if nodes:
        return _point(
            sum(each.lng for each in nodes) / len(nodes), sum(each.lat for each in nodes) / len(nodes)
        )
    return None


def _rings(lines: Sequence[Line]) -> list[Line]:
    """Join lines end to end into rings; what does not close is left out."""
    rings, open_lines = [], list(lines)
    while open_lines:
        ring = open_lines.pop(0)
        while ring[0] != ring[-1] and (more := _following(ring, open_lines)):
            ring += more[1:]
        if len(ring) > 3 and ring[0] == ring[-1]:
            rings.append(ring)
    return rings


def _following(ring: Line, lines: list[Line]) -> Line | None:
    """Take the first line that goes on from the end of a ring, turned round if need be."""
    for place, line in enumerate(lines):
        if ring[-1] in (line[0], line[-1]):
            del lines[place]
            return line if line[0] == ring[-1] else line[::-1]
    return None


def _area(ring: Line) -> _Area:
    """Return the area of a ring, 0 or more, seen from its first node: so small ones keep their digits."""
    x0, y0 = ring[0]
    size = x_sum = y_sum = 0.0
    near = [(x - x0, y - y0) for x, y in (*ring, ring[0])]
    for (x1, y1), (x2, y2) in pairwise(near):
        cross = x1 * y2 - x2 * y1
        size += cross / 2
        x_sum += (x1 + x2) * cross / 6
        y_sum += (y1 + y2) * cross / 6
    sign = 1 if size >= 0 else -1
    return sign * size, sign * (x_sum + x0 * size), sign * (y_sum + y0 * size)


def _centroid(areas: Sequence[_Area]) -> Point | None:
    size, x_sum, y_sum = (sum(area[place] for area in areas) for place in range(3))
    return _point(x_sum / size, y_sum / size) if size > 0 else None


def _halfway(lines: Sequence[Line]) -> Point | None:
    """Return the middle of the longest line, of two as long the first."""
    if not any(lines):
        return None
    line = max((one for one in lines if one), key=_length)
    left = _length(line) / 2
    for one, other in pairwise(line):
        step = _length((one, other))
        if step > 0 and left <= step:
            share = left / step
            return _point(one[0] + (other[0] - one[0]) * share, one[1] + (other[1] - one[1]) * share)
        left -= step
    return _point(*line[-1])


def _length(line: Line) -> float:
    """Return how long a line is, in degrees of latitude."""
    width = cos(radians(line[0][1]))
    flat = [(x * width, y) for x, y in line]
    return sum(dist(one, other) for one, other in pairwise(flat))


def _point(lng: float, lat: float) -> Point:
    return Point(round(lng, _DIGITS), round(lat, _DIGITS))
