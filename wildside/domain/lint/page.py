"""The rules as a page of the documentation, and as lines on a terminal."""

from collections.abc import Iterator

from wildside.domain.lint.check import ALLOW, ALLOW_MEANING, RULES
from wildside.domain.lint.rules import Rule
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
        parts += [f"## {rule.id}", rule.meaning, "", *_examples(rule)]
    parts += [f"## {ALLOW}", ALLOW_MEANING, "", "## squawk/…", _SQUAWK, ""]
    parts += ["| left out | because |", "|---|---|"]
    parts += [f"| `{rule}` | {why} |" for rule, why in LEFT_OUT.items()]
    return "\n".join(parts) + "\n"


def _examples(rule: Rule) -> Iterator[str]:
    shown = {"Wrong": rule.bad, "Right": rule.good}
    files = {title: {"": one} if isinstance(one, str) else one for title, one in shown.items()}
    if not all(_can_be_shown(text) for texts in files.values() for text in texts.values()):
        return
    for title, texts in files.items():
        for name, text in texts.items():
            yield f"{title}, `{name}`:" if name else f"{title}:"
            yield from ("```sql", text.rstrip("\n"), "```", "")


def _can_be_shown(text: str) -> bool:
    return text.count("\n") <= _MOST_LINES and "\ufeff" not in text and " \n" not in text
