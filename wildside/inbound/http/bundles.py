"""What the devices of the user who is logged in keep offline."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import Annotated, Any, Literal, TypedDict, TypeVar
from uuid import UUID

import msgspec
from msgspec import Meta
from starlette.responses import Response

from wildside.domain.bundles import (
    BUNDLES,
    DEVICE,
    DEVICE_DETAIL,
    KINDS,
    LARGEST,
    NEXT,
    Bundle,
    Manifest,
    device_faults,
    status_faults,
    what_faults,
)
from wildside.domain.calls import Answer
from wildside.domain.errors import Fault, NotFound
from wildside.domain.geometry import LATITUDE, LONGITUDE, ZOOM, Bounds, Zooms
from wildside.domain.release import canonical, plain, rfc_3339
from wildside.domain.revisions import expecting
from wildside.domain.sessions import SignedIn
from wildside.domain.shapes import BoundsJson, Identity, Key, Moment, Revision, Share
from wildside.inbound.http.mutations import mutate
from wildside.inbound.http.pages import paged
from wildside.inbound.http.paths import path_id
from wildside.inbound.http.provenance import box
from wildside.inbound.http.queries import query
from wildside.inbound.http.revisions import Tags, expected, removable, show, stored, told
from wildside.inbound.http.state import ApiRequest
from wildside.inbound.http.wire import Fields, read_fields
from wildside.ports.database import Stores
from wildside.usecases.put_bundle import put_bundle
from wildside.usecases.remove_bundle import remove_bundle
from wildside.usecases.transact import look

_BOUNDS = {"minLng": LONGITUDE, "minLat": LATITUDE, "maxLng": LONGITUDE, "maxLat": LATITUDE}
_ZOOMS = ("minZoom", "maxZoom")

T = TypeVar("T")


async def bundles(request: ApiRequest, who: SignedIn) -> Response:
    """Answer with a page of the user's manifests on a device, those we heard of first first."""
    device = request.query_params.get("deviceId", "")
    listing = BUNDLES.narrowed(deviceId=device)
    return await paged(
        request,
        listing,
        lambda stores, seek: stores.bundles.page(who.user_id, device, seek),
        shown,
        _wrong_device(request.query_params),
    )


async def bundle(request: ApiRequest, who: SignedIn) -> Response:
    """Show a manifest."""
    query(request)
    bundle_id = path_id(request)
    found = await look(request.state["database"], lambda stores: _got(stores, who.user_id, bundle_id))
    return show(request, _tags(bundle_id), found.revision, shown(found))


async def put(request: ApiRequest, who: SignedIn) -> Response:
    """Keep a manifest: a new one, or in place of the revision that is expected."""
    query(request)
    fields = await read_fields(request)
    bundle_id = fields.identity("id")
    # Without an id no tag can be told from that of another bundle.
    expects = expected(request, fields, _tags(bundle_id)) if bundle_id else expecting(fields.revision())
    manifest = _manifest(fields, bundle_id)

    async def effect(stores: Stores) -> Answer:
        kept = await put_bundle(stores, who.user_id, manifest, expects)
        answer = stored(_tags(manifest.id), kept.revision, shown(kept), f"{request.url.path}/{manifest.id}")
        return replace(answer, body=b'{"bundle":' + answer.body + b',"replayed":false}')

    payload = {"path": request.url.path, "bundle": _manifest_shown(manifest), "expected": told(expects)}
    return await mutate(request, who, "put_bundle", payload, effect, _replayed)


async def remove(request: ApiRequest, who: SignedIn) -> Response:
    """Forget a bundle, whatever its revision is, or only that of If-Match."""
    query(request)
    bundle_id = path_id(request)
    expects = removable(request, _tags(bundle_id))

    async def effect(stores: Stores) -> Answer:
        await remove_bundle(stores, who.user_id, bundle_id, expects)
        return Answer(204, {}, b"")

    payload = {"bundle": str(bundle_id), "expected": told(expects)}
    return await mutate(request, who, "remove_bundle", payload, effect)


async def _got(stores: Stores, user_id: UUID, bundle_id: UUID) -> Bundle:
    found = await stores.bundles.get(user_id, bundle_id)
    if found is None:
        raise NotFound("You have no such bundle.")
    return found


def _tags(bundle_id: UUID) -> Tags:
    return Tags("bundle", bundle_id)


def _replayed(body: bytes) -> bytes:
    return canonical({**msgspec.json.decode(body), "replayed": True})


def _wrong_device(given: Mapping[str, str]) -> list[Fault]:
    if "deviceId" not in given:
        detail = "which device: what the app calls it."
        return [Fault("deviceId", "missing_parameter", detail, "parameter")]
    return [Fault("deviceId", one.code, one.detail, "parameter") for one in device_faults(given["deviceId"])]


def taken(fields: Fields) -> Manifest:
    """Take a manifest. Raises InvalidRequest that lists all that is wrong with the body."""
    return _manifest(fields, fields.identity("id"))


def _manifest(fields: Fields, bundle_id: UUID | None) -> Manifest:
    device = fields.matching("deviceId", DEVICE, "invalid_device_id", DEVICE_DETAIL)
    kind = fields.choice("kind", KINDS)
    route_id, region = fields.identity("routeId"), fields.text("regionId", 256)
    bounds, zooms = _bounds(fields), _zooms(fields)
    size = fields.whole("estimatedSizeBytes", 0, LARGEST)
    status, progress = fields.choice("status", tuple(NEXT)), fields.number("progress", 0, 1)
    fields.required(
        id=bundle_id,
        deviceId=device,
        kind=kind,
        bounds=bounds,
        zoomRange=zooms,
        estimatedSizeBytes=size,
        status=status,
        progress=progress,
    )
    _add(fields, [] if kind is None else what_faults(kind, route_id, region))
    _add(fields, [] if status is None or progress is None else status_faults(status, progress))
    fields.done()
    assert bundle_id and device and kind and bounds and zooms and status  # noqa: S101, PT018 - required
    assert size is not None and progress is not None  # noqa: S101, PT018
    # A zero has a sign in JSON, and means the same.
    return Manifest(bundle_id, device, kind, route_id, region, bounds, zooms, size, status, abs(progress))


def _add(fields: Fields, faults: Sequence[Fault]) -> None:
    """Note what is wrong with fields of which nothing is known to be wrong."""
    known = {fault.where for fault in fields.faults}
    fields.faults += [fault for fault in faults if fault.where not in known]


def _bounds(fields: Fields) -> Bounds | None:
    inner = fields.object("bounds")
    if inner is None:
        return None
    taken = {name: inner.number(name, -most, most) for name, most in _BOUNDS.items()}
    inner.required(**taken)
    return _made(fields, "/bounds", "invalid_bounds", Bounds, *taken.values())


def _zooms(fields: Fields) -> Zooms | None:
    inner = fields.object("zoomRange")
    if inner is None:
        return None
    taken = {name: inner.whole(name, 0, ZOOM) for name in _ZOOMS}
    inner.required(**taken)
    return _made(fields, "/zoomRange", "invalid_zoom_range", Zooms, *taken.values())


def _made(fields: Fields, where: str, code: str, make: Callable[..., T], *parts: Any) -> T | None:
    """Make a value of its parts, if all are there; note what it says of them together."""
    if None in parts:
        return None
    try:
        return make(*parts)
    except ValueError as error:
        fields.refuse(where, code, f"{str(error)[:1].upper()}{str(error)[1:]}.")
        return None


class ZoomsJson(TypedDict):
    """A range of zooms of a map, both ends included."""

    minZoom: Annotated[int, Meta(ge=0, le=ZOOM)]
    maxZoom: Annotated[int, Meta(ge=0, le=ZOOM)]


class ManifestJson(TypedDict):
    """What a device says of a bundle."""

    id: Identity
    deviceId: Annotated[str, Meta(pattern=f"^{DEVICE.pattern}$", description=DEVICE_DETAIL)]
    kind: Literal["route", "region"]
    routeId: Identity | None
    regionId: Key | None
    bounds: BoundsJson
    zoomRange: ZoomsJson
    estimatedSizeBytes: Annotated[int, Meta(ge=0, le=LARGEST)]
    status: Literal["queued", "downloading", "complete", "failed"]
    progress: Share


class BundleJson(ManifestJson):
    """A bundle as it is stored."""

    revision: Revision
    createdAt: Moment
    updatedAt: Moment


class KeptJson(TypedDict):
    """A bundle that was put, and whether that was done before, under the same key."""

    bundle: BundleJson
    replayed: bool


def shown(found: Bundle) -> BundleJson:
    """Return a bundle as JSON."""
    return {
        **_manifest_shown(found.manifest),
        "revision": found.revision,
        "createdAt": rfc_3339(found.created_at),
        "updatedAt": rfc_3339(found.updated_at),
    }


def _manifest_shown(manifest: Manifest) -> ManifestJson:
    zooms = manifest.zooms
    content = {
        "id": str(manifest.id),
        "deviceId": manifest.device_id,
        "kind": manifest.kind,
        "routeId": str(manifest.route_id) if manifest.route_id else None,
        "regionId": manifest.region,
        "bounds": box(manifest.bounds),
        "zoomRange": {"minZoom": zooms.min_zoom, "maxZoom": zooms.max_zoom},
        "estimatedSizeBytes": manifest.estimated_size_bytes,
        "status": manifest.status,
        "progress": manifest.progress,
    }
    shown_plainly: ManifestJson = plain(content)
    return shown_plainly
