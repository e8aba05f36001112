"""Wildside: a backend for personalised city walks."""

__version__ = "0.1.0"
