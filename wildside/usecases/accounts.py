"""What several verbs need of an account that is there."""

from wildside.domain.command_errors import UserUnknown
from wildside.domain.users import Account, folded
from wildside.ports.database import Stores


async def account_of(stores: Stores, username: str) -> Account:
    """Return the account under a username, in any case. Raises UserUnknown."""
    found = await stores.users.account(folded(username))
    if found is None:
        raise UserUnknown(f"there is no user {username!r}")
    return found
