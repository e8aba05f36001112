"""What the user who is logged in has chosen: all of it, or the interests alone, under one revision."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from starlette.responses import Response

from wildside.domain.calls import Answer
from wildside.domain.preferences import MOST, Choices, Preferences
from wildside.domain.release import canonical
from wildside.inbound.http import values
from wildside.inbound.http.mutations import mutate
from wildside.inbound.http.queries import query
from wildside.inbound.http.representations import check_accept
from wildside.inbound.http.revisions import Tags, expected, shown, told
from wildside.inbound.http.sessions import signed_in
from wildside.inbound.http.state import ApiRequest
from wildside.inbound.http.wire import Fields, read_fields
from wildside.ports.database import Stores
from wildside.usecases.change_preferences import change_preferences
from wildside.usecases.transact import look


@dataclass(frozen=True, slots=True)
class _View:
    """A way to look at preferences: what is shown of them, and what a PUT takes, in the order of Choices."""

    kind: str
    shown: Callable[[Preferences], dict[str, Any]]
    taken: Callable[[Fields], tuple[Any, ...]]


async def preferences(request: ApiRequest) -> Response:
    """Show or replace everything that the user has chosen."""
    return await _answer(request, _PREFERENCES)


async def interests(request: ApiRequest) -> Response:
    """Show or replace the user's interests, and leave the rest as it is."""
    return await _answer(request, _INTERESTS)


async def _answer(request: ApiRequest, view: _View) -> Response:
    return await (_replace if request.method == "PUT" else _show)(request, view)


async def _show(request: ApiRequest, view: _View) -> Response:
    who = await signed_in(request)
    check_accept(request)
    query(request)
    found = await look(request.state["database"], lambda stores: _chosen(stores, who.user_id))
    content = canonical(view.shown(found))
    return shown(request, Tags(view.kind, who.user_id).of(found.revision, content), content)


async def _replace(request: ApiRequest, view: _View) -> Response:
    who = await signed_in(request)
    check_accept(request)
    query(request)
    fields, tags = await read_fields(request), Tags(view.kind, who.user_id)
    taken, expects = view.taken(fields), expected(request, fields, tags)
    fields.done()
    choices = Choices(*taken)

    async def effect(stores: Stores) -> Answer:
        stored = await change_preferences(stores, who.user_id, choices, expects)
        content = canonical(view.shown(stored))
        return Answer(200, {"ETag": tags.of(stored.revision, content)}, content)

    payload = {"path": request.url.path, "choices": taken, "expected": told(expects)}
    return await mutate(request, who, f"replace_{view.kind}", payload, effect)


async def _chosen(stores: Stores, user_id: UUID) -> Preferences:
    """Return what a user has chosen, or what holds of who never chose."""
    found = await stores.preferences.get(user_id)
    if found is None:
        return Preferences(user_id, (), (), await stores.preferences.first_unit_system(), None, None)
    return found


def _all_taken(fields: Fields) -> tuple[Any, ...]:
    themes, toggles = fields.texts("interestThemeIds", MOST), fields.texts("safetyToggleIds", MOST)
    unit = fields.text("unitSystem", 256)
    fields.required(interestThemeIds=themes, safetyToggleIds=toggles, unitSystem=unit)
    return tuple(themes or ()), tuple(toggles or ()), unit


def _interests_taken(fields: Fields) -> tuple[Any, ...]:
    themes = fields.texts("interestThemeIds", MOST)
    fields.required(interestThemeIds=themes)
    return (tuple(themes or ()),)


def _interests_shown(found: Preferences) -> dict[str, Any]:
    return {
        "userId": str(found.user_id),
        "interestThemeIds": found.interest_themes,
        "revision": found.revision,
    }


def _all_shown(found: Preferences) -> dict[str, Any]:
    changed = found.updated_at
    return {
        **_interests_shown(found),
        "safetyToggleIds": found.safety_toggles,
        "unitSystem": found.unit_system,
        "updatedAt": values.shown(changed) if changed else None,
    }


_PREFERENCES = _View("preferences", _all_shown, _all_taken)
_INTERESTS = _View("interests", _interests_shown, _interests_taken)
