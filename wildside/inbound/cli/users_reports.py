"""What `wildside users` prints."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from wildside.domain.sessions import Session
from wildside.domain.users import Account
from wildside.inbound.cli.console import out


def print_json(found: Account | Sequence[Account] | Sequence[Session]) -> None:
    """Print accounts or sessions as scripts read them, members in camelCase as over HTTP."""
    many = [_json(one) for one in found] if not isinstance(found, Account) else _json(found)
    out.print_json(data=many)


def show_account(made: Account) -> None:
    """Print an account that was made."""
    roles = "".join(f", {role}" for role in sorted(made.roles))
    out.print(f"made {made.username}: {made.user.display_name}{roles}, {made.user.id}")


def show_accounts(found: Sequence[Account]) -> None:
    """Print accounts, a line each."""
    width = max((len(one.username) for one in found), default=0)
    for one in found:
        disabled = f"disabled since {_moment(one.disabled_at)}" if one.disabled_at else ""
        more = "  ".join(each for each in (*sorted(one.roles), disabled) if each)
        out.print(f"{one.username:<{width}}  {one.user.id}  {one.user.display_name}  {more}".rstrip())


def show_sessions(found: Sequence[Session]) -> None:
    """Print sessions, a line each."""
    for one in found:
        out.print(f"{one.id}  since {_moment(one.issued_at)}  until {_moment(one.expires_at)}")


def _json(one: Account | Session) -> dict[str, Any]:
    if isinstance(one, Session):
        return {"id": str(one.id), "issuedAt": _iso(one.issued_at), "expiresAt": _iso(one.expires_at)}
    return {
        "id": str(one.user.id),
        "username": one.username,
        "displayName": one.user.display_name,
        "roles": sorted(one.roles),
        "createdAt": _iso(one.user.created_at),
        "disabledAt": _iso(one.disabled_at) if one.disabled_at else None,
    }


def _iso(moment: datetime) -> str:
    return moment.isoformat().replace("+00:00", "Z")


def _moment(moment: datetime) -> str:
    return f"{moment:%Y-%m-%d %H:%M:%S} UTC"
