"""The two consoles: results on standard output, everything else beside it."""

from rich.console import Console

out = Console(highlight=False, soft_wrap=True, markup=False, emoji=False)
errors = Console(stderr=True, highlight=False, soft_wrap=True, markup=False, emoji=False)
