"""Run the toolkit's database tests on each other PostgreSQL of this machine: python -m tests.versions."""

import os
import subprocess
import sys

from wildside.outbound.postgres.binaries import find_binaries, installed, major_version

# Offline, or on several versions as it is.
_FILES = (
    "check_*", "diagrams", "schema_pages", "generated", "areas", "pure", "audit*", "documents", "new",
    "role_*",
)  # fmt: skip
_LEFT_OUT = (*(f"--ignore-glob=*/test_{name}.py" for name in _FILES), "-k", "not postgresql")


def main() -> int:
    """Return 1 if a test fails on any of them."""
    first = major_version(find_binaries())
    others = {major_version(folder): folder for folder in reversed(list(installed()))}
    others.pop(first)
    if not others:
        sys.stdout.write(f"only PostgreSQL {first} is here\n")
    failed = []
    for major, folder in sorted(others.items()):
        sys.stdout.write(f"PostgreSQL {major}\n")
        sys.stdout.flush()
        words = [sys.executable, "-m", "pytest", "-n", "4", "--dist", "loadfile", "tests/toolkit", *_LEFT_OUT]
        failed.append(subprocess.run(words, env=os.environ | {"PGBIN": str(folder)}, check=False).returncode)
    return int(any(failed))


if __name__ == "__main__":
    sys.exit(main())
