"""What a database has applied against what the files say."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from wildside.domain.migration_files import Finding, MigrationFolder

EDITED, COMMENTED, UNKNOWN = "edited", "commented", "no_checksum"
MISSING, OUT_OF_ORDER = "missing", "out_of_order"


@dataclass(frozen=True, slots=True)
class Checksum:
    """SHA-256 of a file's text, and of its statements in one canonical form.

    `statements` is None where there was no parser to tell statements from comments.
    """

    text: str
    statements: str | None


@dataclass(frozen=True, slots=True)
class AppliedMigration:
    """A migration that the database says is applied; `checksum` is that of the file as it was then."""

    id: str
    at: str | None = None
    by: str | None = None
    checksum: Checksum | None = None


@dataclass(frozen=True, slots=True)
class History:
    """The database's migrations and the folder's, set side by side. All sequences are of ids."""

    applied: Sequence[AppliedMigration]
    pending: Sequence[str]
    edited: Sequence[str]
    commented: Sequence[str]
    unknown: Sequence[str]
    missing: Sequence[str]
    out_of_order: Sequence[str]

    def findings(self, allowed: Collection[str] = ()) -> list[Finding]:
        """Return what is wrong, and as warnings what only looks so; `allowed` are rules to leave out."""
        found = [
            *(_finding(one, EDITED, _EDITED) for one in self.edited),
            *(_finding(one, MISSING, _MISSING) for one in self.missing),
            *(_finding(one, OUT_OF_ORDER, _OUT_OF_ORDER) for one in self.out_of_order),
            *(
                _finding(one, COMMENTED, "only comments or layout changed", error=False)
                for one in self.commented
            ),
            *(_finding(one, UNKNOWN, _UNKNOWN, error=False) for one in self.unknown),
        ]
        return sorted(each for each in found if each.rule not in allowed)

    def problems(self, allowed: Collection[str] = ()) -> list[str]:
        """Return the errors among the findings as lines."""
        return [str(each) for each in self.findings(allowed) if each.level == "error"]


_EDITED = (
    "the file was changed after it was applied: put it back and write a new migration; "
    "if the database is already as the file says, wildside db bless it with a reason"
)
_MISSING = "it is applied here, and there is no such file: check out the version of the files that has it"
_OUT_OF_ORDER = (
    "it is pending, and a later one is applied already: give it a number at the end; "
    "if the order does not matter, --allow-out-of-order"
)
_UNKNOWN = (
    "no checksum was noted when it was applied, as yoyo apply notes none: an edit before now is not seen"
)


def compare(
    folder: MigrationFolder, applied: Sequence[AppliedMigration], now: Mapping[str, Checksum]
) -> History:
    """Set a folder and a database side by side; `now` are the checksums of the files by id."""
    known = {one.id for one in applied}
    files = {one.id for one in folder.migrations}
    last = max(known, default="")
    pending = [one.id for one in folder.migrations if one.id not in known]
    here = [one for one in applied if one.id in files]
    kinds = {one.id: _kind(one.checksum, now[one.id]) for one in here}
    return History(
        applied,
        pending,
        edited=[one for one, kind in kinds.items() if kind == EDITED],
        commented=[one for one, kind in kinds.items() if kind == COMMENTED],
        unknown=[one for one, kind in kinds.items() if kind == UNKNOWN],
        missing=[one.id for one in applied if one.id not in files],
        out_of_order=[one for one in pending if one < last],
    )


def _kind(then: Checksum | None, now: Checksum) -> str:
    if then is None:
        return UNKNOWN
    if then.text == now.text:
        return ""
    same = then.statements is not None and then.statements == now.statements
    return COMMENTED if same else EDITED


def _finding(migration_id: str, rule: str, message: str, *, error: bool = True) -> Finding:
    return Finding(f"{migration_id}.sql", 0, rule, message, "error" if error else "warning")
