"""What is taken from squawk, a linter of PostgreSQL migrations, and what is left to our own rules."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Literal

from wildside.domain.migration_files import Finding

PREFIX = "squawk/"

LEFT_OUT = {
    "require-lock-timeout": "`lock-timeout` knows which tables the file itself makes",
    "require-statement-timeout": "how long a statement may take is for the operator of that database to say",
    "require-timeout-settings": "as `require-lock-timeout`",
    "prefer-robust-stmts": "it wants `if not exists`, which hides an invalid index; see `guard`",
    "prefer-bigint-over-int": "orders and percentages are small; keys are text, uuid or bigint",
    "prefer-bigint-over-smallint": "as `prefer-bigint-over-int`",
    "prefer-text-field": "`type` says it",
    "prefer-timestamp-tz": "`type` says it",
    "ban-char-field": "`type` says it",
    "ban-drop-table": "`contract` says where",
    "ban-drop-column": "`contract` says where",
    "ban-drop-view": "`contract` says where",
    "ban-drop-function": "`contract` says where",
    "ban-drop-type": "`contract` says where",
    "ban-drop-domain": "`contract` says where",
    "ban-drop-schema": "`contract` says where",
    "ban-drop-sequence": "`contract` says where",
    "ban-drop-extension": "`contract` says where",
    "renaming-column": "`contract` says where",
    "renaming-table": "`contract` says where",
    "renaming-object": "`contract` says where",
    "changing-column-type": "`contract` says where",
    "transaction-nesting": "`transaction-control` says it",
    "ban-concurrent-index-creation-in-transaction": "`in-transaction` also sees a lone one",
    "ban-uncommitted-transaction": "`transaction-control` says it",
}
"""Rules of squawk that are switched off, and why."""


@dataclass(frozen=True, slots=True)
class Remark:
    """Something that squawk says about a line, which counts from 1; 0 is the file."""

    file: str
    line: int
    rule: str
    message: str


def squawk_findings(remarks: Iterable[Remark]) -> Iterator[Finding]:
    """Yield those remarks that count; advice about style is a warning."""
    for one in remarks:
        if one.rule not in LEFT_OUT:
            advice = one.rule.startswith(("prefer-", "syntax-error"))
            level: Literal["error", "warning"] = "warning" if advice else "error"
            yield Finding(one.file, one.line, PREFIX + one.rule, one.message, level)
