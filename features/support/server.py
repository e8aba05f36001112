"""`wildside serve` that signs cookies with the key of the tests, until its settings can say with which."""

import os

from tests.people import KEY
from wildside.app import Tools
from wildside.config import DatabaseUrl, Settings
from wildside.inbound.cli.serve import announce
from wildside.inbound.http.server import reserve

if __name__ == "__main__":
    settings = Settings(DatabaseUrl.parse(os.environ["DATABASE_URL"]), session_keys=(KEY,))
    Tools().serve(settings, reserve("127.0.0.1", 0), announce)
