"""Wildside beside applications that do the same job over the same tables, made with other frameworks."""
