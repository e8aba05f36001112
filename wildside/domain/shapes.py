"""What single members of answers are, as types that say so in the OpenAPI document too."""

from typing import Annotated, TypedDict

from msgspec import Meta

Identity = Annotated[
    str,
    Meta(extra_json_schema={"format": "uuid", "examples": ["0190a7b0-1c7e-7d2a-8f00-2b6c1e0f9a11"]}),
]
Moment = Annotated[
    str,
    Meta(
        description="RFC 3339, in UTC, with microseconds.",
        extra_json_schema={"format": "date-time", "examples": ["2026-11-21T10:32:44.409538Z"]},
    ),
]
Revision = Annotated[int, Meta(ge=1, le=2**31 - 1, examples=[2])]
Longitude = Annotated[float, Meta(ge=-180, le=180, description="Degrees.", examples=[24.9414])]
Latitude = Annotated[float, Meta(ge=-90, le=90, description="Degrees.", examples=[60.1709])]
Digest = Annotated[
    str, Meta(pattern="^[0-9a-f]{64}$", description="SHA-256 of the table's rows as canonical JSON.")
]
Token = Annotated[
    str,
    Meta(
        pattern=r"^[0-9a-z]{1,64}\.[1-9][0-9]{0,17}-[0-9a-f]{16}$",
        description="A release's referenceVersion: equal tokens mean equal content.",
        examples=["90cad1eb5d6a.1-14c6db5b44119825"],
    ),
]
Share = Annotated[float, Meta(ge=0, le=1)]
Key = Annotated[str, Meta(min_length=1, description="A natural key of reference data.", examples=["coffee"])]
Metres = Annotated[float, Meta(ge=0, description="Metres.")]


class LocationJson(TypedDict):
    """A place on the earth (WGS 84)."""

    lng: Longitude
    lat: Latitude


class BoundsJson(TypedDict):
    """A box from its south-west to its north-east."""

    minLng: Longitude
    minLat: Latitude
    maxLng: Longitude
    maxLat: Latitude
