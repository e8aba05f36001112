"""Who may do what in a database: a value, and the page that shows it."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from difflib import unified_diff

from wildside.domain.roles import ROLES

KINDS = {
    "database": "Database",
    "schema": "Schema",
    "table": "Tables",
    "view": "Views",
    "column": "Columns",
    "sequence": "Sequences",
    "function": "Functions",
    "by default": "What is made from now on",
}

_SHOWN = (*ROLES[1:], "public")

_HEAD = """# Who may do what

Made by `wildside db grants --write` from a database with every migration, `roles.sql` and
`repeatable/grants.sql`; `wildside db grants --check` compares it. Roles are named without their prefix.
An owner may do everything with what it owns, unless it is told; `*` is the right to grant it further.
"""


@dataclass(frozen=True, slots=True, order=True)
class Role:
    """A role: whether it logs in and inherits, which mighty attributes it has, whose member it is."""

    name: str
    login: bool
    inherits: bool
    mighty: tuple[str, ...]
    member_of: tuple[str, ...]
    settings: tuple[str, ...]


@dataclass(frozen=True, slots=True, order=True)
class Grant:
    """What somebody may do with a thing. A thing that only its owner has is told with no grantee."""

    kind: str
    name: str
    owner: str
    grantee: str
    privileges: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Grants:
    """All of a database."""

    roles: Sequence[Role]
    grants: Sequence[Grant]


def render(grants: Grants) -> str:
    """Return the page, the same for the same grants."""
    parts = [_HEAD, *_roles(sorted(grants.roles, key=_rank))]
    for kind, title in KINDS.items():
        parts += _section(title, [grant for grant in grants.grants if grant.kind == kind])
    return "\n".join(parts)


def difference(committed: str, found: str) -> list[str]:
    """Return a unified diff from the committed page to the one of the database."""
    lines = unified_diff(
        committed.splitlines(), found.splitlines(), "sql/grants.md", "the database", lineterm=""
    )
    return list(lines)


def _rank(role: Role) -> int:
    return ROLES.index(role.name)


def _roles(roles: Sequence[Role]) -> list[str]:
    rows = [
        (
            role.name,
            "yes" if role.login else "no",
            "yes" if role.inherits else "no",
            ", ".join(role.mighty),
            ", ".join(role.member_of),
            "; ".join(f"`{setting}`" for setting in role.settings),
        )
        for role in roles
    ]
    head = ("role", "logs in", "inherits", "attributes", "member of", "settings")
    return ["## Roles", "", *_table(head, rows), ""]


def _section(title: str, grants: Sequence[Grant]) -> list[str]:
    if not grants:
        return []
    things = sorted({(grant.name, grant.owner) for grant in grants})
    rows = [
        _row(thing, [grant for grant in grants if (grant.name, grant.owner) == thing]) for thing in things
    ]
    return [f"## {title}", "", *_table(("what", "owner", *_SHOWN, "others"), rows), ""]


def _row(thing: tuple[str, str], grants: Sequence[Grant]) -> tuple[str, ...]:
    name, owner = thing
    may = {grant.grantee: ", ".join(grant.privileges) for grant in grants if grant.grantee}
    if owner:
        shown = f"{owner} (only {may.pop(owner)})" if owner in may else owner
    else:  # of things that are not ours: what our owner was given
        shown = may.pop(ROLES[0], "")
    others = "; ".join(f"{who}: {may[who]}" for who in sorted(may.keys() - set(_SHOWN)))
    return (f"`{name}`", shown, *(may.get(role, "") for role in _SHOWN), others)


def _table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> list[str]:
    lines = [head, ["---"] * len(head), *rows]
    return ["| " + " | ".join(line) + " |" for line in lines]
