"""Migration files, looked through offline: read, parsed, given to squawk and to our own rules."""

from dataclasses import replace
from pathlib import Path

from wildside.domain.lint.check import check, folder_of
from wildside.domain.migration_files import Finding
from wildside.outbound.migration_files import read_contents
from wildside.outbound.sql_parser import parse_sql
from wildside.outbound.squawk import run_squawk


def check_migrations(folder: Path) -> list[Finding]:
    """Return what is wrong, with paths as one would type them here. Raises MigrationsInvalid, ToolMissing."""
    files = folder_of(*read_contents(folder), parse_sql)
    shown = folder.absolute()
    if shown.is_relative_to(Path.cwd()):
        shown = shown.relative_to(Path.cwd())
    found = check(files, run_squawk(list(files.files.values())))
    return [replace(finding, file=str(shown / finding.file)) for finding in found]
