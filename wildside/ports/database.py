"""The one door to the database, for handlers, commands, workers and tests alike."""

from contextlib import AbstractAsyncContextManager
from typing import Protocol

from wildside.ports.bundles import BundleStore
from wildside.ports.calls import CallStore
from wildside.ports.credentials import CredentialStore
from wildside.ports.editing import EditStore
from wildside.ports.example_data import ExampleDataStore
from wildside.ports.figures import FiguresStore
from wildside.ports.health import HealthStore
from wildside.ports.housekeeping import HousekeepingStore
from wildside.ports.ingestion import IngestionStore
from wildside.ports.notes import NoteStore
from wildside.ports.pois import PoiStore
from wildside.ports.preferences import PreferenceStore
from wildside.ports.progress import ProgressStore
from wildside.ports.reference import ReferenceStore
from wildside.ports.route_catalogue import RouteCatalogueStore
from wildside.ports.routes import RouteStore
from wildside.ports.seeding import SeedStore
from wildside.ports.sessions import SessionStore
from wildside.ports.throttle import ThrottleStore
from wildside.ports.users import UserStore
from wildside.ports.walks import WalkStore


class Stores(Protocol):
    """The stores of one transaction."""

    @property
    def reference(self) -> ReferenceStore:
        """Reference releases."""
        ...

    @property
    def seeding(self) -> SeedStore:
        """Seeds of reference data."""
        ...

    @property
    def editing(self) -> EditStore:
        """Edits of reference data by hand."""
        ...

    @property
    def health(self) -> HealthStore:
        """Readiness."""
        ...

    @property
    def figures(self) -> FiguresStore:
        """What operators watch."""
        ...

    @property
    def users(self) -> UserStore:
        """Accounts."""
        ...

    @property
    def credentials(self) -> CredentialStore:
        """What people log in with."""
        ...

    @property
    def throttle(self) -> ThrottleStore:
        """Attempts to log in."""
        ...

    @property
    def sessions(self) -> SessionStore:
        """Logins."""
        ...

    @property
    def preferences(self) -> PreferenceStore:
        """What users have chosen."""
        ...

    @property
    def calls(self) -> CallStore:
        """Answers kept for repeated calls."""
        ...

    @property
    def housekeeping(self) -> HousekeepingStore:
        """What counts no longer."""
        ...

    @property
    def example_data(self) -> ExampleDataStore:
        """People who were made up."""
        ...

    @property
    def pois(self) -> PoiStore:
        """Places of OpenStreetMap."""
        ...

    @property
    def routes(self) -> RouteStore:
        """Routes and their stops."""
        ...

    @property
    def route_catalogue(self) -> RouteCatalogueStore:
        """The catalogue of routes."""
        ...

    @property
    def notes(self) -> NoteStore:
        """What walkers write down."""
        ...

    @property
    def progress(self) -> ProgressStore:
        """How far walkers have come."""
        ...

    @property
    def bundles(self) -> BundleStore:
        """What devices keep offline."""
        ...

    @property
    def walks(self) -> WalkStore:
        """Walks that were walked."""
        ...

    @property
    def ingestion(self) -> IngestionStore:
        """Imports of OpenStreetMap."""
        ...


class Database(Protocol):
    """Opens transactions."""

    def reading(self) -> AbstractAsyncContextManager[Stores]:
        """Open no transaction: each statement has a snapshot of its own."""
        ...

    def transaction(self, *, keep: bool = True) -> AbstractAsyncContextManager[Stores]:
        """Commit at the end, or roll back on any exception and where `keep` is false."""
        ...
