"""All rules over a folder, and what its files ask to be allowed."""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

from wildside.domain.lint import directives, form, names, phases, style, transactions
from wildside.domain.lint.rules import Rule
from wildside.domain.lint.squawk import PREFIX, Remark, squawk_findings
from wildside.domain.lint.values import Folder, Parsed, SqlFile
from wildside.domain.migration_files import ROLLBACK, Finding, parse_migration

RULES: Sequence[Rule] = (
    *names.RULES,
    *form.RULES,
    *directives.RULES,
    *transactions.RULES,
    *style.RULES,
    *phases.RULES,
)

ALLOW = "allow"
ALLOW_MEANING = (
    "`-- allow: rule: why` silences a rule in one file; it has a reason, and something to silence."
)

_ALLOW = re.compile(r"--\s*allow\b(.*)", re.IGNORECASE)
_IN_FORM = re.compile(r": ([a-z/-]+)(?:: ?(.*))?")


def folder_of(contents: Mapping[str, bytes], others: Sequence[str], parse: Callable[[str], Parsed]) -> Folder:
    """Read the contents of a folder: its SQL files by name, and the names of all others."""
    texts = {name: _text(data) for name, data in contents.items()}
    ids = sorted(name.removesuffix(".sql") for name in texts if not name.endswith(ROLLBACK))
    found = {one: parse_migration(one, texts[f"{one}.sql"], texts.get(f"{one}{ROLLBACK}")) for one in ids}
    files = {
        name: SqlFile(name, data, texts[name], parse(texts[name]), found.get(_id(name)))
        for name, data in sorted(contents.items())
    }
    return Folder(files, list(found.values()), others)


def _id(name: str) -> str:
    return name.removesuffix(ROLLBACK if name.endswith(ROLLBACK) else ".sql")


def _text(data: bytes) -> str:
    text = data.decode(errors="replace").removeprefix("\ufeff")
    return text.replace("\r\n", "\n").replace("\r", "\n")


def check(folder: Folder, remarks: Iterable[Remark]) -> list[Finding]:
    """Return what all rules and squawk find, less what is allowed, by file and line."""
    found = [finding for rule in RULES for finding in rule.check(folder)]
    found += squawk_findings(remarks)
    kept = {finding for finding in found if not _is_allowed(folder, finding)}
    kept.update(finding for file in folder.files.values() for finding in _allows(file, found))
    return sorted(kept)


def _is_allowed(folder: Folder, finding: Finding) -> bool:
    file = folder.files.get(finding.file)
    return file is not None and any(rule == finding.rule and why for _, rule, why in _wishes(file))


def _allows(file: SqlFile, found: Sequence[Finding]) -> Iterator[Finding]:
    known = {rule.id for rule in RULES}
    here = {finding.rule for finding in found if finding.file == file.name}
    for line, rule, why in _wishes(file):
        if not why:
            yield Finding(file.name, line, ALLOW, "write `-- allow: rule: why`, with a reason")
        elif rule not in known and not rule.startswith(PREFIX):
            yield Finding(file.name, line, ALLOW, f"there is no rule {rule}")
        elif rule not in here:
            yield Finding(file.name, line, ALLOW, f"nothing here breaks {rule}; take it out")


def _wishes(file: SqlFile) -> Iterator[tuple[int, str, str]]:
    """Yield line, rule and reason of each `-- allow:`; no reason where one is not in form."""
    for comment in file.parsed.comments:
        match = None if comment.block else _ALLOW.fullmatch(comment.text.strip())
        if match and match[1].lstrip().startswith(":"):
            said = _IN_FORM.fullmatch(match[1].rstrip())
            yield comment.line, said[1] if said else "", (said[2] or "").strip() if said else ""
