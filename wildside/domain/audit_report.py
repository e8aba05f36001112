"""The page of the audit of user state."""

from wildside.domain.audit import Audit, Axis

_HEAD = """# User state: what there is, and what is to be done

Made by `wildside audit user-state --write` from a freshly migrated database and from the running
application's own routes, stores and error handlers; `--check` compares it. A migration is `required` where
something that is there would fail or go wrong without it, and `deferred` where something else comes first.
"""

_STORAGE = {
    "missing": "they have no canonical home",
    "canonical": "they are kept in one place, the expected one",
    "dual_model": "they are kept in several places, which will differ one day",
}


def render(audit: Audit) -> str:
    """Return the page, the same for the same audit."""
    homes = f" ({', '.join(f'`{home}`' for home in audit.homes)})" if audit.homes else ""
    lines = [
        _HEAD,
        f"**Migration: `{audit.migration}`.** Interests are stored as `{audit.interests}`: "
        f"{_STORAGE[audit.interests]}{homes}.",
        "",
        "| | schema | runtime wiring | revision | stale writes | migration |",
        "|---|---|---|---|---|---|",
        *(_row(axis) for axis in audit.axes),
        "",
    ]
    for axis in audit.axes:
        lines += _section(axis)
    return "\n".join(lines)


def _row(axis: Axis) -> str:
    aspects = (axis.schema, axis.wiring, axis.revision, axis.stale_writes)
    return f"| {axis.name} | {' | '.join(aspect.status for aspect in aspects)} | `{axis.migration}` |"


def _section(axis: Axis) -> list[str]:
    aspects = (
        ("Schema", axis.schema),
        ("Runtime wiring", axis.wiring),
        ("Revision", axis.revision),
        ("Stale writes", axis.stale_writes),
    )
    decided = f"**`{axis.migration}`**: {axis.reason}"
    decided += f"; first comes {axis.after}." if axis.after else "."
    lines = [f"## {axis.name.capitalize()}", "", decided, ""]
    for title, aspect in aspects:
        lines += [f"- {title}: {aspect.status}", *(f"  - {line}" for line in aspect.evidence)]
    return [*lines, ""]
