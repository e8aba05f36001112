"""An app as parity reads from it: joins wildside.client, which knows nothing of the server, with its port."""

import socket
import time
from pathlib import Path

from wildside.client import (
    ClientConfig,
    ConfigInvalid,
    LocalProvider,
    ReferenceDataError,
    ReferenceDataProvider,
    RemoteProvider,
    create_reference_provider,
)
from wildside.client.backend import Backend
from wildside.client.cache import CacheFile
from wildside.domain.command_errors import SettingsInvalid
from wildside.domain.parity_answers import AppView


class ClientApp:
    """An app that reads with wildside.client; a cache of its own is in `folder`."""

    def __init__(self, url: str, folder: Path, snapshot: Path) -> None:
        # Without a snapshot to fall back on, an answer is the server's, the cache's, or none.
        missing, cache = folder / "no-snapshot.json", folder / "cache.json"
        try:
            self._remote = ClientConfig(use_backend=True, url=url, cache=cache, snapshot=missing)
        except ConfigInvalid as error:
            wrong = "--url must be http:// or https:// with a host, and no account, query or fragment"
            raise SettingsInvalid([wrong]) from error
        self._local = ClientConfig(snapshot=snapshot)

    async def remote(self) -> AppView:
        """Read from the server, and fill the cache."""
        return await _view(create_reference_provider(self._remote))

    async def warm_offline(self) -> AppView:
        """Read from that cache, while the server is a port that nobody listens on."""
        with socket.socket() as nobody:
            nobody.bind(("127.0.0.1", 0))  # bound but not listening: it refuses, and stays ours
            url, port = (self._remote.url or "").rstrip("/"), nobody.getsockname()[1]
            backend = Backend(f"http://127.0.0.1:{port}", self._remote.timeout)
            cache, packaged = (
                CacheFile(self._remote.cache or Path(), url),
                LocalProvider(self._remote.snapshot),
            )
            return await _view(
                RemoteProvider(backend, cache, packaged, max_age=0.0, now=time.time, spread=lambda: 0.0)
            )

    async def local(self) -> AppView:
        """Read the packaged snapshot."""
        return await _view(create_reference_provider(self._local))


async def _view(provider: ReferenceDataProvider) -> AppView:
    """Ask a provider everything it can be asked."""
    try:
        answer = await provider.get_bootstrap()
        single = {name: (await provider.get_table(name)).value for name in answer.value.tables}
        version = (await provider.get_version()).value
    except ReferenceDataError as error:
        return AppView(error=f"{error.code}: {error}")
    summaries = {name: {"rows": one.rows, "digest": one.digest} for name, one in version.tables.items()}
    tables = answer.value.tables
    return AppView(answer.source, answer.stale, answer.version, tables, single, summaries)
