"""nginx with the same bytes as files: what one core can send at the most."""

import os
import pwd
import shutil
import socket
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

from bench.cases import Case, fetched
from bench.processes import Running, started

_CONF = """
daemon off;
worker_processes 1;
pid {folder}/nginx.pid;
error_log stderr warn;
events {{ worker_connections 1024; }}
http {{
  access_log off;
  sendfile on;
  tcp_nopush on;
  keepalive_requests 1000000000;
  open_file_cache max=64 inactive=1h;
  open_file_cache_valid 1h;
  client_body_temp_path {folder}/body;
  proxy_temp_path {folder}/proxy;
  fastcgi_temp_path {folder}/fastcgi;
  uwsgi_temp_path {folder}/uwsgi;
  scgi_temp_path {folder}/scgi;
  default_type application/json;
  types {{ }}
  map_hash_bucket_size 256;
  map $http_accept_encoding $coding {{ default ""; gzip gzip; br br; zstd zstd; }}
  map $arg_since $since {{ default unknown; {tokens} }}
  server {{
    listen 127.0.0.1:{port};
    add_header Cache-Control no-cache;
    add_header Vary "Accept, Accept-Encoding";
    add_header Content-Encoding $coding;
{locations}
  }}
}}
"""
_LOCATION = "    location = {path} {{ alias {folder}/files/{path_name}{since}.$coding; }}"


@contextmanager
def nginx(folder: Path, cases: Sequence[Case], source: int) -> Iterator[Running]:
    """Serve what the server at the port `source` answers to these cases."""
    folder.mkdir()
    (folder / "files").mkdir()
    for case in cases:
        content = fetched(source, case.path, case.headers).content
        (folder / "files" / _file(case)).write_bytes(content)
    port = _free_port()
    conf = folder / "nginx.conf"
    conf.write_text(_configured(folder, cases, port))
    user = _ordinary_user(folder)
    command = ["nginx", "-e", "stderr", "-p", str(folder), "-c", str(conf)]
    log = folder.parent / "nginx.log"
    with started(command, log, user=user) as process:
        _wait_for(port, log)
        yield Running(process, port, log)


def _file(case: Case) -> str:
    """Name a case's file: the path, the client's release, the coding."""
    parts = urlsplit(case.path)
    since = parse_qs(parts.query).get("since", [""])[0]
    coding = "" if case.coding == "identity" else case.coding
    return f"{parts.path.rpartition('/')[2]}{since}.{coding}"


def _configured(folder: Path, cases: Sequence[Case], port: int) -> str:
    parts = [urlsplit(case.path) for case in cases]
    tokens = {parse_qs(part.query)["since"][0] for part in parts if part.query}
    locations = {
        _LOCATION.format(
            path=part.path,
            folder=folder,
            path_name=part.path.rpartition("/")[2],
            since="$since" if part.query else "",
        )
        for part in parts
    }
    return _CONF.format(
        folder=folder,
        port=port,
        tokens=" ".join(f"{token} {token};" for token in sorted(tokens)),
        locations="\n".join(sorted(locations)),
    )


def _ordinary_user(folder: Path) -> int | None:
    """Give the folder to nobody where we are root, and let nobody run nginx."""
    if os.geteuid() != 0:
        return None
    nobody = pwd.getpwnam("nobody").pw_uid
    folder.parent.chmod(0o711)
    for path in (folder, *folder.rglob("*")):
        shutil.chown(path, nobody)
    return nobody


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _wait_for(port: int, log: Path) -> None:
    for _ in range(100):
        try:
            socket.create_connection(("127.0.0.1", port), 1).close()
        except OSError:
            time.sleep(0.05)
        else:
            return
    raise SystemExit(f"nginx did not start:\n{log.read_text(errors='replace')}")
