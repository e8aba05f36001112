"""People who choose and write, in a database that is measured; and the proof that all servers do the same."""

import http.client
import json
import tempfile
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import psycopg

from bench.limits import Values
from bench.peers import environment
from bench.peers.apps.shared import cursor_of
from tests.cli.program import wildside
from tests.people import COOKIES, Person, person
from wildside.domain.pages import Cursor
from wildside.domain.users import USERS

NUMBER = 2_000
"""How many choose and write: so many that nobody is asked anew before the answer was there."""
LIMIT, DEEP = 20, 10_000
PREFERENCES = "/api/v1/users/me/preferences"
NOTES = "/api/v1/routes/{}/notes"
BODY = "The bakery at the corner opens at seven, and its cardamom buns are gone by nine."
TOGGLES, UNIT = ["step-free"], "metric"
THEMES = (["coffee", "parks"], ["parks", "food", "coffee"])

_SETTLE = """
create temporary table walkers as
select gen_random_uuid() as id, gen_random_uuid() as session, n from generate_series(1, %(number)s) n;
insert into users (id, display_name) select id, 'Walker ' || n from walkers;
insert into user_credentials (user_id, username, password_hash)
select id, 'u' || id, '$argon2id$none' from walkers;
insert into sessions (id, user_id, expires_at)
select session, id, clock_timestamp() + interval '1 day' from walkers;
insert into user_preferences (user_id, unit_system, revision) select id, %(unit)s, 1 from walkers;
insert into user_interest_themes (user_id, interest_theme, position)
select id, t.slug, t.place - 1 from walkers, unnest(%(themes)s::text[]) with ordinality t (slug, place);
insert into user_safety_toggles (user_id, safety_toggle, position)
select id, t.slug, t.place - 1 from walkers, unnest(%(toggles)s::text[]) with ordinality t (slug, place);
insert into routes (id, title, path, distance_metres, duration_seconds, generation_params, engine_version)
values (%(route)s, 'Along the shore', '[(24.9,60.1),(25.0,60.2)]', 9000, 6000, '{}', 'bench');
"""
_LISTED = """
select s.user_id, s.id, p.revision from sessions s join user_preferences p using (user_id)
 where s.user_id <> %s order by s.user_id
"""
_EFFECTS = """
select (select sum(revision) from user_preferences), (select count(*) from route_notes),
       (select count(*) from idempotency_keys)
"""
_BUSY = """
select count(*) from pg_stat_activity
 where datname = current_database() and pid <> pg_backend_pid() and backend_type = 'client backend'
   and state <> 'idle'
"""


@dataclass(frozen=True, slots=True)
class Walkers:
    """Who is there, the route they walk, and the key before the deep page."""

    admin: Person
    route: UUID
    before: tuple[datetime, UUID]

    @classmethod
    def settle(cls, database: str, users: int) -> "Walkers":
        """Put them into a database of users, after all of those; with real reference data."""
        done = wildside("seed", env={"DATABASE_URL": database})
        if done.returncode:
            raise SystemExit(done.stderr)
        route = uuid4()
        named = {"number": NUMBER, "unit": UNIT, "themes": THEMES[0], "toggles": TOGGLES, "route": route}
        with psycopg.connect(database, autocommit=True) as connection:
            with psycopg.ClientCursor(connection) as cursor:
                cursor.execute(_SETTLE, named)
            connection.execute("vacuum (analyze)")
            at = "select created_at, id from users order by created_at, id limit 1 offset %s"
            found = connection.execute(at, [LIMIT * (DEEP - 1) - 1]).fetchone()
        assert found is not None, f"{users} users have no page {DEEP}"
        return cls(person(database, "Root", "admin"), route, (found[0], found[1]))

    @property
    def bodies(self) -> dict[str, list[str]]:
        """What is sent: case → bodies in turn, whose REVISION and NOTE are to be replaced."""
        replaced = [
            f'{{"interestThemeIds":{json.dumps(themes)},"safetyToggleIds":{json.dumps(TOGGLES)},"unitSystem":"{UNIT}","expectedRevision":REVISION}}'

            for themes in THEMES
        ]  # fmt: skip
        return {"read": [], "replace": replaced, "write": [f'{{"noteId":"NOTE","body":"{BODY}"}}']}

    @property
    def values(self) -> Values:
        """The same for pgbench."""
        first, second = ("{" + ",".join(themes) + "}" for themes in THEMES)
        after = self.before[0].isoformat(), str(self.before[1])
        toggles = "{" + ",".join(TOGGLES) + "}"
        return Values(str(self.route), (first, second), toggles, UNIT, after, LIMIT, BODY)

    def page(self, number: int, of_ours: bool) -> str:
        """Return the path of a page as a server of ours, or a peer, spells it."""
        if number == 1:
            return f"/api/v1/users?limit={LIMIT}"
        cursor = USERS.spelled(Cursor("next", self.before)) if of_ours else cursor_of(*self.before)
        return f"/api/v1/users?limit={LIMIT}&cursor={cursor}"

    def root(self, server: str) -> Mapping[str, str]:
        """Say that the administrator asks."""
        return headers(server, self.admin.id, self.admin.session_id)

    @contextmanager
    def listed(self, database: str, server: str) -> Iterator[Path]:
        """A file of how each of them tells a server who they are, and the revision of what they chose."""
        with tempfile.NamedTemporaryFile("w", prefix="wildside-bench-", suffix=".tsv") as file:
            for user_id, session_id, revision in self.everybody(database):
                ((name, value),) = headers(server, user_id, session_id).items()
                file.write(f"{name}\t{value}\t{revision}\n")
            file.flush()
            yield Path(file.name)

    def everybody(self, database: str) -> Sequence[tuple[UUID, UUID, int]]:
        """Return user, session and revision of each."""
        with psycopg.connect(database) as connection:
            return connection.execute(_LISTED, [self.admin.id]).fetchall()

    def effects(self, database: str) -> dict[str, int]:
        """Count what was done so far: case → number. A note and its kept answer are one."""
        with psycopg.connect(database) as connection:
            (replaced, notes, kept) = connection.execute(_EFFECTS).fetchone() or (0, 0, 0)
        if notes != kept:
            raise SystemExit(f"there are {notes} notes and {kept} kept answers")
        return {"read": 0, "replace": int(replaced), "write": notes}

    def tidy(self, database: str) -> None:
        """Have each round begin alike: without notes, and without what replaced rows left behind."""
        with psycopg.connect(database, autocommit=True) as connection:
            connection.execute("truncate route_notes, idempotency_keys")
            connection.execute("vacuum user_preferences, user_interest_themes, user_safety_toggles")


def headers(server: str, user_id: UUID, session_id: UUID) -> dict[str, str]:
    """Say who asks: to Wildside by a session, to a peer by a name that it believes."""
    if server.startswith("Wildside"):
        return {"Cookie": f"{COOKIES.rules.name}={COOKIES.value(session_id)}"}
    return dict(environment.headers(user_id))


def settled(database: str) -> None:
    """Wait until nothing is at work that the round before has left."""
    with psycopg.connect(database, autocommit=True) as connection:
        quiet = 0
        for _ in range(200):
            busy = connection.execute(_BUSY).fetchone()
            quiet = quiet + 1 if busy == (0,) else 0
            if quiet == 3:
                return
            time.sleep(0.05)
    raise SystemExit("a server is still at work, ten seconds after the last request")


def prove(database: str, walkers: Walkers, server: str, port: int) -> None:
    """Leave unless a server reads, replaces once, writes once, and pages, as it is meant to."""
    user_id, session_id, revision = walkers.everybody(database)[0]
    who = headers(server, user_id, session_id)
    shown = _asked(port, "GET", PREFERENCES, who)
    replaced = walkers.bodies["replace"][0].replace("REVISION", str(revision))
    first = _asked(port, "PUT", PREFERENCES, who, replaced)
    stale = _asked(port, "PUT", PREFERENCES, who, replaced)
    again = _asked(port, "GET", PREFERENCES, who)
    chosen = {"interestThemeIds": THEMES[0], "safetyToggleIds": TOGGLES, "unitSystem": UNIT}
    after = {**chosen, "userId": str(user_id), "revision": revision + 1}
    _same(f"{server} shows", _timeless(shown[1])["revision"], revision)
    _same(f"{server} replaces", (first[0], _timeless(first[1])), (200, after))
    _same(f"{server} keeps", (again[0], again[1]), (200, first[1]))
    _same(f"{server} refuses what is old", stale[0], 409)
    _prove_once(walkers, server, port, who, database)
    for number in (1, DEEP):
        page = _asked(port, "GET", walkers.page(number, server.startswith("Wildside")), walkers.root(server))
        ids = [UUID(row["id"]) for row in page[1]["data"]]
        _same(f"{server} shows page {number}", ids, _page(database, number))


def _prove_once(walkers: Walkers, server: str, port: int, who: Mapping[str, str], database: str) -> None:
    path, note, before = NOTES.format(walkers.route), str(uuid4()), walkers.effects(database)["write"]
    body, keyed = walkers.bodies["write"][0].replace("NOTE", note), {**who, "Idempotency-Key": str(uuid4())}
    first, second = (_asked(port, "POST", path, keyed, body) for _ in range(2))
    other = _asked(port, "POST", path, keyed, body.replace("seven", "eight"))
    _same(f"{server} writes", (first[0], first[1]["id"], first[1]["body"]), (201, note, BODY))
    _same(f"{server} answers the same again", second, first)
    _same(f"{server} takes no other request under the key", other[0], 409)
    _same(f"{server} writes once", walkers.effects(database)["write"] - before, 1)


def _page(database: str, number: int) -> list[UUID]:
    with psycopg.connect(database) as connection:
        query = "select id from users order by created_at, id limit %s offset %s"
        return [row[0] for row in connection.execute(query, [LIMIT, LIMIT * (number - 1)]).fetchall()]


def _timeless(answer: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in answer.items() if name != "updatedAt"}


def _same(what: str, found: object, expected: object) -> None:
    if found != expected:
        raise SystemExit(f"{what} {found!r} where it was to be {expected!r}")


def _asked(
    port: int, method: str, path: str, who: Mapping[str, str], body: str | None = None
) -> tuple[int, Any]:
    """Ask once; the status, and what the JSON of the body means."""
    sent = {**who, "Content-Type": "application/json"} if body else dict(who)
    with closing(http.client.HTTPConnection("127.0.0.1", port, timeout=30)) as connection:
        connection.request(method, path, body, sent)
        response = connection.getresponse()
        return response.status, json.loads(response.read() or b"{}")
