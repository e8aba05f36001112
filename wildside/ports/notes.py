"""What is asked of notes."""

from typing import Protocol


class NoteStore(Protocol):
    """Keeps notes."""
