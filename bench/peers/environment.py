"""The peers' own environment, made when first needed, and the servers that run in it."""

import hashlib
import json
import subprocess
import sys
import venv
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from bench.cases import BOOTSTRAP, fetched
from bench.processes import LISTENING, Running, started, waited_for

HERE = Path(__file__).parent
FOLDER = HERE.parent / ".peers"
REQUIREMENTS = HERE / "requirements.txt"
CODINGS = ("identity", "br")
HYPERCORN, UVICORN = "Hypercorn", "uvicorn"
SERVERS = (HYPERCORN, UVICORN)
PEERS = {"FastAPI": "fastapi", "Litestar": "litestar", "Django": "django"}
"""How each is called → the beginning of its file's name."""


@dataclass(frozen=True, slots=True)
class Peer:
    """One of the applications on one of the servers."""

    app: str
    server: str

    @property
    def name(self) -> str:
        return f"{self.app}, {self.server}"


ALL = tuple(Peer(app, server) for app in PEERS for server in SERVERS)


def python() -> Path:
    """Return the interpreter of the peers' environment, made anew where the requirements are others."""
    stamp, program = FOLDER / "installed", FOLDER / "bin" / "python"
    wanted = hashlib.sha256(REQUIREMENTS.read_bytes()).hexdigest()
    if not stamp.exists() or stamp.read_text() != wanted:
        print("installing the peers; this happens once", file=sys.stderr)
        venv.create(FOLDER, clear=True, with_pip=True)
        install = [str(program), "-m", "pip", "install", "--quiet", "--requirement", str(REQUIREMENTS)]
        subprocess.run(install, check=True, stdout=sys.stderr)
        stamp.write_text(wanted)
    return program


def versions() -> dict[str, str]:
    """Return what the peers are made of."""
    listed = subprocess.run(
        [str(python()), "-m", "pip", "list", "--format", "json", "--disable-pip-version-check"],
        check=True,
        capture_output=True,
        text=True,
    )
    named = {
        line.partition("==")[0].partition("[")[0].lower()
        for line in REQUIREMENTS.read_text().splitlines()
        if not line.startswith("#")
    }
    return {one["name"]: one["version"] for one in json.loads(listed.stdout) if one["name"].lower() in named}


def save_bodies(folder: Path, port: int) -> Path:
    """Keep the bytes that Wildside answers with at a port, and their tags, for all peers."""
    folder.mkdir()
    etags = {}
    for coding in CODINGS:
        answer = fetched(port, BOOTSTRAP, {"Accept-Encoding": coding})
        (folder / coding).write_bytes(answer.content)
        etags[coding] = answer.headers["etag"]
    (folder / "etags.json").write_text(json.dumps(etags))
    return folder


@contextmanager
def peer(folder: Path, which: Peer, database: str, bodies: Path) -> Iterator[Running]:
    """Run a peer."""
    log = folder / f"{PEERS[which.app]}-{which.server}.log"
    words = (str(HERE / "serve.py"), PEERS[which.app], which.server, database, str(bodies))
    with started([str(python()), *words], log) as process:
        yield Running(process, int(waited_for(LISTENING, process, log)), log)


def headers(user_id: object) -> Mapping[str, str]:
    """Say who asks; a peer believes it."""
    return {"X-User": str(user_id)}
