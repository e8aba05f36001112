"""Find places by what a caller calls their kind and an interest: both as they are called today."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from wildside.domain.errors import Fault, InvalidRequest
from wildside.domain.pages import Seek
from wildside.domain.poi_searches import CATEGORIES, Filters, Found, Near, Within
from wildside.domain.preferences import INTERESTS, Asked
from wildside.ports.database import Stores

_LONGEST = 256
"""Characters of a key that is looked up."""


@dataclass(frozen=True, slots=True)
class Kind:
    """What a caller asks for by name: a category, with all below it, and an interest theme."""

    category: str | None
    interest: str | None


async def find_pois(stores: Stores, search: Near | Within, kind: Kind, seek: Seek) -> Sequence[Found]:
    """Return a page of places, near a point by distance, within bounds by id.

    Raises InvalidRequest that lists every key which nothing is called.
    """
    filters = await _of_kind(stores, search.filters, kind)
    if isinstance(search, Near):
        return await stores.pois.near(replace(search, filters=filters), seek)
    return await stores.pois.within(replace(search, filters=filters), seek)


async def _of_kind(stores: Stores, filters: Filters, kind: Kind) -> Filters:
    faults = []
    categories = await _categories(stores, kind.category)
    interest = await _interest(stores, kind.interest)
    if categories is not None and not categories:
        faults.append(_unknown("category", CATEGORIES))
    if kind.interest is not None and interest is None:
        faults.append(_unknown("interest", INTERESTS))
    if faults:
        raise InvalidRequest("There are no such places.", faults)
    return replace(filters, categories=categories, interest=interest)


async def _categories(stores: Stores, key: str | None) -> tuple[str, ...] | None:
    if key is None:
        return None
    return tuple(await stores.pois.categories(key)) if _is_a_key(key) else ()


async def _interest(stores: Stores, key: str | None) -> str | None:
    if key is None or not _is_a_key(key):
        return None
    (meant,) = await stores.preferences.meanings([Asked(INTERESTS, key, "interest")])
    return meant.key if meant and meant.active else None


def _is_a_key(text: str) -> bool:
    return len(text) <= _LONGEST and "\0" not in text


def _unknown(where: str, table: str) -> Fault:
    detail = f"There is no such active row of {table}: see /api/v1/reference/{table}."
    return Fault(where, "unknown_key", detail, "parameter")
