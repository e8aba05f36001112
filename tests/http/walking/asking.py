"""What the tests of bundles and walks share: paths, bodies, and short ways to ask."""

from typing import Any
from uuid import UUID, uuid4

import httpx2

from tests.people import Person
from tests.walkways import Walkway

BUNDLES, WALKS = "/api/v1/offline/bundles", "/api/v1/walk-sessions"
COMPLETED = f"{WALKS}/completed"
DEVICE = "ada.phone:1_a-b"


def manifest(walkway: Walkway, **changes: Any) -> dict[str, Any]:
    """A bundle of a route, new unless it says which."""
    return {
        "id": str(uuid4()),
        "deviceId": DEVICE,
        "kind": "route",
        "routeId": str(walkway.id),
        "bounds": {"minLng": 24.9, "minLat": 60.1, "maxLng": 25, "maxLat": 60.25},
        "zoomRange": {"minZoom": 10, "maxZoom": 16},
        "estimatedSizeBytes": 12_345_678,
        "status": "queued",
        "progress": 0,
        **changes,
    }


def region(slug: str | None = "helsinki", **changes: Any) -> dict[str, Any]:
    """What makes a manifest that of a region."""
    return {"kind": "region", "routeId": None, "regionId": slug, **changes}


def walk(walkway: Walkway, **changes: Any) -> dict[str, Any]:
    """A walk that goes on, new unless it says which."""
    return {
        "id": str(uuid4()),
        "routeId": str(walkway.id),
        "startedAt": "2026-05-01T10:00:00Z",
        "primaryStats": [{"kind": "distance", "value": 1200.5}, {"kind": "duration", "value": 900}],
        "secondaryStats": [
            {"kind": "count", "label": "stairs", "value": 42},
            {"kind": "energy", "value": 0.1, "unit": "kcal"},
        ],
        "highlightedPoiIds": [str(walkway.pois[1]), str(walkway.pois[0])],
        **changes,
    }


async def post(
    client: httpx2.AsyncClient, who: Person, path: str, body: Any, **headers: str
) -> httpx2.Response:
    return await ask(client, who, "POST", path, body, **headers)


async def ask(
    client: httpx2.AsyncClient, who: Person, method: str, path: str, body: Any = None, **headers: str
) -> httpx2.Response:
    """Ask as somebody; of a header's name each _ is a -."""
    sent = {name.replace("_", "-"): value for name, value in headers.items()}
    return await client.request(method, path, json=body, headers={**who.headers, **sent})


def at(path: str, one: str | UUID) -> str:
    return f"{path}/{one}"
