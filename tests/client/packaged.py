"""The snapshot that comes with the client, made from what `wildside reference export` writes.

python -m tests.client.packaged      brings it in step with sql/reference; `just snapshot`

Its token and moment are not those of the database it was made in, so that the same source makes
the same file: the epoch is called `packaged`, and the moment stays until the rows change.
"""

import os
import tempfile
from datetime import UTC, datetime
from pathlib import Path

from tests.cli.program import Program, wildside
from wildside.client import PACKAGED_SNAPSHOT, load_snapshot
from wildside.client.release import Release, bootstrap_bytes, parse_bootstrap

EPOCH = "packaged"


def packaged(exported: bytes, moment: str) -> bytes:
    """Return an export as it is packaged."""
    release = parse_bootstrap(exported)
    digest = release.token.rpartition("-")[2]
    return bootstrap_bytes(Release(f"{EPOCH}.1-{digest}", moment, release.tables))


def export(database_url: str) -> bytes:
    """Return what the command writes."""
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder, "snapshot.json")
        done = wildside("reference", "export", str(file), env={"DATABASE_URL": database_url})
        assert done.returncode == 0, done.stderr
        return file.read_bytes()


def main() -> None:
    """Write the snapshot anew if the source says something else."""
    with tempfile.TemporaryDirectory() as folder:
        arguments = ("up", "--port", "0", "--data-dir", str(Path(folder, "data")))
        with Program(*arguments, env={"TMPDIR": folder}) as program:
            url = program.wait_for("psql '").partition("psql '")[2].rstrip("'")
            exported = export(url)
    before = load_snapshot(PACKAGED_SNAPSHOT) if PACKAGED_SNAPSHOT.exists() else None
    if before and packaged(exported, before.generated_at) == PACKAGED_SNAPSHOT.read_bytes():
        print("nothing to do")  # noqa: T201
        return
    moment = f"{datetime.now(UTC):%Y-%m-%dT%H:%M:%S}.000000Z"
    PACKAGED_SNAPSHOT.write_bytes(packaged(exported, moment))
    print(f"written: {os.path.relpath(PACKAGED_SNAPSHOT)}")  # noqa: T201


if __name__ == "__main__":
    main()
