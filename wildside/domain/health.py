"""Health in the words of the health check response format (draft-inadarei-api-health-check-06)."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

Status = Literal["pass", "warn", "fail"]
_WORST_FIRST: tuple[Status, ...] = ("fail", "warn", "pass")


@dataclass(frozen=True, slots=True)
class Check:
    """The outcome of one check; `output` says what is wrong and what to do, for people."""

    status: Status
    output: str | None = None


def overall(checks: Mapping[str, Check]) -> Status:
    """Return the worst status of all checks; no checks pass."""
    found = {check.status for check in checks.values()}
    return next((status for status in _WORST_FIRST if status in found), "pass")


def migration_check(expected: frozenset[str], applied: frozenset[str]) -> Check:
    """Compare the migrations this program knows with those applied.

    Missing ones fail: statements would meet tables that are not there. Unknown ones only warn:
    a newer program has expanded the schema, as it does before a rolling upgrade.
    """
    missing, unknown = sorted(expected - applied), sorted(applied - expected)
    if missing:
        return Check("fail", f"{len(missing)} migrations are not applied, first {missing[0]}: run yoyo apply")
    if unknown:
        return Check("warn", f"{len(unknown)} applied migrations are unknown here, last {unknown[-1]}")
    return Check("pass")
