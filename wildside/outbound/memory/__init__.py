"""The same stores over dicts, for tests of use cases and handlers."""
