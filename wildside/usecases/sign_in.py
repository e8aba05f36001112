"""Log in: an attempt is noted, then the password checked, then a session begun."""

from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from uuid import UUID

from wildside.domain.errors import Overloaded, Unauthorized
from wildside.domain.passwords import Credentials, normalised
from wildside.domain.sessions import LIFETIME
from wildside.domain.users import Account, folded
from wildside.ports.database import Database, Stores
from wildside.ports.passwords import Passwords
from wildside.usecases.transact import transact

_WRONG = "This username and this password do not fit."


@dataclass(frozen=True, slots=True)
class Login:
    """Who somebody says they are, from where, and the session to begin if they are."""

    username: str
    password: str = field(repr=False)
    address: str
    session_id: UUID


async def sign_in(
    database: Database, passwords: Passwords, login: Login, pauses: Sequence[float] = (0.01, 0.03, 0.09)
) -> Account:
    """Begin a session. Raises Unauthorized, RateLimited or Overloaded.

    No transaction is open while the password is checked. Whether there is no such account, it is
    disabled or the password is another: the database and the hasher are asked the same.
    """
    username = folded(login.username)

    async def begin(stores: Stores) -> tuple[int, Credentials | None]:
        known = await stores.credentials.find(username)
        # Last, since others of the same address wait from here to the end of the transaction.
        return await stores.throttle.attempt(username, login.address), known

    attempt, known = await transact(database, begin, pauses)
    renewed = await _checked(database, passwords, attempt, known, normalised(login.password))
    if known is None or known.disabled_at is not None or renewed is None:
        raise Unauthorized(_WRONG)

    async def finish(stores: Stores) -> Account:
        # Before the shared hold: two who share it could neither of them go on to write.
        if renewed:
            await stores.credentials.renew(known.user_id, renewed)
        # Set or disabled since it was looked at: what fitted then does not now.
        if not await stores.credentials.hold(known.user_id, known.changed_at):
            raise Unauthorized(_WRONG)
        await stores.throttle.take_out(attempt)
        await stores.sessions.begin(login.session_id, known.user_id, LIFETIME)
        account = await stores.users.account(username)
        if account is None:
            raise Unauthorized(_WRONG)
        return account

    return await transact(database, finish, pauses)


async def _checked(
    database: Database, passwords: Passwords, attempt: int, known: Credentials | None, password: str
) -> str | None:
    """Return None where the password is wrong, else another hash to keep of it, "" where none is needed."""

    async def take_out(stores: Stores) -> None:
        await stores.throttle.take_out(attempt)

    try:
        checked = await passwords.check(password, known.password_hash if known else None)
    except Overloaded:
        await transact(database, take_out)  # nobody looked at it, so it did not fail
        raise
    if not checked.matches:
        return None
    if checked.outdated and known is not None and known.disabled_at is None:
        with suppress(Overloaded):  # the next login will do
            return await passwords.hash(password)
    return ""
