"""The demo city: central Helsinki, its places and the routes over them."""

from collections.abc import Callable, Coroutine
from dataclasses import dataclass
from typing import Any

from wildside.config import DatabaseUrl
from wildside.domain.example_routes import ExampleCity
from wildside.domain.ingestion import ATTRIBUTION
from wildside.inbound.cli.console import errors, out
from wildside.inbound.cli.ingest_osm import DEMO, run_ingest
from wildside.inbound.cli.toolbox import Toolbox
from wildside.usecases.make_example_routes import ExampleRoutesOutcome, lacks_places, make_example_routes

Run = Callable[[Coroutine[Any, Any, Any]], Any]
"""Runs one piece of work on an event loop to its end, as asyncio.run does."""

NEAR = "24.9414,60.1713"
"""The railway station, for a first search."""


@dataclass(frozen=True, slots=True)
class CityOutcome:
    """How many places were imported now, None where they were there; and what was made of the routes."""

    places: int | None
    routes: ExampleRoutesOutcome
    city: ExampleCity


def import_city(tools: Toolbox, url: DatabaseUrl, run: Run) -> int | None:
    """Import the city's places where some are missing that its routes lead to; return how many it has.

    Whoever has imported a newer extract keeps it. Raises NoRelease, ToolMissing.
    """
    city = tools.read_example_city()

    async def work() -> bool:
        async with tools.open_database(url, "wildside example-data") as database:
            return await lacks_places(database, city)

    if not run(work()):
        return None
    return run_ingest(tools, url, DEMO, run).run.counts.kept


def make_city(tools: Toolbox, url: DatabaseUrl, places: int | None, run: Run) -> CityOutcome:
    """Make what is missing of the routes over its places."""
    city = tools.read_example_city()

    async def work() -> ExampleRoutesOutcome:
        async with tools.open_database(url, "wildside example-data") as database:
            return await make_example_routes(database, city)

    return CityOutcome(places, run(work()), city)


def show_city(outcome: CityOutcome) -> None:
    """Print what was made of the city."""
    if outcome.places is not None:
        out.print(f"{outcome.places} places of central Helsinki imported")
        errors.print(ATTRIBUTION)
    if outcome.routes.changed:
        out.print(f"{outcome.routes.made} routes made of {outcome.routes.routes}, and the catalogue")
    else:
        out.print(f"nothing to do: the {outcome.routes.routes} routes are there")


def show_ways(served: str, outcome: CityOutcome) -> None:
    """Print how to see the city."""
    first = outcome.city.routes[0]
    out.print(f"  places near here     curl -b cookies '{served}/api/v1/pois?near={NEAR}&radius=500'")
    out.print(f"  a route              curl -b cookies {served}/api/v1/routes/{first.id}")
    out.print(f"  all routes           curl {served}/api/v1/catalogue/explore")
    out.print(f"  places are           {ATTRIBUTION}")


def as_data(outcome: CityOutcome) -> Any:
    """Return the outcome as JSON values."""
    return {
        "placesImported": outcome.places or 0,
        "routes": outcome.routes.routes,
        "routesMade": outcome.routes.made,
        "attribution": ATTRIBUTION,
    }
