"""What a rule is, and how a function becomes one."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import TypeAlias

from wildside.domain.lint.values import Folder, SqlFile
from wildside.domain.migration_files import Finding

Offence: TypeAlias = tuple[int, str]
"""A line and what is wrong there."""

FileCheck: TypeAlias = Callable[[SqlFile], Iterable[Offence]]
FolderCheck: TypeAlias = Callable[[Folder], Iterable[tuple[str, int, str]]]
Example: TypeAlias = str | Mapping[str, str]
"""The text of a migration, or the texts of several files by name."""


@dataclass(frozen=True, slots=True)
class Rule:
    """One rule, with an example of each kind for the documentation and the tests."""

    id: str
    meaning: str
    bad: Example
    good: Example
    check: Callable[[Folder], Iterator[Finding]]


def file_rule(
    rule_id: str, meaning: str, *, bad: Example, good: Example, rollbacks: bool = True
) -> Callable[[FileCheck], Rule]:
    """Make a rule of a function that looks at one file; with `rollbacks`, at those too."""

    def make(check: FileCheck) -> Rule:
        def everywhere(folder: Folder) -> Iterator[Finding]:
            for file in folder.files.values():
                if rollbacks or not file.is_rollback:
                    for line, message in check(file):
                        yield Finding(file.name, line, rule_id, message)

        return Rule(rule_id, meaning, bad, good, everywhere)

    return make


def folder_rule(rule_id: str, meaning: str, *, bad: Example, good: Example) -> Callable[[FolderCheck], Rule]:
    """Make a rule of a function that looks at the whole folder and gives file, line and message."""

    def make(check: FolderCheck) -> Rule:
        def everywhere(folder: Folder) -> Iterator[Finding]:
            for file, line, message in check(folder):
                yield Finding(file, line, rule_id, message)

        return Rule(rule_id, meaning, bad, good, everywhere)

    return make
