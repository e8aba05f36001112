"""Rules of names: which files there are, and in which order."""

import re
from collections.abc import Iterator
from itertools import pairwise

from wildside.domain.lint.rules import folder_rule
from wildside.domain.lint.values import Folder
from wildside.domain.migration_files import NAME, ROLLBACK, Migration

_NAME = re.compile(rf"\d{{4}}\.{NAME.pattern}")
_STEM = "select 1;\n"


@folder_rule(
    "name",
    "A migration is `NNNN.noun.sql` and what undoes it `NNNN.noun.rollback.sql`; nothing else is there.",
    bad={"0001.walks.sql": _STEM, "0001.walks.rollback.sql": _STEM, "0001.walks.down.sql": _STEM},
    good={"0001.walks.sql": _STEM, "0001.walks.rollback.sql": _STEM},
)
def name(folder: Folder) -> Iterator[tuple[str, int, str]]:
    """Look at every name."""
    for one in folder.migrations:
        if not _NAME.fullmatch(one.id):
            yield one.file, 0, "yoyo would run it, but it is not called NNNN.noun.sql (lower case, _)"
    ids = {one.id for one in folder.migrations}
    for file in folder.files.values():
        if file.is_rollback and file.name.removesuffix(ROLLBACK) not in ids:
            yield file.name, 0, "it undoes a migration that is not there"
    for other in folder.others:
        runs = other.endswith(".py")
        yield other, 0, "yoyo would run it; migrations are SQL" if runs else "it is no migration"


@folder_rule(
    "number",
    "Numbers begin at 0001, have no gaps, and no two migrations share one.",
    bad={"0001.walks.sql": _STEM, "0003.legs.sql": _STEM},
    good={"0001.walks.sql": _STEM, "0002.legs.sql": _STEM},
)
def number(folder: Folder) -> Iterator[tuple[str, int, str]]:
    """Compare each number with the one before."""
    named = [one for one in folder.migrations if _NAME.fullmatch(one.id)]
    if named and _number(named[0]) != 1:
        yield named[0].file, 0, "the first number is 0001"
    for before, after in pairwise(named):
        if _number(after) == _number(before):
            yield after.file, 0, f"{before.id} has this number too"
        elif _number(after) != _number(before) + 1:
            yield after.file, 0, f"there is a gap after {before.id}"


def _number(migration: Migration) -> int:
    return int(migration.id[:4])


@folder_rule(
    "rollback",
    "A migration has a rollback, or says `-- irreversible: why`; not both.",
    bad={"0001.walks.sql": _STEM},
    good={"0001.walks.sql": "-- Walks.\n-- irreversible: the old rows are gone\n\n" + _STEM},
)
def rollback(folder: Folder) -> Iterator[tuple[str, int, str]]:
    """Look for pairs."""
    for one in folder.migrations:
        value, line = one.directives.get("irreversible", ("", 0))
        if one.rollback is None and line == 0:
            yield one.file, 0, f"there is no {one.rollback_file}; yoyo would unmark it and undo nothing"
        if one.rollback is not None and line:
            yield one.file, line, f"it says that it is irreversible, but there is {one.rollback_file}"
        if line and not value:
            yield one.file, line, "say why it is irreversible"


RULES = (name, number, rollback)
