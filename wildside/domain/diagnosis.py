"""What `wildside doctor` makes of a server's settings, its keys and its database server.

Each function takes what was seen and returns what it means. diagnosis_schema.py has what is in a database.
"""

import re
import shlex
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal

from wildside.domain.roles import PREFIX, ROLES, is_prefix
from wildside.domain.session_keys import KeyRing, fingerprint

Status = Literal["ok", "warn", "fail", "unknown"]

EXTENSIONS = ("cube",)
"""What the migrations create of PostgreSQL's extensions."""

_OLDEST, _NEWEST = 15, 18
_APART, _FAR_APART = timedelta(seconds=2), timedelta(minutes=1)
_LOW, _FULL = 0.10, 0.03
_GIB = 1 << 30


@dataclass(frozen=True, slots=True)
class Diagnosis:
    """What was seen at one thing, in one sentence, and the command that mends it; `mend` is for a shell."""

    name: str
    status: Status
    says: str
    mend: str = ""


@dataclass(frozen=True, slots=True)
class Vitals:
    """What a database server says of itself. `extensions` are those at hand: name → whether it is created."""

    version: int
    """As PostgreSQL's server_version_num, 180001 for 18.1."""
    user: str
    """Who logged in, whatever it has become since."""
    superuser: bool
    owner: str | None
    """Whose the tables are; None where there are none yet."""
    standby: bool
    writes: bool | None
    """Whether the user may write user state; None where there are no tables yet."""
    extensions: Mapping[str, bool]
    moment: datetime
    data_folder: str | None
    """Where it keeps its data; None where the user may not know."""
    same_machine: bool
    """Whether it was reached by a Unix socket."""
    size: int
    """Of the database, in bytes."""


@dataclass(frozen=True, slots=True)
class Space:
    """Of the disk that a folder is on, in bytes."""

    total: int
    free: int


def of_settings(problems: Sequence[str], warnings: Sequence[str], keys_file: str) -> Iterator[Diagnosis]:
    """Tell all that is wrong with the settings; what concerns the keys is told as theirs."""
    told = [*(("fail", text) for text in problems), *(("warn", text) for text in warnings)]
    found: list[tuple[Status, str]] = [(status, text) for status, text in told]  # type: ignore[misc]
    mine = [one for one in found if "SESSION_KEYS_FILE" not in one[1] and "session key" not in one[1]]
    for status, text in mine:
        yield Diagnosis("settings", status, text, _mend_setting(text))
    if not mine:
        yield Diagnosis("settings", "ok", "every setting can be read")
    for status, text in found:
        if (status, text) not in mine:
            yield Diagnosis("keys", status, text, _mend_keys(text, keys_file))


def _mend_setting(text: str) -> str:
    if text.startswith("DATABASE_URL"):
        return "export DATABASE_URL=postgresql://user@host/wildside"
    return "wildside serve --help"


def _mend_keys(text: str, file: str) -> str:
    if "others than its owner" in text:
        return f"chmod 600 {shlex.quote(file)}"
    if "Permission denied" in text:
        return f"ls -l {shlex.quote(file)}"
    # A file that is there is never overwritten, however wrong it is.
    name = file if "No such file" in text else f"{file}.new" if file else "session.keys"
    return f"wildside keys new {shlex.quote(name)}"


def of_keys(ring: KeyRing, file: str) -> Diagnosis:
    """Tell the keys by their fingerprints, and which step of a rotation is still to come."""
    signs, *accepted = map(fingerprint, ring.keys)
    says = f"{signs} signs" + (f", {', '.join(accepted)} accepted" if accepted else "")
    if ring.next == "introduce":
        return Diagnosis("keys", "ok", says)
    if ring.next is None:
        text = f"{says}; no line of the file says how far the rotation is"
        return Diagnosis("keys", "warn", text, f"wildside keys fingerprint {shlex.quote(file)}")
    text = f"{says}; a rotation is under way, and the step that comes next is {ring.next}"
    return Diagnosis("keys", "warn", text, f"wildside keys rotate {shlex.quote(file)} --step {ring.next}")


def of_no_database(why: str, url: str, database: str, user: str) -> Diagnosis:
    """Tell why there is no database. `url` has no password in it."""
    says = f"{url} cannot be used: {' '.join(why.split())}"
    if re.search(r'database ".*" does not exist', why):
        return Diagnosis("database", "fail", says, f"createdb {shlex.quote(database)}")
    if re.search(r'role ".*" does not exist', why):
        return Diagnosis("database", "fail", says, apply_roles(user))
    if "authentication failed" in why:
        password = shlex.quote(f"\\password {user}")
        return Diagnosis("database", "fail", says, f'psql "$SUPERUSER_URL" -c {password}')
    says += "; is PostgreSQL running, and does DATABASE_URL name it?"
    return Diagnosis("database", "fail", says, f"pg_isready --dbname {shlex.quote(url)}")


def apply_roles(user: str) -> str:
    """Return the command that makes the roles of a deployment and what they may do; `user` is one of them."""
    prefix, _, role = user.rpartition("_")
    named = f" --prefix {prefix}" if role in ROLES and is_prefix(prefix) and prefix != PREFIX else ""
    return f'wildside db roles --apply{named} --database-url "$SUPERUSER_URL"'


def of_database(vitals: Vitals, url: str) -> Diagnosis:
    """Tell which server it is, and whether the API can work with it."""
    major = vitals.version // 10000
    name = f"PostgreSQL {major}.{vitals.version % 10000}"
    if major < _OLDEST:
        says = f"{name} is too old: {_OLDEST} to {_NEWEST} will do"
        return Diagnosis("database", "fail", says, "pg_upgrade --help")
    if vitals.standby:
        says = f"{url} is a standby, where nothing can be written: name the primary"
        return Diagnosis("database", "fail", says, "export DATABASE_URL=postgresql://user@primary/wildside")
    if major > _NEWEST:
        return Diagnosis("database", "warn", f"{name} is newer than what this was tried with, {_NEWEST}")
    return Diagnosis("database", "ok", f"{name} at {url}, as {vitals.user}")


def of_pooler(pooled: bool, around: bool | None) -> Iterator[Diagnosis]:
    """Tell whether there is a way around a pooler; `around`: whether one stands in that way too.

    It is None without DATABASE_DIRECT_URL.
    """
    mend = "export DATABASE_DIRECT_URL=postgresql://user@host/wildside"
    if around:
        says = "DATABASE_DIRECT_URL leads to a pooler, where nobody hears of new versions: name PostgreSQL"
        yield Diagnosis("pooler", "fail", says, mend)
    elif pooled and around is None:
        says = "DATABASE_URL leads to a pooler, which drops our limits: name PostgreSQL itself as well"
        yield Diagnosis("pooler", "fail", says, mend)
    elif pooled:
        yield Diagnosis("pooler", "ok", "DATABASE_URL leads to a pooler, and there is a way around it")
    elif around is not None:
        says = "DATABASE_URL leads to no pooler, and is asked in more round trips than it needs"
        yield Diagnosis("pooler", "warn", says, "export DATABASE_DIRECT_URL=")


def of_extensions(vitals: Vitals, pending: Collection[str]) -> Iterator[Diagnosis]:
    """Tell of each extension whether it is there, or can be created; `pending` are migrations."""
    for name in EXTENSIONS:
        created = vitals.extensions.get(name)
        if created:
            yield Diagnosis("extensions", "ok", f"{name} is there")
        elif created is None:
            says = f"{name} is not at hand: it is one of PostgreSQL's contrib modules"
            yield Diagnosis("extensions", "fail", says, "apt-get install postgresql-contrib")
        elif pending:
            yield Diagnosis("extensions", "ok", f"{name} is at hand, and a pending migration creates it")
        else:
            says = f"{name} was dropped, and with it what was made of it: create it, then see what is missing"
            create = f"create extension {name} with schema public"
            mend = f'psql "$MIGRATOR_URL" -c {shlex.quote(create)} && wildside db verify'
            yield Diagnosis("extensions", "fail", says, mend)


def of_clock(before: datetime, told: datetime, after: datetime) -> Diagnosis:
    """Compare the database's clock with ours: it was asked after `before`, and had answered at `after`."""
    apart = max(before - told, told - after, timedelta())
    where = "behind" if told < before else "ahead of"
    says = f"the database's clock is {apart.total_seconds():.1f} s {where} this machine's"
    mend = "timedatectl set-ntp true"
    if apart > _FAR_APART:
        return Diagnosis("clock", "fail", f"{says}: set both by the network", mend)
    if apart > _APART:
        return Diagnosis("clock", "warn", f"{says}: set both by the network", mend)
    return Diagnosis("clock", "ok", f"the database's clock and this machine's are within {_APART.seconds} s")


def of_disk(vitals: Vitals, space: Space | None) -> Diagnosis:
    """Tell how much room the database has, where that can be seen from here."""
    has = f"the database has {vitals.size / 1e6:.0f} MB"
    if space is None or vitals.data_folder is None:
        why = (
            f"{vitals.user} may not know where the data are"
            if vitals.same_machine and vitals.data_folder is None
            else "its disk is not to be seen from here"
        )
        return Diagnosis("disk", "unknown", f"{has}; {why}: look at the server itself")
    share = space.free / space.total if space.total else 0.0
    says = f"{has}; {space.free / _GIB:.1f} GiB, {share:.0%}, are free at {vitals.data_folder}"
    mend = f"df -h {shlex.quote(vitals.data_folder)}"
    if share < _FULL:
        return Diagnosis("disk", "fail", f"{says}: make room before PostgreSQL stops", mend)
    if share < _LOW:
        return Diagnosis("disk", "warn", f"{says}: make room", mend)
    return Diagnosis("disk", "ok", says)
