"""How much a test does: a fifth in every run, all of it in `just soak`."""

import os


def times(many: int) -> int:
    """Return how often to try: `many` times where SOAK is set."""
    return many if os.environ.get("SOAK") else max(1, many // 5)
