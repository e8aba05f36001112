"""The rules of migration files, as functions of values: text, what parsers made of it, and names."""
