"""The peer made with Django, its ORM and a pool of psycopg's: views without a thread where none waits."""

import json
import os
from datetime import UTC, datetime
from typing import Any
from urllib.parse import parse_qsl, urlsplit
from uuid import UUID

import django
import shared
from django.conf import settings


def configure(url: str) -> None:
    """Set Django up without middleware, which leaves it as fast as it gets."""
    parts = urlsplit(url)
    database = {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": parts.path.removeprefix("/"),
        "USER": parts.username or "",
        "PASSWORD": parts.password or "",
        "HOST": parts.hostname or "",
        "PORT": parts.port or "",
        **{name.upper(): value for name, value in parse_qsl(parts.query) if name in {"host", "port"}},
        "OPTIONS": {"pool": {"min_size": 1, "max_size": shared.CONNECTIONS}, "server_side_binding": True},
    }
    settings.configure(
        ALLOWED_HOSTS=["127.0.0.1", "localhost"],
        DATABASES={"default": database},
        MIDDLEWARE=[],
        ROOT_URLCONF=__name__,
        USE_TZ=True,
    )
    django.setup()


configure(os.environ["PEER_DATABASE_URL"])

# Models can be made only now.
from django.core.asgi import get_asgi_application  # noqa: E402
from django.db import IntegrityError, transaction  # noqa: E402
from django.db.models import F, Q  # noqa: E402
from django.db.models.fields.tuple_lookups import TupleGreaterThan  # noqa: E402
from django.http import HttpRequest, HttpResponse, JsonResponse  # noqa: E402
from django.urls import path  # noqa: E402
from django.views.decorators.http import require_GET, require_http_methods, require_POST  # noqa: E402
from django_models import (  # noqa: E402
    IdempotencyKey,
    Note,
    Preferences,
    Route,
    User,
    UserInterestTheme,
    UserSafetyToggle,
)
from django_reference import REFERENCE  # noqa: E402

_BODIES = shared.release()


def _user(request: HttpRequest) -> UUID:
    return UUID(request.headers["X-User"])


def _moment(value: datetime) -> str:
    """Spell a moment with its microseconds, which Django's own encoder cuts off."""
    return value.isoformat().replace("+00:00", "Z")


@require_GET
async def bootstrap(request: HttpRequest) -> HttpResponse:
    body = shared.chosen(_BODIES, request.headers.get("Accept-Encoding"))
    if request.headers.get("If-None-Match") == body.etag:
        return HttpResponse(status=304, headers=body.headers)
    headers = {**body.headers, "Content-Length": str(len(body.content))}
    return HttpResponse(body.content, headers=headers, content_type="application/json")


@require_GET
def bootstrap_per_request(_request: HttpRequest) -> HttpResponse:
    tables = {}
    for model in REFERENCE:
        columns = [each.name for each in model._meta.concrete_fields if each.name not in {"pk", "is_active"}]  # noqa: SLF001
        rows = model.objects.filter(is_active=True).values_list(*columns)
        names = [shared.camel_case(column) for column in columns]
        tables[model._meta.db_table] = [dict(zip(names, row, strict=True)) for row in rows]  # noqa: SLF001
    return JsonResponse({"tables": tables})


@require_http_methods(["GET", "PUT"])
def preferences(request: HttpRequest) -> HttpResponse:
    return _replace(request) if request.method == "PUT" else _show(request)


def _show(request: HttpRequest) -> HttpResponse:
    found = Preferences.objects.filter(pk=_user(request)).first()
    if found is None:
        return HttpResponse(status=404)
    themes, toggles = (
        list(model.objects.filter(user_id=found.user_id).values_list("key", flat=True))
        for model in (UserInterestTheme, UserSafetyToggle)
    )
    return JsonResponse(_shown(found, themes, toggles))


def _replace(request: HttpRequest) -> HttpResponse:
    user, choices = _user(request), json.loads(request.body)
    themes, toggles = choices["interestThemeIds"], choices["safetyToggleIds"]
    with transaction.atomic():
        changed = Preferences.objects.filter(pk=user, revision=choices["expectedRevision"]).update(
            unit_system=choices["unitSystem"], revision=F("revision") + 1
        )
        if not changed:
            return JsonResponse({"detail": "This is no longer that revision."}, status=409)
        for model, keys in ((UserInterestTheme, themes), (UserSafetyToggle, toggles)):
            model.objects.filter(user_id=user).delete()
            model.objects.bulk_create(
                model(user_id=user, key=key, position=place) for place, key in enumerate(keys)
            )
        kept = Preferences.objects.get(pk=user)
    return JsonResponse(_shown(kept, themes, toggles))


def _shown(found: Preferences, themes: list[str], toggles: list[str]) -> dict[str, Any]:
    return {
        "userId": str(found.user_id),
        "interestThemeIds": themes,
        "safetyToggleIds": toggles,
        "unitSystem": found.unit_system,
        "revision": found.revision,
        "updatedAt": _moment(found.updated_at),
    }


@require_POST
def write_note(request: HttpRequest, route_id: UUID) -> HttpResponse:
    user, key = _user(request), UUID(request.headers["Idempotency-Key"])
    asked = shared.request_hash(route_id, request.body)
    try:
        with transaction.atomic():
            kept = IdempotencyKey.objects.filter(
                user_id=user, mutation=shared.WRITE_NOTE, key=key, expires_at__gt=datetime.now(UTC)
            ).first()
            if kept is not None:
                return _again(kept, asked)
            if not Route.objects.filter(Q(user_id=user) | Q(user_id=None), id=route_id).exists():
                return HttpResponse(status=404)
            content = _written(user, route_id, json.loads(request.body))
            _keep(user, key, asked, content)
    except IntegrityError:
        return JsonResponse({"detail": "This was written already."}, status=409)
    return HttpResponse(content, status=201, content_type="application/json")


def _again(kept: IdempotencyKey, asked: bytes) -> HttpResponse:
    if bytes(kept.request_hash) != asked:
        return JsonResponse({"detail": "This key was used for another request."}, status=409)
    headers = {"Idempotency-Replayed": "true"}
    return HttpResponse(bytes(kept.response), status=201, headers=headers, content_type="application/json")


def _written(user: UUID, route_id: UUID, given: dict[str, Any]) -> bytes:
    now = datetime.now(UTC)
    note = Note.objects.create(
        user_id=user,
        id=UUID(given["noteId"]),
        route_id=route_id,
        poi_id=given.get("poiId"),
        body=given["body"],
        revision=1,
        created_at=now,
        updated_at=now,
    )
    shown = {
        "id": str(note.id),
        "routeId": str(route_id),
        "poiId": note.poi_id,
        "body": note.body,
        "revision": note.revision,
        "createdAt": _moment(now),
        "updatedAt": _moment(now),
    }
    return json.dumps(shown).encode()


def _keep(user: UUID, key: UUID, asked: bytes, content: bytes) -> None:
    now = datetime.now(UTC)
    IdempotencyKey.objects.create(
        user_id=user,
        mutation=shared.WRITE_NOTE,
        key=key,
        request_hash=asked,
        status_code=201,
        headers={},
        response=content,
        created_at=now,
        expires_at=now + shared.KEPT,
    )


@require_GET
def users(request: HttpRequest) -> HttpResponse:
    cursor, listed = request.GET.get("cursor"), User.objects.all()
    if cursor is not None:
        listed = listed.filter(TupleGreaterThan((F("created_at"), F("id")), shared.key_of(cursor)))
    found = list(listed[: shared.LIMIT + 1])
    page = found[: shared.LIMIT]
    following = shared.cursor_of(page[-1].created_at, page[-1].id) if len(found) > shared.LIMIT else None
    data = [
        {"id": str(each.id), "displayName": each.display_name, "createdAt": _moment(each.created_at)}
        for each in page
    ]
    return JsonResponse({"data": data, "limit": shared.LIMIT, "links": shared.links(cursor, following)})


urlpatterns = [
    path(f"{shared.BASE.removeprefix('/')}/reference/bootstrap", bootstrap),
    path("per-request/bootstrap", bootstrap_per_request),
    path(f"{shared.BASE.removeprefix('/')}/users/me/preferences", preferences),
    path(f"{shared.BASE.removeprefix('/')}/routes/<uuid:route_id>/notes", write_note),
    path(f"{shared.BASE.removeprefix('/')}/users", users),
]
app = get_asgi_application()
