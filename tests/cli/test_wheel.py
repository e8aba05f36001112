"""What pip installs is whole: `wildside up` needs nothing of the checkout."""

import json
import subprocess
import sys
import zipfile
from pathlib import Path

import httpx2
import pytest

from tests.cli.places import processes_in
from tests.cli.program import Program, environment

ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("wheel")
    command = [
        sys.executable,
        "-m",
        "pip",
        "wheel",
        "--no-deps",
        "--no-build-isolation",
        "-w",
        str(folder),
        str(ROOT),
    ]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    (built,) = folder.glob("*.whl")
    return built


def test_the_wheel_holds_the_program_and_its_data_and_nothing_else(wheel: Path) -> None:
    names = {Path(name) for name in zipfile.ZipFile(wheel).namelist()}
    assert {name.parts[0].partition("-")[0] for name in names} == {"wildside"}
    for kind in ("migrations/*.sql", "reference/*.json", "reference/*.toml"):
        wanted = {Path("wildside") / path.relative_to(ROOT) for path in (ROOT / "sql").glob(kind)}
        assert wanted
        assert wanted <= names
    assert Path("wildside/client/snapshot.json") in names
    demo = {path.relative_to(ROOT) for path in (ROOT / "wildside/demo").iterdir()}
    assert {path.name for path in demo} >= {"helsinki.osm.pbf", "routes.toml", "README.md"}
    assert demo <= names
    console = {path.relative_to(ROOT) for path in (ROOT / "wildside/inbound/console").rglob("*.*")}
    assert {path.suffix for path in console} >= {".html", ".css"}
    assert {path for path in console if path.suffix != ".pyc"} <= names
    papers = [*(ROOT / "docs/diagrams/er").glob("*.svg"), ROOT / "docs/audits/user-state.md"]
    assert len(papers) > 2
    assert {Path("wildside") / path.relative_to(ROOT) for path in papers} <= names
    pages = {path.relative_to(ROOT) for path in (ROOT / "wildside/inbound/http/docs").glob("*/*")}
    pages = {path for path in pages if "__pycache__" not in path.parts}
    assert {path.name for path in pages} >= {"swagger-ui-bundle.js", "LICENSE", "NOTICE", "index.html"}
    assert pages <= names
    modules = {path.relative_to(ROOT) for path in (ROOT / "wildside").rglob("*.py")}
    assert {name for name in names if name.suffix == ".py"} == modules


def test_an_installed_wheel_runs_from_an_empty_folder(wheel: Path, place: Path) -> None:
    installed, empty = place / "installed", place / "empty"
    empty.mkdir()
    with zipfile.ZipFile(wheel) as archive:
        archive.extractall(installed)
    mark(installed / "wildside" / "sql" / "reference" / "tags.json")
    env = {"PYTHONPATH": str(installed), "TMPDIR": str(place)}
    with Program("up", "--ephemeral", "--port", "0", cwd=empty, env=env) as program:
        tags = httpx2.get(f"{program.url()}/api/v1/reference/tags").json()["tables"]["tags"]
        assert program.stop() == 0, program.output
    assert tags[0]["icon"] == "tag:of-the-wheel"
    assert list(empty.iterdir()) == []
    assert processes_in(place) == {}


def mark(file: Path) -> None:
    """Change the installed data, so that an answer shows that it came from there."""
    rows = json.loads(file.read_text())
    rows[0]["icon"] = "tag:of-the-wheel"
    file.write_text(json.dumps(rows))


def test_the_wheel_installs_a_command(wheel: Path, tmp_path: Path) -> None:
    pip = [sys.executable, "-m", "pip", "install", "--no-deps", "--target", str(tmp_path), str(wheel)]
    subprocess.run(pip, capture_output=True, check=True)
    command = [str(tmp_path / "bin" / "wildside"), "--version"]
    env = environment(PYTHONPATH=str(tmp_path))
    done = subprocess.run(command, cwd=tmp_path, env=env, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.startswith("wildside, version ")
