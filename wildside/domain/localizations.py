"""Localised text: locale → {name, shortLabel?, description?}, with British English."""

from collections.abc import Mapping
from typing import Any

Localizations = Mapping[str, Mapping[str, str]]

_MEMBERS = {"name", "shortLabel", "description"}


def localizations_problem(value: Any) -> str | None:
    """Return what is wrong with localised text; the function localizations_are_valid of the schema agrees."""
    if not isinstance(value, Mapping) or "en-GB" not in value:
        return "localised text is locale → texts, with en-GB"
    if all(_is_texts(texts) for texts in value.values()):
        return None
    return "the texts of a locale are name, and shortLabel and description where there are any; none is blank"


def _is_texts(texts: Any) -> bool:
    return (
        isinstance(texts, Mapping)
        and "name" in texts
        and set(texts) <= _MEMBERS
        and all(isinstance(text, str) and bool(text.strip()) for text in texts.values())
    )
