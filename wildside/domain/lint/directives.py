"""Rules of the comments that are more than comments."""

import re
from collections.abc import Iterator
from difflib import get_close_matches

from wildside.domain.lint.rules import Offence, file_rule, folder_rule
from wildside.domain.lint.values import Folder, SqlFile
from wildside.domain.migration_files import KNOWN_DIRECTIVES, Migration

_PURPOSE = re.compile(r"-- [A-Z].*\.")
_LIKE_A_DIRECTIVE = re.compile(r"(?:/?\*+)?\s*(?:--)?\s*([A-Za-z_-]+)\s*:\s*(.*?)(?:\*/)?")
_IN_FORM = re.compile(r"-- [a-z-]+:(?: \S.*)?")
_VALUES = {"transactional": ("true", "false"), "phase": ("expand", "contract")}
_UNKNOWN = {"transactional": "yoyo would end with a KeyError", "phase": "there are no others"}
_PAIR = {"0001.walks.sql": "-- Walks.\n-- depends:\n\nselect 1;\n"}


@file_rule(
    "purpose",
    "The first line is a comment that says what the file is for, as a sentence.",
    bad="create table walks (id uuid);\n",
    good="-- Walks that somebody took.\n",
    rollbacks=False,
)
def purpose(file: SqlFile) -> Iterator[Offence]:
    """Look at the first line."""
    if not _PURPOSE.fullmatch(file.lines[0]):
        yield 1, "begin with a comment that says what the file is for: a capital letter, a full stop"


@folder_rule(
    "depends",
    "`-- depends:` names the migration before, and only that: so there is one order.",
    bad=_PAIR | {"0002.legs.sql": "-- Legs of walks.\n-- depends: 0003.stops\n\nselect 1;\n"},
    good=_PAIR | {"0002.legs.sql": "-- Legs of walks.\n-- depends: 0001.walks\n\nselect 1;\n"},
)
def depends(folder: Folder) -> Iterator[tuple[str, int, str]]:
    """Compare the directive of each migration with the one before."""
    for index, one in enumerate(folder.migrations):
        before = folder.migrations[index - 1].id if index else ""
        line = one.directives.get("depends", ("", 0))[1]
        problems = list(_misplaced(folder, one, index))
        if not line:
            problems = [f"say `{f'-- depends: {before}'.strip()}`"]
        elif not problems and " ".join(one.depends) != before:
            problems = [f"it depends on {before or 'nothing'}, and only on that"]
        yield from ((one.file, line, problem) for problem in problems)


def _misplaced(folder: Folder, migration: Migration, index: int) -> Iterator[str]:
    for name in migration.depends:
        position = folder.position(name)
        if position is None:
            yield f"there is no migration {name}"
        elif position >= index:
            yield f"{name} does not come before it"


@file_rule(
    "directive",
    "A directive is `-- name: value` in lower case before the first SQL of the migration, once, with a"
    " value that is understood; yoyo passes over it anywhere else.",
    bad="-- Walks.\n-- depends:\n\nselect 1;\n-- transactional: false\n",
    good="-- Walks.\n-- depends:\n-- transactional: false\n\nvacuum walks;\n",
)
def directive(file: SqlFile) -> Iterator[Offence]:
    """Look at every comment line that could be meant as a directive."""
    seen: set[str] = set()
    end = _end_of_header(file)
    for line, text, block in _comment_lines(file):
        if text.removeprefix("--").strip().startswith("squawk-ignore"):
            yield line, "write `-- allow: squawk/rule: why`, so that there is a reason"
        match = _LIKE_A_DIRECTIVE.fullmatch(text)
        name = match[1].lower().replace("_", "-") if match else ""
        if match and name in KNOWN_DIRECTIVES:
            yield from ((line, message) for message in _wrong(file, text, match, block or line >= end, seen))
            seen.add(name)
        elif match and line < end and not file.is_rollback:
            yield from ((line, message) for message in _typo(name))


def _wrong(
    file: SqlFile, text: str, match: re.Match[str], passed_over: bool, seen: set[str]
) -> Iterator[str]:
    written, value = match[1], match[2].strip()
    name = written.lower()
    if file.is_rollback:
        yield f"yoyo reads no directives in a rollback: `{written}` belongs into the migration"
    elif passed_over:
        yield f"yoyo sees `{written}` only in line comments before the first SQL"
    elif written != name:
        yield f"yoyo does not see `{written}`; write `{name}`"
    elif not _IN_FORM.fullmatch(text):
        yield f"write `-- {name}: value`, with these spaces and no others"
    elif name in seen:
        yield f"`{name}` is there already; yoyo would join the two values"
    elif name in _VALUES and value not in _VALUES[name]:
        yield f"`{name}` is {' or '.join(_VALUES[name])}, not {value!r}; {_UNKNOWN[name]}"


def _typo(name: str) -> Iterator[str]:
    meant = get_close_matches(name, [*KNOWN_DIRECTIVES, "allow"], 1, cutoff=0.75)
    if meant and meant[0] != name:
        yield f"`{name}` is no directive; `{meant[0]}`?"


def _end_of_header(file: SqlFile) -> int:
    """Return the first line that ends what yoyo reads as directives: SQL, or a block comment."""
    for number, line in enumerate(file.lines, start=1):
        if line.strip() and not line.strip().startswith("--"):
            return number
    return len(file.lines) + 1


def _comment_lines(file: SqlFile) -> Iterator[tuple[int, str, bool]]:
    for comment in file.parsed.comments:
        for offset, text in enumerate(comment.text.split("\n")):
            yield comment.line + offset, text.strip(), comment.block


RULES = (purpose, depends, directive)
