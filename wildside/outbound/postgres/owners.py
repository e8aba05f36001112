"""The user whose rows are to be written: held before what is theirs.

Who erases a user locks them first and then their rows; in another order the two could wait for each other.
"""

from uuid import UUID

from wildside.domain.errors import Unauthorized
from wildside.outbound.postgres.session import Session

_HOLD = "select id from users where id = $1 for key share"


async def hold_owner(session: Session, user_id: UUID) -> None:
    """Let nobody erase a user until the transaction ends. Raises Unauthorized where there is no such user."""
    if await session.row(_HOLD, user_id) is None:
        raise Unauthorized("This account is no longer there.")
