"""What the user who is logged in has chosen: all of it, or the interests alone, under one revision."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Annotated, Any, TypedDict
from uuid import UUID

from msgspec import Meta
from starlette.responses import Response

from wildside.domain.calls import Answer
from wildside.domain.preferences import MOST, Choices, Preferences
from wildside.domain.release import rfc_3339
from wildside.domain.sessions import SignedIn
from wildside.domain.shapes import Identity, Key, Moment, Revision
from wildside.inbound.http.mutations import mutate
from wildside.inbound.http.queries import query
from wildside.inbound.http.revisions import Tags, expected, show, stored, told
from wildside.inbound.http.state import ApiRequest
from wildside.inbound.http.wire import Fields, read_fields
from wildside.ports.database import Stores
from wildside.usecases.change_preferences import change_preferences
from wildside.usecases.transact import look


@dataclass(frozen=True, slots=True)
class _View:
    """A way to look at preferences: what is shown of them, and what a PUT takes, in the order of Choices."""

    kind: str
    shown: Callable[[Preferences], Any]
    taken: Callable[[Fields], tuple[Any, ...]]


async def preferences(request: ApiRequest, who: SignedIn) -> Response:
    """Show everything that the user has chosen."""
    return await _show(request, who, _PREFERENCES)


async def replace_preferences(request: ApiRequest, who: SignedIn) -> Response:
    """Replace everything that the user has chosen."""
    return await _replace(request, who, _PREFERENCES)


async def interests(request: ApiRequest, who: SignedIn) -> Response:
    """Show the user's interests."""
    return await _show(request, who, _INTERESTS)


async def replace_interests(request: ApiRequest, who: SignedIn) -> Response:
    """Replace the user's interests, and leave the rest as it is."""
    return await _replace(request, who, _INTERESTS)


async def _show(request: ApiRequest, who: SignedIn, view: _View) -> Response:
    query(request)
    found = await look(request.state["database"], lambda stores: _chosen(stores, who.user_id))
    return show(request, Tags(view.kind, who.user_id), found.revision, view.shown(found))


async def _replace(request: ApiRequest, who: SignedIn, view: _View) -> Response:
    query(request)
    fields, tags = await read_fields(request), Tags(view.kind, who.user_id)
    taken, expects = view.taken(fields), expected(request, fields, tags)
    fields.done()
    choices = Choices(*taken)

    async def effect(stores: Stores) -> Answer:
        kept = await change_preferences(stores, who.user_id, choices, expects)
        assert kept.revision is not None  # noqa: S101 - it is stored
        return stored(tags, kept.revision, view.shown(kept))

    payload = {"path": request.url.path, "choices": taken, "expected": told(expects)}
    return await mutate(request, who, f"replace_{view.kind}", payload, effect)


async def _chosen(stores: Stores, user_id: UUID) -> Preferences:
    """Return what a user has chosen, or what holds of who never chose."""
    found = await stores.preferences.get(user_id)
    if found is None:
        return Preferences(user_id, (), (), await stores.preferences.first_unit_system(), None, None)
    return found


def taken(fields: Fields) -> tuple[Any, ...]:
    """Take everything, in the order of Choices."""
    themes, toggles = fields.texts("interestThemeIds", MOST), fields.texts("safetyToggleIds", MOST)
    unit = fields.text("unitSystem", 256)
    fields.required(interestThemeIds=themes, safetyToggleIds=toggles, unitSystem=unit)
    return tuple(themes or ()), tuple(toggles or ()), unit


def interests_taken(fields: Fields) -> tuple[Any, ...]:
    """Take the interests alone."""
    themes = fields.texts("interestThemeIds", MOST)
    fields.required(interestThemeIds=themes)
    return (tuple(themes or ()),)


class InterestsJson(TypedDict):
    """Interest themes that a user has chosen, in their order. Revision null: nothing was chosen yet."""

    userId: Identity
    interestThemeIds: Annotated[list[Key], Meta(max_length=MOST)]
    revision: Revision | None


class PreferencesJson(InterestsJson):
    """Everything that a user has chosen."""

    safetyToggleIds: Annotated[list[Key], Meta(max_length=MOST)]
    unitSystem: Key
    updatedAt: Moment | None


def _interests_shown(found: Preferences) -> InterestsJson:
    return {
        "userId": str(found.user_id),
        "interestThemeIds": [*found.interest_themes],
        "revision": found.revision,
    }


def _all_shown(found: Preferences) -> PreferencesJson:
    changed = found.updated_at
    return {
        **_interests_shown(found),
        "safetyToggleIds": [*found.safety_toggles],
        "unitSystem": found.unit_system,
        "updatedAt": rfc_3339(changed) if changed else None,
    }


_PREFERENCES = _View("preferences", _all_shown, taken)
_INTERESTS = _View("interests", _interests_shown, interests_taken)
