"""Choosing a provider."""

import time
from collections.abc import Callable

from wildside.client.backend import Backend
from wildside.client.cache import CacheFile
from wildside.client.config import ClientConfig
from wildside.client.local import LocalProvider
from wildside.client.provider import ReferenceDataProvider
from wildside.client.remote import RemoteProvider


def create_reference_provider(
    config: ClientConfig, *, now: Callable[[], float] = time.time
) -> ReferenceDataProvider:
    """Build the provider that a config asks for; `now` gives seconds since 1970. Opens nothing yet."""
    packaged = LocalProvider(config.snapshot)
    if not config.use_backend or config.url is None:
        return packaged
    url = config.url.rstrip("/")
    cache = CacheFile(config.cache, url) if config.cache else None
    return RemoteProvider(Backend(url, config.timeout), cache, packaged, max_age=config.max_age, now=now)
