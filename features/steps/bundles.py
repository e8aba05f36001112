"""Offline bundles over HTTP: their path and status codes."""

from typing import Any
from uuid import uuid4

import psycopg

from features.support.answers import told
from features.support.behaviour import Context, given, then, when
from features.support.databases import execute
from features.support.signed_in import ask
from tests.kept import put_bundle

BUNDLES = "/api/v1/offline/bundles"
DONE, MADE, GONE, NOWHERE, CONFLICT = 200, 201, 204, 404, 409


def manifest(region: str, device: str) -> dict[str, Any]:
    return {
        "id": str(uuid4()),
        "deviceId": device,
        "kind": "region",
        "regionId": region,
        "bounds": {"minLng": 24.8, "minLat": 60.1, "maxLng": 25.2, "maxLat": 60.3},
        "zoomRange": {"minZoom": 10, "maxZoom": 16},
        "estimatedSizeBytes": 1000,
        "status": "queued",
        "progress": 0,
    }


@given('{name} has queued a bundle of "{region}" on her "{device}"')
def has_queued(context: Context, name: str, region: str, device: str) -> None:
    queue(context, name, region, device)
    assert context.world.answer.status_code == MADE, told(context)
    context.world.remembered["bundle"] = context.world.answer.json()["bundle"]


@when('{name} queues a bundle of "{region}" on her "{device}"')
def queue(context: Context, name: str, region: str, device: str) -> None:
    ask(context.world, name, "POST", BUNDLES, manifest(region, device))


@given('an operator has renamed the region "{old}" to "{new}", and hidden it')
def rename_and_hide(context: Context, old: str, new: str) -> None:
    world = context.world
    world.run("reference", "rename", "regions", old, new, "--reason", "a test")
    assert world.result.returncode == 0, world.result.stderr
    execute(world.database_url, "update regions set is_active = false where slug = %s", new)


@given('a bundle of nobody\'s is on the "{device}"')
def of_nobody(context: Context, device: str) -> None:
    with psycopg.connect(context.world.database_url) as connection:
        put_bundle(connection, None, device=device)


@when('the bundle is told to be "{status}" at {progress:g}')
def tell(context: Context, status: str, progress: float) -> None:
    kept = ask(context.world, "Ada", "GET", where(context)).json()
    ours = {"revision", "createdAt", "updatedAt"}
    body = {name: value for name, value in kept.items() if name not in ours}
    changes = {"status": status, "progress": progress, "expectedRevision": kept["revision"]}
    ask(context.world, "Ada", "POST", BUNDLES, {**body, **changes})


def where(context: Context) -> str:
    return f"{BUNDLES}/{context.world.remembered['bundle']['id']}"


@when("{name} sends the same bundle twice under one key")
def send_bundle_twice(context: Context, name: str) -> None:
    body, key = manifest("helsinki", "phone"), {"Idempotency-Key": str(uuid4())}
    answers = [ask(context.world, name, "POST", BUNDLES, body, key) for _ in range(2)]
    context.world.remembered["answers"] = answers


@when("{name} forgets the bundle")
def forget(context: Context, name: str) -> None:
    ask(context.world, name, "DELETE", where(context))
    assert context.world.answer.status_code == GONE, told(context)


@then('it is kept as "{status}", at revision {revision:d} of the bundle')
def is_kept(context: Context, status: str, revision: int) -> None:
    assert context.world.answer.status_code in {DONE, MADE}, told(context)
    kept = context.world.answer.json()["bundle"]
    assert (kept["status"], kept["revision"]) == (status, revision), told(context)


@then('the bundle is of "{region}"')
def is_of(context: Context, region: str) -> None:
    assert context.world.answer.status_code == DONE, told(context)
    assert context.world.answer.json()["bundle"]["regionId"] == region, told(context)


@then('the bundle cannot go there: "{code}"')
def cannot_go(context: Context, code: str) -> None:
    assert context.world.answer.status_code == CONFLICT, told(context)
    assert context.world.answer.json()["code"] == code, told(context)


@then("the second answer says that it was replayed, and is else the same")
def replayed(context: Context) -> None:
    one, other = [answer.json() for answer in context.world.remembered["answers"]]
    assert one == {**other, "replayed": False}, (one, other)
    assert other["replayed"] is True, other


@then('the list of {name}\'s "{device}" has {count:d} bundle')
@then('the list of {name}\'s "{device}" has {count:d} bundles')
def listed(context: Context, name: str, device: str, count: int) -> None:
    found = ask(context.world, name, "GET", f"{BUNDLES}?deviceId={device}")
    assert found.status_code == DONE, told(context)
    assert len(found.json()["data"]) == count, told(context)


@then("{name} finds no bundle of Ada's, and cannot use its id")
def finds_none(context: Context, name: str) -> None:
    for method in ("GET", "DELETE"):
        assert ask(context.world, name, method, where(context)).status_code == NOWHERE, told(context)
    mine = {**manifest("helsinki", "phone"), "id": context.world.remembered["bundle"]["id"]}
    assert ask(context.world, name, "POST", BUNDLES, mine).status_code == CONFLICT, told(context)
    assert context.world.answer.json()["code"] == "id_taken", told(context)
