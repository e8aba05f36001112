"""Make an account: a user, what they log in with, and their roles."""

from collections.abc import Sequence, Set
from dataclasses import dataclass, field
from uuid import UUID

from wildside.domain.command_errors import AccountInvalid
from wildside.domain.passwords import normalised, password_problems
from wildside.domain.users import Account, display_name_problems, username_problems
from wildside.ports.database import Database, Stores
from wildside.ports.passwords import Passwords
from wildside.usecases.transact import transact


@dataclass(frozen=True, slots=True)
class NewAccount:
    """An account to be made. The username is folded."""

    user_id: UUID
    username: str
    display_name: str
    password: str = field(repr=False)
    roles: Sequence[str] = ()

    def problems(self, common: Set[str]) -> Sequence[str]:
        """Return all that is wrong with it."""
        return [
            *username_problems(self.username),
            *display_name_problems(self.display_name),
            *password_problems(self.password, self.username, common),
        ]


async def create_account(database: Database, passwords: Passwords, new: NewAccount) -> Account:
    """Make an account. Raises AccountInvalid that lists every problem, or UsernameTaken."""
    if problems := new.problems(passwords.common):
        raise AccountInvalid(problems)
    password_hash = await passwords.hash(normalised(new.password))

    async def work(stores: Stores) -> Account:
        user = await stores.users.add(new.user_id, new.display_name)
        await stores.credentials.add(new.user_id, new.username, password_hash)
        for role in new.roles:
            await stores.users.grant(new.user_id, role)
        return Account(user, new.username, frozenset(new.roles), None)

    return await transact(database, work)
