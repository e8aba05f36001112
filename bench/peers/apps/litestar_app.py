"""The peer made with Litestar, msgspec and asyncpg: SQL by hand, structs out."""

import os
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from typing import Annotated, Any
from uuid import UUID

import asyncpg
import msgspec
import shared
from litestar import Litestar, Request, Response, get, post, put
from litestar.datastructures import State
from litestar.exceptions import HTTPException
from litestar.params import Parameter

User = Annotated[UUID, Parameter(header="X-User")]
IdempotencyKey = Annotated[UUID, Parameter(header="Idempotency-Key")]


class Wire(msgspec.Struct, rename="camel"):
    """What goes over the wire is spelled there in camel case."""


class Preferences(Wire):
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
    body: Annotated[str, msgspec.Meta(min_length=1, max_length=4000)]
    poi_id: UUID | None = None


class Note(Wire):
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
async def lifespan(app: Litestar) -> AsyncIterator[None]:
    url, size = os.environ["PEER_DATABASE_URL"], shared.CONNECTIONS
    async with asyncpg.create_pool(url, min_size=1, max_size=size, init=_prepare) as pool:
        app.state.pool, app.state.bodies = pool, shared.release()
        app.state.reference = await _statements(pool)
        yield


async def _prepare(connection: asyncpg.Connection) -> None:
    """Pass JSON on as it is, without taking it apart."""
    await connection.set_type_codec(
        "jsonb",
        schema="pg_catalog",
        encoder=lambda value: msgspec.json.encode(value).decode(),
        decoder=lambda text: msgspec.Raw(text.encode()),
    )


async def _statements(pool: asyncpg.Pool) -> dict[str, str]:
    """Return table → the statement that reads its rows, once for all requests."""
    found = await pool.fetch("""
        select k.table_name, k.order_columns,
               array_agg(c.column_name::text order by c.ordinal_position) as columns
          from reference_catalogue k
          join information_schema.columns c on c.table_name = k.table_name and c.table_schema = 'public'
         where c.column_name not in ('is_active', 'source_type', 'live')
         group by 1, 2
    """)
    return {
        row["table_name"]: "select {} from {} where is_active order by {}".format(
            ", ".join(f'{column} as "{shared.camel_case(column)}"' for column in row["columns"]),
            row["table_name"],
            ", ".join(row["order_columns"]),
        )
        for row in found
    }


@get(f"{shared.BASE}/reference/bootstrap", cache_control=None)
async def bootstrap(state: State, request: Request[Any, Any, Any]) -> Response[bytes]:
    body = shared.chosen(state.bodies, request.headers.get("accept-encoding"))
    if request.headers.get("if-none-match") == body.etag:
        return Response(b"", status_code=304, headers=body.headers)
    return Response(body.content, headers=body.headers, media_type="application/json")


@get("/per-request/bootstrap")
async def bootstrap_per_request(state: State) -> dict[str, Any]:
    async with state.pool.acquire() as connection:
        tables = {
            name: [dict(row) for row in await connection.fetch(sql)] for name, sql in state.reference.items()
        }
    return {"tables": tables}


@get(f"{shared.BASE}/users/me/preferences")
async def preferences(state: State, user: User) -> Preferences:
    row = await state.pool.fetchrow(
        """
        select user_id, unit_system, revision, updated_at,
               array(select interest_theme from user_interest_themes where user_id = $1 order by position)
                   as interest_theme_ids,
               array(select safety_toggle from user_safety_toggles where user_id = $1 order by position)
                   as safety_toggle_ids
          from user_preferences
         where user_id = $1
        """,
        user,
    )
    if row is None:
        raise HTTPException(status_code=404)
    return Preferences(**row)


@put(f"{shared.BASE}/users/me/preferences")
async def replace_preferences(state: State, user: User, data: Choices) -> Preferences:
    async with state.pool.acquire() as connection, connection.transaction():
        row = await connection.fetchrow(
            """
            update user_preferences set unit_system = $2, revision = revision + 1
             where user_id = $1 and revision = $3
            returning revision, updated_at
            """,
            user,
            data.unit_system,
            data.expected_revision,
        )
        if row is None:
            raise HTTPException(status_code=409, detail="This is no longer that revision.")
        await _replace(connection, "user_interest_themes", "interest_theme", user, data.interest_theme_ids)
        await _replace(connection, "user_safety_toggles", "safety_toggle", user, data.safety_toggle_ids)
    return Preferences(user, data.interest_theme_ids, data.safety_toggle_ids, data.unit_system, *row)


async def _replace(connection: Any, table: str, column: str, user: UUID, keys: list[str]) -> None:
    await connection.execute(f"delete from {table} where user_id = $1", user)
    await connection.execute(
        f"insert into {table} (user_id, {column}, position) "
        "select $1, key, place - 1 from unnest($2::text[]) with ordinality as k (key, place)",
        user,
        keys,
    )


@post(f"{shared.BASE}/routes/{{route_id:uuid}}/notes")
async def write_note(
    state: State,
    request: Request[Any, Any, Any],
    route_id: UUID,
    user: User,
    key: IdempotencyKey,
    data: NewNote,
) -> Response[bytes]:
    asked = shared.request_hash(route_id, await request.body())
    try:
        async with state.pool.acquire() as connection, connection.transaction():
            kept = await connection.fetchrow(
                "select request_hash, response from idempotency_keys "
                "where user_id = $1 and mutation = $2 and key = $3 and expires_at > clock_timestamp()",
                user,
                shared.WRITE_NOTE,
                key,
            )
            if kept is not None:
                return _again(kept, asked)
            content = msgspec.json.encode(await _inserted(connection, user, route_id, data))
            await connection.execute(
                "insert into idempotency_keys (user_id, mutation, key, request_hash, status_code, headers, "
                "response, expires_at) values ($1, $2, $3, $4, 201, $5, $6, $7)",
                user,
                shared.WRITE_NOTE,
                key,
                asked,
                {},
                content,
                datetime.now(UTC) + shared.KEPT,
            )
    except asyncpg.IntegrityConstraintViolationError as error:
        raise HTTPException(status_code=409, detail="This was written already.") from error
    return Response(content, status_code=201, media_type="application/json")


def _again(kept: asyncpg.Record, asked: bytes) -> Response[bytes]:
    if kept["request_hash"] != asked:
        raise HTTPException(status_code=409, detail="This key was used for another request.")
    headers = {"Idempotency-Replayed": "true"}
    return Response(kept["response"], status_code=201, headers=headers, media_type="application/json")


async def _inserted(connection: Any, user: UUID, route_id: UUID, note: NewNote) -> Note:
    row = await connection.fetchrow(
        """
        insert into route_notes (user_id, id, route_id, poi_id, body, revision)
        select $1, $2, r.id, $4, $5, 1 from routes r where r.id = $3 and (r.user_id = $1 or r.user_id is null)
        returning id, route_id, poi_id, body, revision, created_at, updated_at
        """,
        user,
        note.note_id,
        route_id,
        note.poi_id,
        note.body,
    )
    if row is None:
        raise HTTPException(status_code=404)
    return Note(**row)


@get(f"{shared.BASE}/users")
async def users(state: State, cursor: str | None = None) -> People:
    if cursor is None:
        after, key = "", ()
    else:
        after, key = "where (created_at, id) > ($2, $3)", shared.key_of(cursor)
    rows = await state.pool.fetch(
        f"select id, display_name, created_at from users {after} order by created_at, id limit $1",
        shared.LIMIT + 1,
        *key,
    )
    people = [Person(**row) for row in rows[: shared.LIMIT]]
    last = people[-1] if len(rows) > shared.LIMIT else None
    following = shared.cursor_of(last.created_at, last.id) if last else None
    return People(people, shared.LIMIT, shared.links(cursor, following))


app = Litestar(
    [bootstrap, bootstrap_per_request, preferences, replace_preferences, write_note, users],
    lifespan=[lifespan],
    openapi_config=None,
)
