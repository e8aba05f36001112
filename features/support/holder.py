"""What an app keeps of the reference data, changed only as docs/api.md tells app developers to."""

import hashlib
import json
from typing import Any

Row = dict[str, Any]


def canonical(value: Any) -> bytes:
    return json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode()


def digest(value: Any) -> str:
    return hashlib.sha256(canonical(value)).hexdigest()


def is_whole(bootstrap: dict[str, Any]) -> bool:
    """Whether the tables are what the token and the digests say, all of one version."""
    tables = bootstrap["tables"]
    told = bootstrap["referenceVersion"].rpartition("-")[2]
    digests = {name: digest(rows) for name, rows in tables.items()}
    return bool(digest(tables)[:16] == told and digests == bootstrap["digests"])


class Holder:
    """One release of tables, and its token."""

    def __init__(self, bootstrap: dict[str, Any]) -> None:
        self.token: str = bootstrap["referenceVersion"]
        self.tables: dict[str, list[Row]] = bootstrap["tables"]

    def apply(self, changes: dict[str, Any]) -> None:
        """Go on to the release that the changes lead to; each table must be what its digest says."""
        if changes["mode"] == "full":
            self.tables = {}
        assert sorted(changes["order"]) == sorted(n for n, change in changes["tables"].items() if change)
        for name, change in changes["tables"].items():
            if change is None:
                del self.tables[name]
        for name in changes["order"]:
            self._apply_to(name, changes["tables"][name])
        self.token = changes["to"]

    def _apply_to(self, name: str, change: dict[str, Any]) -> None:
        rows = {key_of(row, change["key"]): row for row in self.tables.get(name, [])}
        for gone in [*change["removals"], *(rename["from"] for rename in change["renames"])]:
            del rows[tuple(gone)]
        rows |= {key_of(row, change["key"]): row for row in change["upserts"]}
        self.tables[name] = sorted(rows.values(), key=lambda row: _place(row, change["order"]))
        assert digest(self.tables[name]) == change["digest"], name


def key_of(row: Row, members: list[str]) -> tuple[Any, ...]:
    return tuple(row[member] for member in members)


def _place(row: Row, order: list[str]) -> list[tuple[bool, Any]]:
    values = [row.get(member) for member in order]
    return [(value is None, 0 if value is None else value) for value in values]
