"""The numbers that promises rest on: each as docs/reliability.md has it, and settable where it says so."""

from pathlib import Path
from typing import Any

import pytest

from tests.cli.program import wildside
from tests.http.support import client_over
from tests.trust.document import numbers
from wildside.config import DatabaseUrl
from wildside.domain import passwords, session_keys, throttle
from wildside.domain.command_errors import SettingsInvalid
from wildside.domain.migrating import Patience
from wildside.domain.sessions import LIFETIME
from wildside.inbound.http import bodies, readiness
from wildside.inbound.http.cookies import CookieRules
from wildside.outbound.postgres.pool import OPERATOR_LIMITS, Limits, PostgresDatabase
from wildside.settings import Settings, Timeouts

SETTINGS = Settings(DatabaseUrl.parse("postgresql:///x"))
USUAL, POOL, MIGRATOR = SETTINGS.timeouts, Limits(), Patience()
MINUTES = throttle.WINDOW.seconds // 60

HERE: dict[str, Any] = {
    "lock": f"{USUAL.lock} s",
    "statement": f"{USUAL.statement} s",
    "command": f"{USUAL.command} s",
    "request": f"{USUAL.request:g} s",
    "drain": f"{USUAL.drain:g} s",
    "acquire": f"{USUAL.acquire} s",
    "body deadline": f"{USUAL.body:g} s",
    "linger": f"{USUAL.linger} s",
    "connections of a process": str(POOL.connections),
    "`idle_in_transaction_session_timeout`": f"{POOL.idle_in_transaction:g} s",
    "`client_connection_check_interval`": "1 s",
    "migrator's lock": f"{MIGRATOR.lock_timeout:g} s, {MIGRATOR.retries} more times",
    "seed's lock": f"{OPERATOR_LIMITS.lock:g} s",
    "body": f"{SETTINGS.body_limit // 1024} KiB",
    "depth of JSON": str(bodies.DEPTH),
    "text": f"{bodies.TEXT:,} characters",
    "session": f"{LIFETIME.total_seconds() / 3600:g} h",
    "key": f"{session_keys.SHORTEST} bytes at least",
    "keys in a ring": f"{session_keys.MOST} at most",
    "password": f"{passwords.SHORTEST} to {passwords.LONGEST} characters",
    "failed logins of a name from an address": f"{throttle.PER_ACCOUNT} in {MINUTES} min",
    "failed logins from an address": f"{throttle.PER_ADDRESS} in {MINUTES} min",
    "readiness is remembered": f"{readiness._LIFETIME:g} s",
    "cookie": CookieRules("lax", True).name,
    "cookie over HTTP": CookieRules("lax", False).name,
}
"""What is so, by the words of the document."""


def test_the_document_has_each_number_as_it_is() -> None:
    assert {name: value for name, (value, _) in numbers().items()} == HERE


async def test_postgresql_is_told_of_ours(database_url: str) -> None:
    async with (
        PostgresDatabase(database_url, POOL, "tests") as database,
        database.transaction() as stores,
    ):
        session = stores.calls._session
        for name, value in {
            "lock_timeout": "800ms",
            "statement_timeout": "1200ms",
            "idle_in_transaction_session_timeout": "10s",
            "client_connection_check_interval": "1s",
        }.items():
            assert await session.value("select current_setting($1)", name) == value


@pytest.mark.parametrize("path", ["/health", "/health/live", "/health/ready"])
async def test_probes_are_not_stored(database_url: str, path: str) -> None:
    async with client_over(database_url) as client:
        assert (await client.get(path)).headers["cache-control"] == "no-store"


@pytest.mark.parametrize(
    "name", ["lock", "statement", "command", "request", "drain", "acquire", "body", "linger"]
)
def test_each_time_can_be_set(name: str) -> None:
    nearly = getattr(Timeouts(), name) * 0.99
    assert getattr(Timeouts.parse(f"{name}={nearly:.6f}"), name) == pytest.approx(nearly)


def test_a_wrong_order_does_not_start() -> None:
    with pytest.raises(SettingsInvalid):
        Timeouts.parse("lock=2")


@pytest.mark.parametrize(("size", "known"), [(64, True), (63, False)])
def test_a_key_may_not_be_shorter(tmp_path: Path, size: int, known: bool) -> None:
    file = tmp_path / "keys"
    file.write_text("k" * size)
    result = wildside("keys", "fingerprint", str(file))
    assert (result.returncode == 0) == known, result.stderr
