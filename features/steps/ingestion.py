"""Imports of places: the command, how it ends, what is known then, and what administrators see of it."""

from pathlib import Path

from features.steps.responses import COMPLETE, assert_status
from features.support.answers import told
from features.support.behaviour import Context, given, then, when
from features.support.databases import value
from features.support.walks import Walk
from tests.extracts import node, write
from wildside.config import DatabaseUrl, demo_extract
from wildside.domain.osm import parse_geofence
from wildside.inbound.cli.ingest_osm import IngestRequest, run_ingest
from wildside.tools import Tools

DONE, WRONG, REFUSED = 0, 2, 3
PROVENANCE = "/api/v1/admin/enrichment/provenance"
CENTRE, TOWN = "24.9352,60.1642,24.9534,60.1791", "24.9,60.1,25.0,60.2"
MONDAY = "https://example.org/monday"
CAFES = ("Ekberg", "Esplanad", "Fazer")
"""By their numbers, from 1."""


def names(text: str) -> list[str]:
    return [name.strip() for name in text.split(",") if name.strip()]


def walk(context: Context) -> Walk:
    found: Walk = context.world.remembered["walk"]
    return found


def ingest(context: Context, file: Path, fence: str, *more: str) -> None:
    context.world.run("ingest-osm", str(file), "--geofence", fence, "--source-url", MONDAY, *more)


def cafes_file(context: Context, cafes: str) -> Path:
    kept = [node(CAFES.index(name) + 1, 24.94, 60.17, amenity="cafe", name=name) for name in names(cafes)]
    return write(context.world.place / "cafes.osm.pbf", *kept)


def ingest_cafes(context: Context, cafes: str, *more: str) -> None:
    ingest(context, cafes_file(context, cafes), TOWN, *more)


def outcome(context: Context) -> str:
    return f"{context.world.result.returncode}: {context.world.result.stdout}{context.world.result.stderr}"


@given('an operator has imported the cafés "{cafes}" from "{url}"')
def has_imported_from(context: Context, cafes: str, url: str) -> None:
    file = context.world.remembered["file"] = cafes_file(context, cafes)
    request = IngestRequest(file, parse_geofence(TOWN), url)
    # In this process: what comes before is not what is tried here.
    run_ingest(Tools(), DatabaseUrl.parse(context.world.database_url), request)


@given('an operator has imported the cafés "{cafes}"')
def has_imported(context: Context, cafes: str) -> None:
    has_imported_from(context, cafes, MONDAY)


@when('an operator imports the cafés "{cafes}"')
def import_cafes(context: Context, cafes: str) -> None:
    ingest_cafes(context, cafes)


@when('an operator tries an import of the cafés "{cafes}"')
def try_cafes(context: Context, cafes: str) -> None:
    ingest_cafes(context, cafes, "--dry-run")


@when("an operator imports the same again")
def import_again(context: Context) -> None:
    ingest(context, context.world.remembered["file"], TOWN)


@when("an operator imports the demo city")
def import_demo(context: Context) -> None:
    ingest(context, demo_extract(), CENTRE)


@when("an operator imports half of the demo city's file")
def import_half(context: Context) -> None:
    half = context.world.place / "half.osm.pbf"
    content = demo_extract().read_bytes()
    half.write_bytes(content[: len(content) // 2])
    ingest(context, half, CENTRE)


@then('{count:d} places are known, and {some:d} of them are of the kind "{kind}"')
def are_known(context: Context, count: int, some: int, kind: str) -> None:
    assert context.world.result.returncode == DONE, outcome(context)
    url = context.world.database_url
    assert value(url, "select count(*) from pois") == count, outcome(context)
    assert value(url, "select count(*) from pois where category = %s", kind) == some, outcome(context)


@then('"{name}" is known as a "{kind}", and matters to "{interest}"')
def is_known(context: Context, name: str, kind: str, interest: str) -> None:
    found = (
        "select count(*) from pois p join poi_interest_themes t on t.poi_id = p.id "
        "where (p.name, p.category, t.interest_theme) = (%s, %s, %s)"
    )
    assert value(context.world.database_url, found, name, kind, interest) == 1, name


@then("the operator is told whose data they are")
def attributed(context: Context) -> None:
    assert "© OpenStreetMap contributors, ODbL" in context.world.result.stdout, outcome(context)


@then("the import is said to have nothing to do")
def nothing_to_do(context: Context) -> None:
    assert context.world.result.returncode == DONE, outcome(context)
    assert context.world.result.stdout.startswith("nothing to do"), outcome(context)


@then("one import is on record")
def one_record(context: Context) -> None:
    for table in ("osm_ingestion_runs", "enrichment_provenance"):
        assert value(context.world.database_url, f"select count(*) from {table}") == 1, table


@then('the cafés "{cafes}" are known, and nothing is retired')
def none_retired(context: Context, cafes: str) -> None:
    retired(context, cafes, "")


@then('the cafés "{cafes}" are known, and "{gone}" is retired')
def retired(context: Context, cafes: str, gone: str) -> None:
    found = "select array_agg(name order by name) from pois where (retired_at is null) = %s"
    assert value(context.world.database_url, found, True) == names(cafes), outcome(context)
    assert (value(context.world.database_url, found, False) or []) == names(gone), outcome(context)


@then("nothing is known")
def none_known(context: Context) -> None:
    assert value(context.world.database_url, "select count(*) from pois") == 0, outcome(context)


@then("the file is said to be broken")
def broken(context: Context) -> None:
    assert context.world.result.returncode == WRONG, outcome(context)
    assert "cannot be read as OpenStreetMap's PBF" in context.world.result.stderr, outcome(context)


@then("a guard refuses the import")
def guarded(context: Context) -> None:
    assert context.world.result.returncode == REFUSED, outcome(context)
    assert "--allow-shrink" in context.world.result.stderr, outcome(context)


@then("the import is said to have been rolled back")
def rolled_back(context: Context) -> None:
    assert context.world.result.returncode == DONE, outcome(context)
    assert "a dry run: all of it was rolled back" in context.world.result.stdout, outcome(context)


@when("the administrator asks where places came from")
@when("they ask where places came from")
def ask(context: Context) -> None:
    context.world.get(PROVENANCE, **walk(context).who.headers)


@when("the administrator asks where places came from, one record a page")
def ask_for_one(context: Context) -> None:
    context.world.get(f"{PROVENANCE}?limit=1", **walk(context).who.headers)


@when("the administrator asks for the records after these")
def ask_on(context: Context) -> None:
    context.world.get(context.world.answer.json()["links"]["next"], **walk(context).who.headers)


@when("a stranger asks where places came from")
def stranger_asks(context: Context) -> None:
    context.world.get(PROVENANCE)


@then('they came from "{urls}"')
def came_from(context: Context, urls: str) -> None:
    assert_status(context, COMPLETE)
    found = [record["sourceUrl"] for record in context.world.answer.json()["data"]]
    assert found == names(urls), told(context)


@then("each of them says for which bounds")
def with_bounds(context: Context) -> None:
    bounds = {"minLng": 24.9, "minLat": 60.1, "maxLng": 25.0, "maxLat": 60.2}
    found = [record["boundingBox"] for record in context.world.answer.json()["data"]]
    assert found == [bounds] * len(found), told(context)
    assert found
