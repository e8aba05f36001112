"""What `wildside parity` prints, for people and for scripts."""

from typing import Any

import msgspec

from wildside.domain.parity import Difference, ParityReport, StageResult
from wildside.domain.reference import show_key
from wildside.inbound.cli.console import out

_SENTENCES = {
    "missing_table": "in the source, not here",
    "extra_table": "here, not in the source",
    "missing_row": "in the source, not here",
    "extra_row": "here, not in the source",
    "duplicate_row": "here more than once",
    "unreadable_row": "no row with a key: {found}",
    "missing_field": "{expected} in the source, not here",
    "extra_field": "not in the source, {found} here",
    "bytes": "the canonical bytes are {expected}, these are {found}",
    "status": "status {found} instead of {expected}",
    "no_answer": "no answer: {found}",
    "unreadable": "no JSON: {found}",
}


def as_data(report: ParityReport) -> Any:
    """Return a report as JSON values: {equal, stages, differences}."""
    return {
        "equal": report.equal,
        "stages": [
            {
                "stage": stage.stage,
                "equal": None if stage.skipped else not stage.differences,
                "tables": stage.tables,
                "rows": stage.rows,
                "differences": len(stage.differences),
                "skipped": stage.skipped,
            }
            for stage in report.stages
        ],
        "differences": [
            {
                "stage": stage.stage,
                "table": one.table,
                "key": None if one.key is None else list(one.key),
                "field": one.field,
                "kind": "adopted" if one.adopted else one.kind,
                "expected": one.expected,
                "found": one.found,
            }
            for stage in report.stages
            for one in stage.differences
        ],
    }


def show_stage(stage: StageResult) -> None:
    """Print a line for a stage, and one for each of its differences."""
    number = len(stage.differences)
    verdict = "equal" if not number else f"{number} difference{'s' * (number > 1)}"
    if stage.stage == "source":
        verdict = "read"
    counts = f"{stage.tables} tables, {stage.rows} rows: {verdict}"
    out.print(f"{stage.stage:<22} {f'skipped: {stage.skipped}' if stage.skipped else counts}")
    for difference in stage.differences:
        out.print(f"{stage.stage}: {describe(difference)}")


def describe(one: Difference) -> str:
    """Say a difference in one line: where, what the source says, and what is here."""
    named = [one.table, show_key(one.key) if one.key else None, one.field]
    where = " ".join(part for part in named if part) or "the answer"
    return f"{where}: {_what(one)}{' (an administrator holds the row)' if one.adopted else ''}"


def _what(one: Difference) -> str:
    if one.kind == "order":
        return f"{_after(one.expected)} in the source, {_after(one.found)} here"
    sentence = _SENTENCES.get(one.kind, "{expected} in the source, {found} here")
    return sentence.format(expected=_json(one.expected), found=_json(one.found))


def _after(key: Any) -> str:
    return "first" if key is None else f"after {show_key(key)}"


def _json(value: Any) -> str:
    return msgspec.json.encode(value).decode()
