"""End sessions of an account by hand: those that are named, or all."""

from collections.abc import Sequence
from uuid import UUID

from wildside.domain.command_errors import UserUnknown
from wildside.ports.database import Database, Stores
from wildside.usecases.accounts import account_of
from wildside.usecases.transact import transact


async def revoke_sessions(database: Database, username: str, named: Sequence[UUID] | None) -> int:
    """Return how many ended; None names all. Raises UserUnknown, and ends none, where one does not hold."""

    async def work(stores: Stores) -> int:
        user_id = (await account_of(stores, username)).user.id
        if named is None:
            return await stores.sessions.end_all(user_id)
        wanted = dict.fromkeys(named)
        missing = [str(one) for one in wanted if not await stores.sessions.end(user_id, one)]
        if missing:
            raise UserUnknown(f"{username} has no such session: {', '.join(missing)}")
        return len(wanted)

    return await transact(database, work)
