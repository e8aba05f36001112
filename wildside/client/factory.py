"""Choosing a provider."""

import random
import time
from collections.abc import Callable

from wildside.client.backend import Backend
from wildside.client.cache import CacheFile
from wildside.client.config import ClientConfig
from wildside.client.local import LocalProvider
from wildside.client.provider import ReferenceDataProvider
from wildside.client.remote import RemoteProvider


def create_reference_provider(
    config: ClientConfig,
    *,
    now: Callable[[], float] = time.time,
    spread: Callable[[], float] = random.random,
) -> ReferenceDataProvider:
    """Build the provider that a config asks for. Opens nothing yet.

    `now` gives seconds since 1970, `spread` numbers from 0 to 1 by which streams that broke
    together come back one after the other.
    """
    packaged = LocalProvider(config.snapshot)
    if not config.use_backend or config.url is None:
        return packaged
    url = config.url.rstrip("/")
    cache = CacheFile(config.cache, url) if config.cache else None
    backend = Backend(url, config.timeout)
    return RemoteProvider(backend, cache, packaged, max_age=config.max_age, now=now, spread=spread)
