"""Offline bundles: what a device keeps of a route or a region, and how far it has come with it."""

import re
from collections.abc import Mapping, Sequence, Set
from dataclasses import dataclass, replace
from datetime import datetime
from uuid import UUID

from wildside.domain.errors import Conflict, Fault, InvalidRequest, InvalidTransition
from wildside.domain.geometry import Bounds, Zooms
from wildside.domain.pages import IDENTITY, MOMENT, Listing
from wildside.domain.preferences import Asked, Meant, unfit

ROUTE, REGION = "route", "region"
KINDS = (ROUTE, REGION)
REGIONS = "regions"
"""The reference table of regions."""

QUEUED, DOWNLOADING, COMPLETE, FAILED = "queued", "downloading", "complete", "failed"

NEXT: Mapping[str, Set[str]] = {
    # It begins, or cannot begin: there is no room on the device. Nothing is complete that was never loaded.
    QUEUED: {QUEUED, DOWNLOADING, FAILED},
    # It goes on, or ends one way or the other. Who gives up says that it failed, and may queue it then.
    DOWNLOADING: {DOWNLOADING, COMPLETE, FAILED},
    # It is tried again, at once or later, from the beginning or from where it stopped.
    FAILED: {FAILED, QUEUED, DOWNLOADING},
    # It is there. What is there cannot fail any more; to have it anew is to queue it.
    COMPLETE: {COMPLETE, QUEUED},
}
"""Status of a bundle → those that may follow. A bundle that is new may have any: its device began offline."""

LARGEST = 2**53 - 1
"""Bytes: the largest number that every JSON parser keeps exact."""

DEVICE = re.compile(r"[A-Za-z0-9._:-]{1,128}")
"""What an app can call its device."""
DEVICE_DETAIL = "A device has 1 to 128 of A-Z a-z 0-9 . _ : -"
_PROGRESS = {
    QUEUED: "0",
    DOWNLOADING: "from 0 to below 1",
    COMPLETE: "1",
    FAILED: "from 0 to 1",
}


@dataclass(frozen=True, slots=True)
class Manifest:
    """What a device says of a bundle. Raises InvalidRequest that lists all that is wrong."""

    id: UUID
    device_id: str
    kind: str
    route_id: UUID | None
    region: str | None
    bounds: Bounds
    zooms: Zooms
    estimated_size_bytes: int
    status: str
    progress: float

    def __post_init__(self) -> None:
        faults = [
            *device_faults(self.device_id),
            *what_faults(self.kind, self.route_id, self.region),
            *status_faults(self.status, self.progress),
        ]
        if not 0 <= self.estimated_size_bytes <= LARGEST:
            faults.append(Fault("/estimatedSizeBytes", "invalid_number", "A size is not negative."))
        if faults:
            raise InvalidRequest("The request has a manifest that cannot be kept.", faults)

    @property
    def asked(self) -> Sequence[Asked]:
        """The key of reference data that it names, if any."""
        return [] if self.region is None else [Asked(REGIONS, self.region, "/regionId")]

    def by_name_of_today(self, meant: Meant | None, kept: str | None) -> "Manifest":
        """Return the same with the region's key of today; `kept` is the region that is stored already.

        Raises InvalidRequest where there is no such region, or where it can no longer be taken.
        """
        faults = [fault for asked in self.asked for fault in unfit(asked, meant)]
        if meant is None or (faults and meant.key != kept):
            raise InvalidRequest("The request has a region that cannot be kept.", faults)
        return replace(self, region=meant.key)

    def check_follows(self, before: "Manifest") -> None:
        """Raise Conflict or InvalidTransition where it cannot take the place of what was there before."""
        if self.what != before.what:
            raise Conflict(
                "A bundle keeps its deviceId, its kind and its route or region: make another bundle."
            )
        if self.status not in NEXT[before.status]:
            may = ", ".join(status for status in NEXT if status in NEXT[before.status])
            raise InvalidTransition(f"After {before.status} a bundle can be {may}; not {self.status}.")
        if self.status == before.status == DOWNLOADING and self.progress < before.progress:
            raise InvalidTransition(
                f"A download at {before.progress:g} does not go back: say that it failed, and begin anew."
            )

    @property
    def what(self) -> tuple[object, ...]:
        """What it is a bundle of, and on which device."""
        return self.device_id, self.kind, self.route_id, self.region


@dataclass(frozen=True, slots=True)
class Bundle:
    """A bundle as it is stored; without a user it is of a device that nobody had logged in on."""

    user_id: UUID | None
    manifest: Manifest
    revision: int
    created_at: datetime
    updated_at: datetime

    def __post_init__(self) -> None:
        if self.revision < 1:
            raise ValueError("revisions are counted from 1")
        if self.updated_at < self.created_at:
            raise ValueError("what was changed was made before")


BUNDLES: Listing[Bundle] = Listing(
    "offline_bundles", (MOMENT, IDENTITY), lambda bundle: (bundle.created_at, bundle.manifest.id)
)
"""The bundles of an owner on a device, in the order in which we heard of them."""


def device_faults(device_id: str, where: str = "/deviceId") -> list[Fault]:
    """Return what is wrong with what an app calls its device."""
    if DEVICE.fullmatch(device_id):
        return []
    return [Fault(where, "invalid_device_id", DEVICE_DETAIL)]


def what_faults(kind: str, route_id: UUID | None, region: str | None) -> list[Fault]:
    """Return what is wrong with what it is a bundle of: the kind decides which of the two is named."""
    if kind not in KINDS:
        return [Fault("/kind", "unknown_choice", f"This is one of {', '.join(KINDS)}.")]
    named = {"/routeId": (route_id, ROUTE), "/regionId": (region, REGION)}
    faults = []
    for where, (value, its_kind) in named.items():
        if kind == its_kind and value is None:
            faults.append(Fault(where, "missing_field", f"A bundle of a {kind} names it here."))
        elif kind != its_kind and value is not None:
            faults.append(Fault(where, "contradiction", f"A bundle of a {kind} has none."))
    return faults


def status_faults(status: str, progress: float) -> list[Fault]:
    """Return what is wrong with a status and how much is there, from 0 to 1."""
    fits = {
        QUEUED: progress == 0,
        DOWNLOADING: 0 <= progress < 1,
        COMPLETE: progress == 1,
        FAILED: 0 <= progress <= 1,
    }
    if status not in fits:
        return [Fault("/status", "unknown_choice", f"This is one of {', '.join(NEXT)}.")]
    if fits[status]:
        return []
    return [Fault("/progress", "contradiction", f"The progress of what is {status} is {_PROGRESS[status]}.")]
