"""Wildside on Hypercorn as it is, but on uvloop's event loop, which is otherwise only uvicorn's.

python -m bench.on_uvloop serve --port 0
"""

from wildside.__main__ import main
from wildside.inbound.http import servers

if __name__ == "__main__":
    ours = servers.AsgiServer(servers.on_hypercorn, servers.server_named("uvicorn").loop)
    servers.server_named = lambda name: ours  # noqa: ARG005 - as it is called
    main()
