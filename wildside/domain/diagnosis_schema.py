"""What `wildside doctor` makes of what is in a database: migrations, repeatable files, roles, the release."""

import shlex
from collections.abc import Iterator, Sequence

from wildside.domain.diagnosis import Diagnosis, Vitals, apply_roles
from wildside.domain.grants import Grants
from wildside.domain.health import Check
from wildside.domain.migration_files import Finding
from wildside.domain.migration_history import EDITED, MISSING, OUT_OF_ORDER
from wildside.domain.migration_status import MigrationStatus
from wildside.domain.release import Version
from wildside.domain.roles import PREFIX

AS_WHO_MAY = 'DATABASE_DIRECT_URL= wildside doctor --database-url "$MIGRATOR_URL"'
"""Asks again as somebody who may see more; the way around a pooler would go before."""
_MENDS = {
    EDITED: "wildside db verify",
    MISSING: "wildside db status",
    OUT_OF_ORDER: "wildside db apply --allow-out-of-order",
    "leftover": "wildside db plan",
    "yoyo_lock": "wildside db apply",
}


def of_migrations(status: MigrationStatus) -> Iterator[Diagnosis]:
    """Tell what is pending and what is wrong; what only looks so is left to `wildside db status`."""
    pending, applied = status.history.pending, len(status.history.applied)
    if status.migrator:
        says = f"a migrator is at work: {status.migrator}"
        yield Diagnosis("migrations", "warn", says, "wildside db status")
    if pending:
        says = f"{len(pending)} are not applied, first {pending[0]}"
        yield Diagnosis("migrations", "fail", says, "wildside db apply")
    errors = [one for one in status.findings() if one.level == "error"]
    yield from map(_finding, errors)
    if not (pending or errors):
        yield Diagnosis("migrations", "ok", f"all {applied} are applied")


def _finding(one: Finding) -> Diagnosis:
    file = "" if one.file == "-" else f"{one.file}: "
    # A newer program has expanded the schema, as it does before a rolling upgrade.
    level = "warn" if one.rule == MISSING else "fail"
    return Diagnosis("migrations", level, f"{file}{one.message}", _mend(one))  # type: ignore[arg-type]


def _mend(one: Finding) -> str:
    if one.rule == "invalid_index":
        statement = one.message[one.message.index("drop index") :]
    elif one.rule == "not_validated":
        table, _, constraint = one.message.split()[1].rpartition(".")
        statement = f"alter table {table} validate constraint {constraint}"
    else:
        return _MENDS[one.rule]
    return f'psql "$MIGRATOR_URL" -c {shlex.quote(statement)}'


def of_applied(check: Check, why: str) -> Iterator[Diagnosis]:
    """Tell only which migrations are applied, and why no more than that could be seen."""
    says = check.output or "all are applied"
    status = {"pass": "ok", "warn": "warn", "fail": "fail"}[check.status]
    mend = {"ok": "", "warn": "wildside db status", "fail": "wildside db apply"}[status]
    yield Diagnosis("migrations", status, says, mend)  # type: ignore[arg-type]
    says = f"whether any file was edited since could not be seen: {why}"
    yield Diagnosis("migrations", "unknown", says, AS_WHO_MAY)


def of_repeatables(names: Sequence[str]) -> Diagnosis:
    """Tell which repeatable files have yet to run."""
    if names:
        says = f"{', '.join(names)} changed since it ran, or never ran"
        return Diagnosis("repeatables", "fail", says, "wildside db repeatables")
    return Diagnosis("repeatables", "ok", "each ran as it is")


def of_roles(vitals: Vitals, grants: Grants, difference: Sequence[str]) -> Iterator[Diagnosis]:
    """Tell who the API would be, and whether each role may do what was agreed."""
    prefix = (vitals.owner or "").removesuffix("_owner") if grants.roles else PREFIX
    apply = apply_roles(f"{prefix}_owner")
    as_app = f"export DATABASE_URL=postgresql://{prefix}_app@host/wildside"
    if vitals.writes is False:
        says = f"{vitals.user} may not write what users do; the API needs a role that may, as {prefix}_app"
        yield Diagnosis("roles", "fail", says, as_app)
    if not grants.roles:
        says = f"all belongs to one user, {vitals.owner}; where it matters, give each kind of work a role"
        yield Diagnosis("roles", "warn", says, apply)
        return
    if vitals.superuser or vitals.user in {vitals.owner, f"{prefix}_migrator"}:
        says = f"{vitals.user} may change everything; the API needs no more than {prefix}_app may"
        yield Diagnosis("roles", "warn", says, as_app)
    changed = [line for line in difference if line.startswith(("+|", "-|"))]
    if difference:
        says = f"{len(changed)} lines differ from sql/grants.md, first {(changed or difference)[0]}"
        yield Diagnosis("roles", "fail", says, apply)
    else:
        yield Diagnosis("roles", "ok", "each may do what sql/grants.md says")


def of_release(version: Version | None) -> Diagnosis:
    """Tell which version of the reference data there is; None where there is none yet."""
    if version is None:
        return Diagnosis("release", "fail", "there is no reference data yet", "wildside seed")
    return Diagnosis("release", "ok", f"version {version.number} of epoch {version.epoch} is there")
