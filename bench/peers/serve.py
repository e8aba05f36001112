"""Serve one of the peers with one of the servers; runs in the peers' environment, without Wildside.

python serve.py APP SERVER DATABASE_URL BODIES
"""

import asyncio
import importlib
import logging
import os
import socket
import sys
from pathlib import Path
from typing import Any

BACKLOG = 1024


def main() -> None:
    name, server, database, bodies = sys.argv[1:]
    os.environ |= {"PEER_DATABASE_URL": database, "PEER_BODIES": bodies}
    sys.path.insert(0, str(Path(__file__).with_name("apps")))
    app = importlib.import_module(f"{name}_app").app
    listener = socket.create_server(("127.0.0.1", 0), backlog=BACKLOG)
    print(f"listening on http://127.0.0.1:{listener.getsockname()[1]}", flush=True)
    {"Hypercorn": by_hypercorn, "uvicorn": by_uvicorn}[server](app, listener)


def by_hypercorn(app: Any, listener: socket.socket) -> None:
    """Serve as Wildside does by default."""
    from hypercorn.asyncio import serve  # noqa: PLC0415
    from hypercorn.config import Config  # noqa: PLC0415

    config = Config()
    config.bind = [f"fd://{listener.detach()}"]
    config.loglevel = "WARNING"
    config.errorlog = logging.getLogger("hypercorn.error")
    config.include_server_header = False
    config.backlog = BACKLOG
    config.keep_alive_max_requests = 1_000_000
    asyncio.run(serve(app, config))


def by_uvicorn(app: Any, listener: socket.socket) -> None:
    """Serve with all that makes it fast."""
    import uvicorn  # noqa: PLC0415

    lifespan: Any = "off" if type(app).__module__.startswith("django.") else "on"
    config = uvicorn.Config(
        app,
        loop="uvloop",
        http="httptools",
        lifespan=lifespan,
        access_log=False,
        log_level="warning",
        server_header=False,
        backlog=BACKLOG,
    )
    uvicorn.Server(config).run(sockets=[listener])


if __name__ == "__main__":
    main()
