"""Replace what a user has chosen, if it is still what the caller means to replace."""

from dataclasses import replace
from uuid import UUID

from wildside.domain.preferences import Choices, Preferences
from wildside.domain.revisions import Expected
from wildside.ports.database import Stores
from wildside.usecases.replace_revision import replace_revision


async def change_preferences(
    stores: Stores, user_id: UUID, choices: Choices, expected: Expected
) -> Preferences:
    """Return what was stored; all within the caller's transaction.

    Raises InvalidRequest for keys that cannot be chosen, and RevisionMismatch or PreconditionFailed.
    """
    found = await stores.preferences.meanings(choices.asked) if choices.asked else []
    today = choices.by_name_of_today(found)

    async def save(replaced: int | None) -> Preferences:
        units = today.unit_system
        if replaced is None and units is None:
            units = await stores.preferences.first_unit_system()
        return await stores.preferences.save(user_id, replace(today, unit_system=units), replaced)

    return await replace_revision(expected, lambda: stores.preferences.hold(user_id), save)
