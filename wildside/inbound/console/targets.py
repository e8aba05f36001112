"""Where somebody goes who has logged in."""

import re

_OURS = re.compile(r"/console(/[A-Za-z0-9_][A-Za-z0-9_.-]*)*(\?[\x21-\x7e]*)?")


def target(asked: str) -> str:
    """Return the page that was asked for, if it is one of the console; else its first one."""
    return asked if len(asked) <= 2048 and _OURS.fullmatch(asked) else "/console"
