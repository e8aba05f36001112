"""Import a file of OpenStreetMap: all that is in it and within the fence, or nothing."""

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime

from wildside.domain.command_errors import IngestInvalid, IngestRefused
from wildside.domain.errors import NoRelease, RetryTransaction
from wildside.domain.geometry import Bounds
from wildside.domain.ingestion import Counts, IngestReport, IngestRun, Input, Provenance
from wildside.domain.osm import Geofence, Place, TagRule, TagRules, spelled
from wildside.ports.database import Database, Stores
from wildside.ports.ingestion import Extract, IngestionStore, NewId


@dataclass(frozen=True, slots=True)
class IngestOrder:
    """What to import as what: the fence, where the file came from, and who knows the time and new ids."""

    geofence: Geofence
    source_url: str
    now: Callable[[], datetime]
    new_id: NewId
    dry_run: bool = False
    allow_shrink: bool = False
    progress: Callable[[str], None] = lambda _what: None


@dataclass(slots=True)
class _Reading:
    """What a file holds by the rules of a moment."""

    digest: str
    rules: Sequence[TagRule]
    bounds: Bounds
    read: int = 0
    outside: int = 0
    skipped: int = 0
    places: dict[tuple[str, int], Place] = field(default_factory=dict)


async def ingest_osm(database: Database, extract: Extract, order: IngestOrder) -> IngestReport:
    """Import an extract, or leave everything as it was.

    The file is read before the transaction begins, so that none waits for a disk; should somebody seed
    meanwhile, it is read again. Raises IngestInvalid where the file or the fence will not do, IngestRefused
    where most places would be retired, NoRelease where there are no rules yet.
    """
    order.progress("hashing")
    digest = extract.digest()
    for _attempt in range(3):
        async with database.reading() as stores:
            reading = _Reading(digest, await _rules(stores), await _bounds(stores, order.geofence))
        _read(extract, reading, order)
        async with database.transaction(keep=not order.dry_run) as stores:
            await stores.ingestion.begin()
            if await _still(stores, reading, order):
                return await _import(stores.ingestion, reading, order)
    raise RetryTransaction("the reference data changed again and again while the file was read; try again")


async def _rules(stores: Stores) -> Sequence[TagRule]:
    rules = await stores.ingestion.rules()
    if not rules:
        raise NoRelease("there are no rules for places yet: run wildside seed")
    return rules


async def _bounds(stores: Stores, fence: Geofence) -> Bounds:
    if isinstance(fence, Bounds):
        return fence
    found = await stores.ingestion.region(fence)
    if found is None:
        raise IngestInvalid([f"there is no region {fence}; take one of the reference data, or four bounds"])
    return found


async def _still(stores: Stores, reading: _Reading, order: IngestOrder) -> bool:
    same_rules = await _rules(stores) == reading.rules
    return same_rules and await _bounds(stores, order.geofence) == reading.bounds


def _read(extract: Extract, reading: _Reading, order: IngestOrder) -> None:
    rules = TagRules(reading.rules)

    def note(count: int) -> None:
        reading.read = count

    order.progress("reading")
    for element in extract.elements(lambda tags: rules.category(tags) is not None, note):
        category = rules.category(element.tags)
        if category is None or element.location is None or element.osm_id < 1:
            reading.skipped += 1
        elif reading.bounds.has(element.location):
            place = Place.of(element, element.location, category)
            reading.places[place.osm_type, place.osm_id] = place
        else:
            reading.outside += 1
    if not reading.places:
        problem = (
            f"the file holds no place within {spelled(order.geofence)}, of {reading.read} elements with "
            "tags: to import it would retire all that are there; is it the right file, and the right fence?"
        )
        raise IngestInvalid([problem])


async def _import(store: IngestionStore, reading: _Reading, order: IngestOrder) -> IngestReport:
    now = order.now()
    source = Input(reading.digest, spelled(order.geofence), reading.bounds, TagRules(reading.rules).digest)
    before = await store.run(source)
    counts, interests = await _merge(store, reading, order, now)
    run = IngestRun(before.id if before else order.new_id(), source, order.source_url, counts, now)
    kept = Counter(place.category for place in reading.places.values())
    report = IngestReport(run, interests, reading.outside, reading.skipped, dict(kept), order.dry_run)
    if before and not (counts.inserted or counts.updated or counts.retired or interests):
        return replace(report, run=replace(before, counts=counts), repeated=True)
    order.progress("recording")
    if before is None:
        await store.touch(now)
    await store.record(run)
    await store.add_provenance(Provenance(order.new_id(), run.id, run.source_url, source.bounds, now))
    return report


async def _merge(
    store: IngestionStore, reading: _Reading, order: IngestOrder, now: datetime
) -> tuple[Counts, int]:
    order.progress("copying")
    await store.stage(list(reading.places.values()))
    order.progress("comparing")
    kept = len(reading.places)
    inserted, updated = await store.insert(now), await store.update(now)
    retired = await store.retire(reading.bounds, now)
    order.progress("weighing")
    interests = await store.weigh()
    counts = Counts(reading.read, kept, inserted, updated, kept - inserted - updated, retired)
    _guard(counts, order)
    return counts, interests


def _guard(counts: Counts, order: IngestOrder) -> None:
    """Refuse what loses more places than it finds again.

    A file that was cut between two of its blocks looks whole: nothing in it says how many there are.
    """
    found = counts.updated + counts.unchanged
    if counts.retired > found and not order.allow_shrink:
        raise IngestRefused(
            f"of the places known within {spelled(order.geofence)} the file has {found}, and "
            f"{counts.retired} would be retired: is it whole, and the right one? if so, say --allow-shrink"
        )
