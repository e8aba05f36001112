"""Reference data for an app: from the backend when the flag is on, else from what was packaged.

>>> import asyncio, os
>>> from wildside.client import ClientConfig, create_reference_provider
>>> async def main() -> None:
...     provider = create_reference_provider(ClientConfig.from_environment(os.environ))
...     answer = await provider.get_table("tags")
...     print(answer.source, answer.version, answer.age, answer.stale)
...     for row in answer.value:
...         print(row["slug"])
>>> asyncio.run(main())  # doctest: +SKIP
network 7f3c2a.12-9b1d4e6f80a2c357 0.0 False
coffee
views

`provider.follow()` yields each new release as the backend tells of it; while it is read, the
other methods answer from memory without asking.

`USE_BACKEND_REFERENCE` (1, true, on, yes; off by default) is the flag, `WILDSIDE_URL` is where the
backend is, and `WILDSIDE_CACHE` a file for the next start without a network. The package imports
nothing else of Wildside and needs only msgspec.
"""

from wildside.client.answers import Answer, Bootstrap, Source, TableSummary, Version
from wildside.client.config import PACKAGED_SNAPSHOT, ClientConfig
from wildside.client.errors import (
    BackendUnavailable,
    ConfigInvalid,
    NoSnapshot,
    ReferenceDataError,
    SchemaMismatch,
    SnapshotInvalid,
    UnknownTable,
)
from wildside.client.factory import create_reference_provider
from wildside.client.local import LocalProvider
from wildside.client.provider import ReferenceDataProvider
from wildside.client.release import SCHEMA_VERSION, Row
from wildside.client.remote import RemoteProvider
from wildside.client.snapshot import load_snapshot

__all__ = [
    "PACKAGED_SNAPSHOT",
    "SCHEMA_VERSION",
    "Answer",
    "BackendUnavailable",
    "Bootstrap",
    "ClientConfig",
    "ConfigInvalid",
    "LocalProvider",
    "NoSnapshot",
    "ReferenceDataError",
    "ReferenceDataProvider",
    "RemoteProvider",
    "Row",
    "SchemaMismatch",
    "SnapshotInvalid",
    "Source",
    "TableSummary",
    "UnknownTable",
    "Version",
    "create_reference_provider",
    "load_snapshot",
]
