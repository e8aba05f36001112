"""The commands of the section "Roles" in docs/operating.md, performed: does the same come out?"""

import re
import subprocess
import sys
from pathlib import Path

from tests.cli.places import open_place
from tests.cli.program import environment
from tests.toolkit.conftest import MAJORS
from wildside.outbound.postgres.embedded import EmbeddedServer

ROOT = Path(__file__).parents[2]


def test_the_commands_print_what_the_page_says() -> None:
    section = (ROOT / "docs/operating.md").read_text().partition("## Roles\n")[2].partition("\n## ")[0]
    found = re.search(r"```sh\n(.*?)```\n```\n(.*?)```\n", section, re.DOTALL)
    assert found
    with (
        open_place() as place,
        EmbeddedServer(place / "data", next(iter(MAJORS.values())), durable=False) as server,
    ):
        urls = {
            "SUPERUSER_URL": server.url,
            "MIGRATOR_URL": server.url.replace("//wildside@", "//wildside_migrator@"),
        }
        path = f"{Path(sys.executable).parent}:{environment()['PATH']}"
        done = subprocess.run(
            ["bash", "-euc", found[1]],
            cwd=ROOT,
            env=environment(PATH=path, **urls),
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
        )
    assert (done.returncode, done.stdout) == (0, found[2]), done.stderr
