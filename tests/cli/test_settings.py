"""One database, in the spellings that people use; its password stays out of sight."""

import pytest

from tests.cli.program import wildside
from wildside.config import DatabaseUrl
from wildside.domain.command_errors import SettingsInvalid
from wildside.settings import Settings

CANARY = "canary-4711"


@pytest.mark.parametrize("scheme", ["postgresql", "postgres", "postgresql+psycopg"])
def test_every_spelling_is_the_same_database(scheme: str) -> None:
    url = DatabaseUrl.parse(f"{scheme}://app:secret@db:5433/wildside?sslmode=require")
    assert url.asyncpg == "postgresql://app:secret@db:5433/wildside?sslmode=require"
    assert url.yoyo == "postgresql+psycopg://app:secret@db:5433/wildside?sslmode=require"


@pytest.mark.parametrize(
    "url", ["", "wildside", "mysql://db/wildside", "postgresql:/db", "sqlite:///x", "://"]
)
def test_another_kind_of_url_is_refused(url: str) -> None:
    with pytest.raises(SettingsInvalid, match="postgresql://"):
        DatabaseUrl.parse(url)


@pytest.mark.parametrize("url", ["db?host=a,b,c&port=1,2", "one,two/db?host=three,four", "db:1:2/db"])
def test_hosts_that_do_not_fit_their_ports_are_refused(url: str) -> None:
    with pytest.raises(SettingsInvalid, match="no URL of hosts and ports"):
        DatabaseUrl.parse(f"postgresql://{url}")


@pytest.mark.parametrize(
    ("url", "shown"),
    [
        ("postgresql://app:secret@db:5433/wildside", "postgresql://app@db:5433/wildside"),
        ("postgresql://app@db/wildside", "postgresql://app@db/wildside"),
        ("postgresql://db/wildside", "postgresql://db/wildside"),
        ("postgresql://app:s%40c:ret@db/wildside", "postgresql://app@db/wildside"),
        ("postgresql://app:secret@[::1]:5433/wildside", "postgresql://app@[::1]:5433/wildside"),
        ("postgresql:///wildside", "postgresql:///wildside"),
        ("postgresql:///wildside?host=/run/pg", "postgresql:///wildside?host=/run/pg"),
    ],
)
def test_a_url_is_shown_without_its_password(url: str, shown: str) -> None:
    assert str(DatabaseUrl.parse(url)) == shown


@pytest.mark.parametrize("query", [f"password={CANARY}", f"host=/run/pg&password={CANARY}&user=app"])
def test_a_password_among_the_parameters_is_not_shown(query: str) -> None:
    assert CANARY not in str(DatabaseUrl.parse(f"postgresql:///wildside?{query}"))


def test_settings_have_a_limit_on_bodies() -> None:
    assert Settings(DatabaseUrl.parse("postgresql:///wildside")).body_limit == 256 * 1024


UNREACHABLE = "127.0.0.1:1/wildside"
SLIPS = {
    "no scheme": f"app:{CANARY}@{UNREACHABLE}",
    "another scheme": f"mysql://app:{CANARY}@{UNREACHABLE}",
    "a slash in the password": f"postgresql://app:{CANARY}/x@{UNREACHABLE}",
    "a question mark in the password": f"postgresql://app:{CANARY}?x@{UNREACHABLE}",
    "a number sign in the password": f"postgresql://app:{CANARY}#x@{UNREACHABLE}",
    "a password among the parameters": f"postgresql://app@{UNREACHABLE}?password={CANARY}",
    "a port that is none": f"postgresql://app:{CANARY}@127.0.0.1:port/wildside",
    "half an address": f"postgresql://app:{CANARY}@[::1/wildside",
    "nothing wrong but the server": f"postgresql://app:{CANARY}@{UNREACHABLE}",
}


def assert_clear_and_discreet(command: list[str], url: str) -> None:
    result = wildside(*command, env={"DATABASE_URL": url})
    assert result.returncode in {2, 4}, result.stderr
    assert CANARY not in result.stdout + result.stderr
    assert "Traceback" not in result.stderr


@pytest.mark.parametrize("url", SLIPS.values(), ids=SLIPS)
def test_a_slip_is_told_without_the_password(url: str) -> None:
    assert_clear_and_discreet(["up", "--port", "0"], url)


@pytest.mark.parametrize("slip", ["a slash in the password", "a port that is none"])
def test_seed_tells_a_slip_without_the_password(slip: str) -> None:
    assert_clear_and_discreet(["seed"], SLIPS[slip])
