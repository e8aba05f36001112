"""`wildside doctor`, asked as each role, and where a role may do more than was agreed."""

import psycopg

from tests.cli.doctoring import examine, mend
from tests.toolkit.separated import Separated, did
from tests.toolkit.test_roles import prefix, url

__all__ = ["prefix", "url"]


def test_the_app_sees_what_the_api_sees(separated_server: Separated) -> None:
    report = examine(separated_server.url("app"))
    assert report.code == 0, report.output
    assert report.statuses("migrations") == ["ok"]
    assert report.statuses("repeatables") == report.statuses("disk") == ["unknown"]
    assert report.statuses("roles") == report.statuses("release") == ["ok"]


def test_who_may_do_more_than_an_app_is_warned(separated_server: Separated) -> None:
    report = examine(separated_server.url("migrator"))
    assert report.code == 0, report.output
    assert report.statuses("migrations") == report.statuses("repeatables") == ["ok"]
    assert report.statuses("roles") == ["warn", "ok"]
    assert "wildside_migrator may change everything" in report.named("roles")[0]["says"]


def test_who_may_only_look_cannot_serve(separated_server: Separated) -> None:
    report = examine(separated_server.url("readonly"))
    assert [*report.failing] == ["roles"]
    assert report.failing["roles"]["mend"] == "export DATABASE_URL=postgresql://wildside_app@host/wildside"


def test_what_was_given_by_hand_is_found_and_taken_back(url: str, prefix: str) -> None:
    did("db", "roles", "--apply", "--prefix", prefix, url=url)
    did("seed", url=url)
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute(f"grant update on tags to {prefix}_app".encode())
    report = examine(url)
    assert [*report.failing] == ["roles"]
    assert "`tags`" in report.failing["roles"]["says"]
    mend(report.failing["roles"]["mend"], {"SUPERUSER_URL": url})
    assert examine(url).failing == {}
