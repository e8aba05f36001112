"""How an app says where its reference data come from."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

from wildside.client.errors import ConfigInvalid

FLAG = "USE_BACKEND_REFERENCE"
URL = "WILDSIDE_URL"
CACHE = "WILDSIDE_CACHE"

PACKAGED_SNAPSHOT = Path(__file__).with_name("snapshot.json")

_FLAGS = {
    **dict.fromkeys(("", "0", "false", "off", "no"), False),
    **dict.fromkeys(("1", "true", "on", "yes"), True),
}


@dataclass(frozen=True, slots=True)
class ClientConfig:
    """Where reference data come from. Raises ConfigInvalid, which lists everything that is wrong.

    `url` is the backend's, without /api/v1. `cache` is a file, None for no cache on disk. `timeout`
    is for one request as a whole and `max_age` is how long memory answers without asking the
    backend, both in seconds.
    """

    use_backend: bool = False
    url: str | None = None
    cache: Path | None = None
    snapshot: Path = PACKAGED_SNAPSHOT
    timeout: float = 10.0
    max_age: float = 0.0

    def __post_init__(self) -> None:
        problems = _problems(self)
        if problems:
            raise ConfigInvalid(problems)

    @classmethod
    def from_environment(cls, environ: Mapping[str, str]) -> "ClientConfig":
        """Read USE_BACKEND_REFERENCE, WILDSIDE_URL and WILDSIDE_CACHE; an empty one counts as not set.

        Raises ConfigInvalid, which lists every wrong setting.
        """
        flag = _FLAGS.get(environ.get(FLAG, "").strip().lower())
        url = environ.get(URL, "").strip() or None
        cache = environ.get(CACHE, "").strip()
        wrong = [f"{FLAG} must be one of 1, 0, true, false, on, off, yes, no"] if flag is None else []
        try:
            config = cls(bool(flag), url, _path(cache) if cache else None)
        except ConfigInvalid as error:
            raise ConfigInvalid([*wrong, *error.problems]) from None
        if wrong:
            raise ConfigInvalid(wrong)
        return config


def _path(text: str) -> Path:
    try:
        return Path(text).expanduser()
    except RuntimeError:
        return Path(text)  # a user without a home; the name is then looked for as it is


def _problems(config: ClientConfig) -> list[str]:
    problems = []
    if config.url is not None and not _is_base_url(config.url):
        # Not repeated here: it may hold a password.
        problems.append(f"{URL} must be http:// or https:// with a host, and no account, query or fragment")
    if config.use_backend and config.url is None:
        problems.append(f"{FLAG} is on, so {URL} must say where the backend is")
    if config.cache is not None and config.cache.is_dir():
        problems.append(f"{CACHE} must be a file; {config.cache} is a folder")
    if not 0 < config.timeout < float("inf"):
        problems.append("timeout must be above 0 seconds")
    if not config.max_age >= 0:
        problems.append("max_age must be 0 seconds or more")
    return problems


def _is_base_url(url: str) -> bool:
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError:
        return False
    clean = url.isascii() and url.isprintable() and not set(url) & set(" ?#@\\")
    return clean and parts.scheme in {"http", "https"} and bool(parts.hostname) and port != 0
