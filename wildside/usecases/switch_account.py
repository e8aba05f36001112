"""Disable an account, and end its sessions; or enable it."""

from wildside.ports.database import Database, Stores
from wildside.usecases.accounts import account_of
from wildside.usecases.transact import transact


async def switch_account(database: Database, username: str, *, disabled: bool) -> tuple[bool, int]:
    """Return whether that changed the account, and how many sessions it ended. Raises UserUnknown."""

    async def work(stores: Stores) -> tuple[bool, int]:
        user_id = (await account_of(stores, username)).user.id
        changed = await stores.credentials.switch(user_id, disabled=disabled)
        return changed, await stores.sessions.end_all(user_id) if disabled else 0

    return await transact(database, work)
