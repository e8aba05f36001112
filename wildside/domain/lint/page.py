"""The rules as a page of the documentation, and as lines on a terminal."""

from collections.abc import Iterator

from wildside.domain.lint.check import ALLOW, ALLOW_MEANING, RULES
from wildside.domain.lint.rules import Example
from wildside.domain.lint.squawk import LEFT_OUT, PREFIX

_MOST_LINES = 12
"""Longer examples are not shown, nor those whose fault cannot be seen."""

_SQUAWK = "What [squawk](https://squawkhq.com/docs/rules) finds, except for the rules that are left out."


def lines() -> Iterator[str]:
    """Yield one line a rule."""
    meanings = {rule.id: rule.meaning for rule in RULES} | {ALLOW: ALLOW_MEANING, f"{PREFIX}…": _SQUAWK}
    width = max(map(len, meanings))
    for rule_id, meaning in meanings.items():
        yield f"{rule_id:{width}}  {meaning}"


def markdown() -> str:
    """Return docs/migration-rules.md."""
    parts = [
        "# Rules of migrations\n",
        "<!-- Made by `wildside db check --rules --markdown`; change the rules, not this page. -->\n",
        "`wildside db check` looks at the files only: no database, no network.\n",
    ]
    for rule in RULES:
        parts += [
            f"## {rule.id}",
            rule.meaning,
            "",
            *_example("Wrong", rule.bad),
            *_example("Right", rule.good),
        ]
    parts += [
        f"## {ALLOW}",
        ALLOW_MEANING,
        "",
        "## squawk/…",
        _SQUAWK,
        "",
        "| left out | because |",
        "|---|---|",
    ]
    parts += [f"| `{rule}` | {why} |" for rule, why in LEFT_OUT.items()]
    return "\n".join(parts) + "\n"


def _example(title: str, example: Example) -> Iterator[str]:
    files = {"": example} if isinstance(example, str) else example
    if not all(map(_can_be_shown, files.values())):
        return
    yield f"{title}:"
    yield "```sql"
    for name, text in files.items():
        if name:
            yield f"-- {name}"
        yield from text.rstrip("\n").split("\n")
    yield "```"
    yield ""


def _can_be_shown(text: str) -> bool:
    return text.count("\n") <= _MOST_LINES and "\ufeff" not in text and " \n" not in text
