"""The roles of a database, by what they are for; a prefix tells those of one deployment from another's."""

import re

ROLES = ("owner", "migrator", "app", "readonly", "worker")
"""Owns, changes the schema and the reference data, serves, looks, works in the background."""

PREFIX = "wildside"
"""With which the names begin, unless a deployment says otherwise."""

_PREFIX = re.compile(r"[a-z][a-z0-9_]{0,39}")
_NAME = re.compile(rf"\b{PREFIX}_({'|'.join(ROLES)})\b")


def is_prefix(text: str) -> bool:
    """Return whether names that begin so need no quotes and are not cut short."""
    return _PREFIX.fullmatch(text) is not None


def with_prefix(script: str, prefix: str) -> str:
    """Return a script that names the roles of another prefix."""
    if not is_prefix(prefix):
        raise ValueError(f"{prefix!r} is no prefix of role names")
    return _NAME.sub(rf"{prefix}_\1", script)
