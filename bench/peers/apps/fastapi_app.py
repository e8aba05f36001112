"""The peer made with FastAPI, Pydantic and SQLAlchemy's asynchronous ORM over asyncpg."""

import os
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from typing import Annotated, Any
from uuid import UUID

import shared
from fastapi import Depends, FastAPI, Header, HTTPException, Request, Response
from fastapi.responses import JSONResponse
from fastapi_models import (
    IdempotencyKey,
    InterestTheme,
    Note,
    Preferences,
    Route,
    SafetyToggle,
    User,
    reference,
)
from pydantic import BaseModel, ConfigDict, Field
from pydantic.alias_generators import to_camel
from sqlalchemy import Select, delete, insert, or_, select, text, tuple_, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncSession, async_sessionmaker, create_async_engine
from sqlalchemy.orm import selectinload

_HIDDEN = {"is_active", "source_type", "live"}


class Wire(BaseModel):
    """What goes over the wire is spelled there in camel case."""

    model_config = ConfigDict(alias_generator=to_camel, populate_by_name=True, from_attributes=True)


class PreferencesOut(Wire):
    user_id: UUID
    interest_theme_ids: list[str]
    safety_toggle_ids: list[str]
    unit_system: str
    revision: int
    updated_at: datetime


class Choices(Wire):
    interest_theme_ids: list[str]
    safety_toggle_ids: list[str]
    unit_system: str
    expected_revision: int


class NewNote(Wire):
    note_id: UUID
    body: str = Field(min_length=1, max_length=4000)
    poi_id: UUID | None = None


class NoteOut(Wire):
    id: UUID
    route_id: UUID
    poi_id: UUID | None
    body: str
    revision: int
    created_at: datetime
    updated_at: datetime


class Person(Wire):
    id: UUID
    display_name: str
    created_at: datetime


class People(Wire):
    data: list[Person]
    limit: int
    links: dict[str, str | None]


@asynccontextmanager
async def lifespan(app: FastAPI) -> AsyncIterator[None]:
    url = os.environ["PEER_DATABASE_URL"].replace("postgresql://", "postgresql+asyncpg://")
    engine = create_async_engine(url, pool_size=shared.CONNECTIONS, max_overflow=0)
    app.state.sessions = async_sessionmaker(engine, expire_on_commit=False)
    app.state.bodies = shared.release()
    async with engine.connect() as connection:
        app.state.reference = await _selects(connection)
    yield
    await engine.dispose()


async def _selects(connection: AsyncConnection) -> dict[str, Select[Any]]:
    """Return table → what selects its rows, once for all requests."""
    catalogue = await connection.execute(text("select table_name, order_columns from reference_catalogue"))
    order: dict[str, list[str]] = dict(catalogue.tuples().all())
    await connection.run_sync(lambda sync: reference.reflect(sync, only=list(order)))
    found = {}
    for name, columns in order.items():
        table = reference.tables[name]
        shown = [each.label(shared.camel_case(each.name)) for each in table.c if each.name not in _HIDDEN]
        found[name] = select(*shown).where(table.c.is_active).order_by(*(table.c[each] for each in columns))
    return found


app = FastAPI(lifespan=lifespan, openapi_url=None)


async def session(request: Request) -> AsyncIterator[AsyncSession]:
    async with request.app.state.sessions() as opened:
        yield opened


Session = Annotated[AsyncSession, Depends(session)]
UserId = Annotated[UUID, Header(alias="X-User")]
Key = Annotated[UUID, Header(alias="Idempotency-Key")]


@app.get(f"{shared.BASE}/reference/bootstrap")
async def bootstrap(request: Request) -> Response:
    body = shared.chosen(request.app.state.bodies, request.headers.get("accept-encoding"))
    if request.headers.get("if-none-match") == body.etag:
        return Response(status_code=304, headers=body.headers)
    return Response(body.content, headers=body.headers, media_type="application/json")


@app.get("/per-request/bootstrap")
async def bootstrap_per_request(request: Request, session: Session) -> Response:
    tables = {}
    for name, statement in request.app.state.reference.items():
        tables[name] = [dict(row) for row in (await session.execute(statement)).mappings()]
    return JSONResponse({"tables": tables})


@app.get(f"{shared.BASE}/users/me/preferences")
async def preferences(session: Session, user: UserId) -> PreferencesOut:
    both = selectinload(Preferences.themes), selectinload(Preferences.toggles)
    found = await session.get(Preferences, user, options=both)
    if found is None:
        raise HTTPException(404)
    return PreferencesOut.model_validate(found)


@app.put(f"{shared.BASE}/users/me/preferences")
async def replace_preferences(session: Session, user: UserId, choices: Choices) -> PreferencesOut:
    kept = await session.execute(
        update(Preferences)
        .where(Preferences.user_id == user, Preferences.revision == choices.expected_revision)
        .values(unit_system=choices.unit_system, revision=Preferences.revision + 1)
        .returning(Preferences.revision, Preferences.updated_at)
        .execution_options(synchronize_session=False)
    )
    row = kept.one_or_none()
    if row is None:
        raise HTTPException(409, "This is no longer that revision.")
    await _replace(session, InterestTheme, "interest_theme", user, choices.interest_theme_ids)
    await _replace(session, SafetyToggle, "safety_toggle", user, choices.safety_toggle_ids)
    await session.commit()
    return PreferencesOut(
        user_id=user,
        interest_theme_ids=choices.interest_theme_ids,
        safety_toggle_ids=choices.safety_toggle_ids,
        unit_system=choices.unit_system,
        revision=row.revision,
        updated_at=row.updated_at,
    )


async def _replace(session: AsyncSession, model: Any, column: str, user: UUID, keys: list[str]) -> None:
    await session.execute(
        delete(model).where(model.user_id == user).execution_options(synchronize_session=False)
    )
    if keys:
        rows = [{"user_id": user, column: key, "position": place} for place, key in enumerate(keys)]
        await session.execute(insert(model), rows)


@app.post(f"{shared.BASE}/routes/{{route_id}}/notes", status_code=201)
async def write_note(
    request: Request, route_id: UUID, session: Session, user: UserId, key: Key, note: NewNote
) -> Response:
    asked = shared.request_hash(route_id, await request.body())
    kept = await session.get(IdempotencyKey, (user, shared.WRITE_NOTE, key))
    if kept is not None and kept.expires_at > datetime.now(UTC):
        return _again(kept, asked)
    seen = select(Route.id).where(Route.id == route_id, or_(Route.user_id == user, Route.user_id.is_(None)))
    if await session.scalar(seen) is None:
        raise HTTPException(404)
    written = Note(
        user_id=user, id=note.note_id, route_id=route_id, poi_id=note.poi_id, body=note.body, revision=1
    )
    try:
        session.add(written)
        await session.flush()
        content = NoteOut.model_validate(written).model_dump_json(by_alias=True).encode()
        session.add(_kept(user, key, asked, content))
        await session.commit()
    except IntegrityError as error:
        raise HTTPException(409, "This was written already.") from error
    return Response(content, status_code=201, media_type="application/json")


def _again(kept: IdempotencyKey, asked: bytes) -> Response:
    if kept.request_hash != asked:
        raise HTTPException(409, "This key was used for another request.")
    headers = {"Idempotency-Replayed": "true"}
    return Response(kept.response, status_code=201, headers=headers, media_type="application/json")


def _kept(user: UUID, key: UUID, asked: bytes, content: bytes) -> IdempotencyKey:
    return IdempotencyKey(
        user_id=user,
        mutation=shared.WRITE_NOTE,
        key=key,
        request_hash=asked,
        status_code=201,
        headers={},
        response=content,
        expires_at=datetime.now(UTC) + shared.KEPT,
    )


@app.get(f"{shared.BASE}/users")
async def users(session: Session, cursor: str | None = None) -> People:
    statement = select(User).order_by(User.created_at, User.id).limit(shared.LIMIT + 1)
    if cursor is not None:
        statement = statement.where(tuple_(User.created_at, User.id) > tuple_(*shared.key_of(cursor)))
    found = list(await session.scalars(statement))
    people = [Person.model_validate(each) for each in found[: shared.LIMIT]]
    last = people[-1] if len(found) > shared.LIMIT else None
    following = shared.cursor_of(last.created_at, last.id) if last else None
    return People(data=people, limit=shared.LIMIT, links=shared.links(cursor, following))
