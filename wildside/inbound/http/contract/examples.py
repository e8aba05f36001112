"""An example of each body that is taken, by the name of its operation: `wildside up --demo` takes them."""

from collections.abc import Mapping
from typing import Any

EXAMPLES: Mapping[str, Mapping[str, Any]] = {
    "logIn": {"username": "ada", "password": "plum kettle walks nine"},
    "replacePreferences": {
        "interestThemeIds": ["coffee", "historic"],
        "safetyToggleIds": ["well-lit"],
        "unitSystem": "metric",
        "expectedRevision": 1,
    },
    "replaceInterests": {"interestThemeIds": ["coffee", "historic"], "expectedRevision": 1},
    "writeNote": {
        "noteId": "0193f5e0-5d11-7a2b-9c3d-4e5f60718293",
        "body": "The bakery opens at seven.",
        "poiId": "705ba76a-cb12-5b7e-8fcb-cdf251b17cd6",
    },
    "replaceProgress": {"visitedStopIds": ["7f18c345-253f-577c-bd43-e034bdb4940a"]},
    "putBundle": {
        "id": "0193f5e0-6a52-7c1e-9d0b-2f4a5b6c7d8e",
        "deviceId": "pixel-8.a1",
        "kind": "region",
        "regionId": "helsinki",
        "bounds": {"minLng": 24.9, "minLat": 60.1, "maxLng": 25, "maxLat": 60.25},
        "zoomRange": {"minZoom": 10, "maxZoom": 16},
        "estimatedSizeBytes": 12345678,
        "status": "downloading",
        "progress": 0.25,
    },
    "startWalk": {
        "id": "0193f5e0-8b1d-7f3a-8c55-90d1e2f3a4b5",
        "routeId": "ec2d960b-d93c-523e-b34b-34bd89e9b86c",
        "startedAt": "2026-05-01T10:00:00Z",
        "primaryStats": [{"kind": "distance", "value": 0}],
        "secondaryStats": [{"kind": "count", "label": "stairs", "value": 42}],
        "highlightedPoiIds": ["705ba76a-cb12-5b7e-8fcb-cdf251b17cd6"],
    },
    "changeWalk": {
        "endedAt": "2026-05-01T11:30:00Z",
        "primaryStats": [{"kind": "distance", "value": 5400}, {"kind": "duration", "value": 5400}],
        "secondaryStats": [{"kind": "count", "label": "stairs", "value": 42}],
        "highlightedPoiIds": ["5b0c3d0e-58a8-5a3c-9f0e-6f1f2b3c4d5e"],
        "expectedRevision": 1,
    },
}
