"""Replace what a user has chosen, if it is still what the caller means to replace."""

from dataclasses import replace
from uuid import UUID

from wildside.domain.errors import RevisionMismatch
from wildside.domain.preferences import Choices, Preferences
from wildside.domain.revisions import Expected
from wildside.ports.database import Stores


async def change_preferences(
    stores: Stores, user_id: UUID, choices: Choices, expected: Expected
) -> Preferences:
    """Return what was stored; all within the caller's transaction.

    Raises InvalidRequest for keys that cannot be chosen, and RevisionMismatch or PreconditionFailed.
    """
    found = await stores.preferences.meanings(choices.asked) if choices.asked else []
    today = choices.by_name_of_today(found)
    replaced = await _replaced(stores, user_id, expected)
    if replaced is None and today.unit_system is None:
        today = replace(today, unit_system=await stores.preferences.first_unit_system())
    try:
        return await stores.preferences.save(user_id, today, replaced)
    except RevisionMismatch as error:
        raise expected.refused(error.actual) from error


async def _replaced(stores: Stores, user_id: UUID, expected: Expected) -> int | None:
    """Return the revision to replace: the only one expected, or that which there is, if it will do."""
    if expected.revisions and len(expected.revisions) == 1:
        return next(iter(expected.revisions))
    actual = await stores.preferences.hold(user_id)
    if not expected.allows(actual):
        raise expected.refused(actual)
    return actual
