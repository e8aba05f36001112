"""What the commands of `wildside reference` print, for people and for scripts."""

import hashlib
from collections.abc import Sequence
from typing import Any

import msgspec

from wildside.domain.editing import Difference, Epoch, PastVersion
from wildside.domain.reference import show_key
from wildside.domain.release import Release
from wildside.inbound.cli.console import errors, out
from wildside.usecases.edit_reference import Edited
from wildside.usecases.rename_reference import Renamed
from wildside.usecases.roll_back_reference import RolledBack


def print_json(value: Any) -> None:
    """Print a report for scripts."""
    out.print_json(data=msgspec.to_builtins(value))


def show_versions(versions: Sequence[PastVersion]) -> None:
    """Print versions, each with what it did to each table."""
    if not versions:
        out.print("no versions")
    for one in versions:
        out.print(f"{one.version}  {one.created_at:%Y-%m-%d %H:%M:%S} UTC  {one.actor}: {one.reason or '-'}")
        for table, counts in sorted(one.tables.items()):
            told = ", ".join(f"{number} {what}" for what, number in counts.items() if number)
            out.print(f"    {table}: {told}")


def show_differences(differences: Sequence[Difference]) -> None:
    """Print rows that differ, a line each, and a line for each column."""
    if not differences:
        out.print("no differences")
    for one in differences:
        old = f"{show_key(one.old_key)} → " if one.old_key else ""
        out.print(f"{one.kind} {one.table}: {old}{show_key(one.key)}")
        for column, (before, after) in one.fields.items():
            out.print(f"    {column}: {_shown(before)} → {_shown(after)}")


def show_edited(edited: Edited) -> None:
    """Print what an edit did."""
    if not edited.fields:
        out.print(f"nothing to do: {edited.table} {show_key(edited.key)} is like that already")
        return
    out.print(f"{edited.table}: {show_key(edited.key)}; version {edited.version}")
    for column, (before, after) in edited.fields.items():
        out.print(f"    {column}: {_shown(before)} → {_shown(after)}")


def show_renamed(renamed: Renamed) -> None:
    """Print a rename, and what the source has to say from now on."""
    out.print(
        f"renamed {renamed.table}: {show_key(renamed.old)} → {show_key(renamed.new)}; "
        f"version {renamed.version}"
    )
    out.print("the next seed refuses the old key: rename it in the source, and declare it in renames.json:")
    out.print(renamed.declaration)


def show_rolled_back(report: RolledBack) -> None:
    """Print what a roll-back did."""
    if report.version_from == report.version_to:
        out.print(f"nothing to do: version {report.version_from} has the content of version {report.target}")
        return
    show_differences(report.differences)
    ending = "; a dry run: all of it was undone" if report.dry_run else ""
    out.print(f"version {report.version_from} → {report.version_to}, as version {report.target} was{ending}")
    out.print("the next seed brings what the source says: change the source too")


def show_epochs(epochs: Sequence[Epoch]) -> None:
    """Print lines of versions."""
    for one in epochs:
        since = f"since version {one.version}, {one.created_at:%Y-%m-%d %H:%M:%S} UTC"
        out.print(f"{one.epoch}  {since}  {one.actor}: {one.reason or '-'}")


def show_epoch(began: Epoch) -> None:
    """Print which line of versions began."""
    out.print(f"epoch {began.epoch} begins at version {began.version}: clients will read everything anew")


def export_report(release: Release, file: str, as_json: bool) -> None:
    """Print what was written; on standard error where standard output is the file."""
    content = release.bootstrap.content
    report = {
        "file": file,
        "referenceVersion": release.token,
        "rows": sum(len(table.rows) for table in release.content.tables.values()),
        "bytes": len(content),
        "sha256": hashlib.sha256(content).hexdigest(),
    }
    console = errors if file == "<stdout>" else out
    if as_json:
        console.print_json(data=report)
    else:
        told = (
            f"{release.token}, {report['rows']} rows, {report['bytes']:,} bytes, SHA-256 {report['sha256']}"
        )
        console.print(f"{file}: {told}")


def _shown(value: Any) -> str:
    return msgspec.json.encode(value).decode()
