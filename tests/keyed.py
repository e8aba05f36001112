"""Wildside with the key by which tests.people signs: `python -m tests.keyed serve …`."""

from functools import partial
from unittest.mock import patch

from tests.people import KEY
from wildside.__main__ import main
from wildside.config import Settings

if __name__ == "__main__":
    with patch("wildside.inbound.cli.serve.Settings", partial(Settings, session_keys=(KEY,))):
        main()
