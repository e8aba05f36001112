"""What every command needs to know of a deployment: its database, and where our files are."""

import getpass
import os
import re
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import parse_qsl, quote, unquote, urlencode, urlsplit

from wildside.domain.command_errors import SettingsInvalid

_PORT = 5432
_SCHEMES = ("postgresql", "postgres", "postgresql+psycopg")


@dataclass(frozen=True, slots=True)
class DatabaseUrl:
    """One database in the spellings of its two drivers."""

    asyncpg: str
    yoyo: str

    @classmethod
    def parse(cls, url: str, setting: str = "DATABASE_URL") -> "DatabaseUrl":
        """Accept postgresql://, postgres:// or postgresql+psycopg://, of one host or of several.

        Raises SettingsInvalid, which repeats nothing of the URL: it may be the password.
        """
        scheme, separator, rest = url.partition("://")
        if not separator or scheme not in _SCHEMES:
            raise SettingsInvalid([f"{setting} must begin with postgresql:// or postgresql+psycopg://"])
        try:
            account, at, hosts = urlsplit(f"postgresql://{rest}").netloc.rpartition("@")
            each = [urlsplit(f"postgresql://{host}") for host in hosts.split(",")]
            ports = ",".join(str(one.port or _PORT) for one in each)
            each_host(f"postgresql://{rest}")
        except ValueError as error:
            hint = f"{setting} is no URL of hosts and ports; write / ? # @ of a password as %2F %3F %23 %40"
            raise SettingsInvalid([hint]) from error
        yoyo = f"postgresql+psycopg://{rest}"
        if len(each) > 1:
            # yoyo reads one host and port, and passes on whatever else it is given.
            named = ",".join(quote(unquote(one.hostname or ""), safe=",") for one in each)
            path, _, query = rest.removeprefix(f"{account}{at}{hosts}").partition("?")
            options = "&".join(filter(None, (query, f"host={named}", f"port={ports}")))
            yoyo = f"postgresql+psycopg://{account}{at}{path}?{options}"
        return cls(asyncpg=f"postgresql://{rest}", yoyo=yoyo)

    def __str__(self) -> str:
        """Show the URL without its password."""
        parts = urlsplit(self.asyncpg)
        account, at, host = parts.netloc.rpartition("@")
        shown = [item for item in parts.query.split("&") if item and "password" not in item.partition("=")[0]]
        query = "?" + "&".join(shown) if shown else ""
        return f"postgresql://{account.partition(':')[0]}{at}{host}{parts.path}{query}"

    def mask(self, text: str) -> str:
        """Return a text of somebody else's, such as a driver's message, without this URL's passwords."""
        parts = urlsplit(self.asyncpg)
        found = [value for name, value in parse_qsl(parts.query) if "password" in name]
        raw = parts.password or ""
        query = re.findall(r"password=([^&]+)", parts.query)
        for secret in sorted({raw, unquote(raw), *found, *query} - {""}, key=len, reverse=True):
            text = text.replace(secret, "***")
        return text


def each_host(url: str) -> list[str]:
    """Return a URL for each host that one names. Raises ValueError where hosts and ports do not fit."""
    parts, query = urlsplit(url), dict(parse_qsl(urlsplit(url).query))
    account, at, place = parts.netloc.rpartition("@")
    if "," in place:
        if "host" in query:
            raise ValueError("hosts in two places")
        rest = f"{parts.path}?{parts.query}"
        return [f"postgresql://{account}{at}{one}{rest}" for one in place.split(",")]
    hosts, ports = query.pop("host", "").split(","), query.pop("port", "").split(",")
    if len(hosts) == 1:
        return [url]
    places = zip(hosts, ports if len(ports) == len(hosts) else ports * len(hosts), strict=True)
    queries = [query | {"host": host} | ({"port": port} if port else {}) for host, port in places]
    return [f"postgresql://{parts.netloc}{parts.path}?{urlencode(one, quote_via=quote)}" for one in queries]


def sql_folder() -> Path:
    """Return the folder with migrations and reference data: in the wheel, or of the checkout."""
    package = Path(__file__).parent
    packed = package / "sql"
    return packed if packed.is_dir() else package.parent / "sql"


def docs_folder() -> Path:
    """Return the folder with diagrams and the audit: in the wheel, or of the checkout."""
    package = Path(__file__).parent
    packed = package / "docs"
    return packed if packed.is_dir() else package.parent / "docs"


def migrations_folder() -> Path:
    """Return the folder with our migrations."""
    return sql_folder() / "migrations"


def demo_extract() -> Path:
    """Return the extract of OpenStreetMap that is the demo city."""
    return Path(__file__).parent / "demo" / "helsinki.osm.pbf"


def demo_routes() -> Path:
    """Return the file of the demo city's routes."""
    return demo_extract().with_name("routes.toml")


def account_name() -> str:
    """Return the name of whoever runs this; in a container a user may have only a number."""
    try:
        return getpass.getuser()
    except (KeyError, OSError):
        return f"user-{os.getuid()}"
