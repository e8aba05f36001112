"""Give an account another password, and end what was begun with the one before."""

from wildside.domain.command_errors import AccountInvalid
from wildside.domain.passwords import normalised, password_problems
from wildside.domain.users import folded
from wildside.ports.database import Database, Stores
from wildside.ports.passwords import Passwords
from wildside.usecases.accounts import account_of
from wildside.usecases.transact import transact


async def set_password(database: Database, passwords: Passwords, username: str, password: str) -> int:
    """Set a password and return how many sessions that ended. Failed attempts no longer count.

    Raises AccountInvalid that lists every problem, or UserUnknown.
    """
    if problems := password_problems(password, folded(username), passwords.common):
        raise AccountInvalid(problems)
    password_hash = await passwords.hash(normalised(password))

    async def work(stores: Stores) -> int:
        account = await account_of(stores, username)
        await stores.credentials.set_password(account.user.id, password_hash)
        await stores.throttle.forget(account.username)
        return await stores.sessions.end_all(account.user.id)

    return await transact(database, work)
