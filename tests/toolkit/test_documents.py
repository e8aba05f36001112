"""`wildside db snapshot`, `docs` and `er`: what is committed is what the migrations make."""

import json
import re
import shutil
from collections.abc import Callable, Mapping
from dataclasses import replace
from pathlib import Path

import pytest

from tests.conftest import MIGRATIONS
from tests.toolkit.conftest import Database, write_migrations
from wildside.config import sql_folder
from wildside.domain.catalogue import Catalogue
from wildside.domain.command_errors import RendererFailed
from wildside.domain.drawings import is_current
from wildside.domain.schema_pages import page_of
from wildside.outbound import mermaid
from wildside.outbound.areas import read_areas
from wildside.outbound.postgres.catalogue import read_catalogue
from wildside.outbound.postgres.migrations import apply_migrations
from wildside.outbound.postgres.scratch import ScratchServer
from wildside.tools import Tools

ROOT = sql_folder().parent
Draw = Callable[[Mapping[str, str], Callable[[str], None]], Mapping[str, str]]
DIAGRAMS = ROOT / "docs" / "diagrams" / "er"
PAGES = ROOT / "docs" / "schema"
SVG = '<svg id="my-svg" viewBox="0 0 10 20" style="background-color: transparent;">{}</svg>'

HOUSES = """-- Where people live.
create table houses (id text not null, constraint houses_pkey primary key (id));
comment on table houses is 'Where people live.';
"""
BEDS = """create table beds (house text not null,
    constraint beds_house_fkey foreign key (house) references houses (id) on delete cascade);
"""
AREAS = '[house]\ntitle = "House"\ntables = ["houses", "beds"]\n'


@pytest.fixture
def theirs(tmp_path: Path) -> tuple[str, ...]:
    """Migrations that are not ours, with their areas, as options."""
    folder = write_migrations(tmp_path / "m", houses=HOUSES, beds=BEDS)
    (tmp_path / "areas.toml").write_text(AREAS)
    return ("--migrations", str(folder), "--areas", str(tmp_path / "areas.toml"))


@pytest.fixture(scope="module")
def catalogue(server: ScratchServer) -> Catalogue:
    with server.database() as url:
        apply_migrations(url, MIGRATIONS, lambda _id: None)
        return read_catalogue(url)


def drawing(sources: Mapping[str, str], done: Callable[[str], None]) -> dict[str, str]:
    """Draws at once."""
    for name in sources:
        done(name)
    return {name: SVG.format(len(text)) for name, text in sources.items()}


def content(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in sorted(folder.rglob("*")) if path.is_file()}


@pytest.mark.parametrize(
    "command",
    [
        ("snapshot", "--output", sql_folder() / "schema.sql"),
        ("docs", "--output-dir", PAGES),
        ("er", "--output-dir", DIAGRAMS),
    ],
    ids=lambda command: command[0],
)
def test_what_is_committed_is_up_to_date(db: Database, command: tuple[str, ...]) -> None:
    result = db(*command, "--check")
    assert (result.exit_code, result.stdout.partition(":")[0]) == (0, "up to date")


def test_every_table_and_column_is_described(catalogue: Catalogue) -> None:
    for name, table in catalogue.tables.items():
        page = (PAGES / page_of(name)).read_text()
        assert [one.name for one in table.columns if f"\n| `{one.name}` | `{one.type}` |" not in page] == []
        names = [key.name for key in table.foreign_keys] + [index.name for index in table.indexes]
        names += [check.name for check in table.checks] + [trigger.name for trigger in table.triggers]
        assert [one for one in names if f"\n| `{one}` |" not in page] == []
    assert len(list((PAGES / "tables").iterdir())) == len(catalogue.tables)
    functions = (PAGES / "functions.md").read_text()
    assert [one.signature for one in catalogue.routines if f"| `{one.signature}` |" not in functions] == []
    views = (PAGES / "views.md").read_text()
    assert [one.name for one in catalogue.views if f"\n## `{one.name}`\n" not in views] == []


def test_every_table_and_column_is_drawn_in_one_area_and_in_the_whole(catalogue: Catalogue) -> None:
    areas = read_areas(sql_folder() / "areas.toml")
    texts = {name: (DIAGRAMS / f"{name}.mmd").read_text() for name in ("wildside", *(a.name for a in areas))}
    for name, table in catalogue.tables.items():
        home = [area for area in areas if name in area.tables]
        assert len(home) == 1
        for picture in [home[0].name] + ([] if home[0].bookkeeping else ["wildside"]):
            body = re.search(rf"^    {name} \{{\n(.*?)^    \}}$", texts[picture], re.DOTALL | re.MULTILINE)
            assert body is not None, (name, picture)
            drawn_columns = [line.split()[1] for line in body[1].splitlines()]
            assert drawn_columns == [column.name for column in table.columns]


def test_every_picture_shows_its_tables() -> None:
    for path in sorted(DIAGRAMS.glob("*.mmd")):
        svg = path.with_suffix(".svg").read_text()
        assert is_current(svg, path.read_text(), mermaid.DRAWER)
        for name in re.findall(r"^    (\w+)(?: \{)?$", path.read_text(), re.MULTILINE):
            assert f">{name}<" in svg


def test_every_link_of_the_pages_leads_somewhere() -> None:
    for page in PAGES.rglob("*.md"):
        for target in re.findall(r"\]\(([^)#]+)\)", page.read_text()):
            assert (page.parent / target).is_file(), (page.name, target)


def test_snapshot_finds_drift(db: Database, tmp_path: Path) -> None:
    kept = Path(shutil.copy(sql_folder() / "schema.sql", tmp_path / "schema.sql"))
    changed = kept.read_text().replace(
        "source_type text DEFAULT 'seed'", "source_type text DEFAULT 'sown'", 1
    )
    kept.write_text(changed)
    line = changed.splitlines().index("    source_type text DEFAULT 'sown'::text NOT NULL,") + 1
    result = db("snapshot", "--check", "--output", kept)
    assert result.exit_code == 1
    assert result.stdout.splitlines()[0] == f"{tmp_path}/schema.sql:{line}: different: is out of date"
    assert "-    source_type text DEFAULT 'sown'::text NOT NULL," in result.stdout.splitlines()
    assert kept.read_text() == changed
    assert db("snapshot", "--output", kept).stdout == f"written: {kept}\n"
    assert kept.read_bytes() == (sql_folder() / "schema.sql").read_bytes()


def test_a_snapshot_that_is_not_there(db: Database, tmp_path: Path) -> None:
    missing = db("snapshot", "--check", "--output", tmp_path / "s.sql", "--json")
    assert missing.exit_code == 1
    assert [(one["file"], one["state"]) for one in json.loads(missing.stdout)["files"]] == [
        ("s.sql", "missing")
    ]
    assert db("snapshot", "--output", tmp_path / "none" / "s.sql").exit_code == 2


def test_docs_are_written_and_stale_pages_removed(
    db: Database, tmp_path: Path, theirs: tuple[str, ...]
) -> None:
    target = tmp_path / "pages"
    shutil.copytree(PAGES, target)
    (target / "tables" / "by-hand.md").write_text("Mine.")
    checked = db("docs", "--check", "--json", "--output-dir", target, *theirs)
    assert checked.exit_code == 1
    found = json.loads(checked.stdout)
    states = {one["file"]: one["state"] for one in found["files"]}
    assert (
        states.items()
        >= {"tables/beds.md": "missing", "tables/tags.md": "stale", "README.md": "different"}.items()
    )
    told = [one["message"] for one in found["findings"]]
    assert [one for one in told if not one.startswith("column ")] == [
        "table beds has no comment",
        "foreign key beds_house_fkey has no index",
    ]
    assert "column houses.id has no comment" in told
    written = db("docs", "--output-dir", target, *theirs)
    assert written.exit_code == 1
    assert "0002.beds.sql:1: unindexed: foreign key beds_house_fkey has no index" in written.stdout
    assert sorted(content(target)) == ["README.md", "beds.md", "by-hand.md", "houses.md"]


def test_a_table_without_an_area_is_a_finding(db: Database, tmp_path: Path, theirs: tuple[str, ...]) -> None:
    (tmp_path / "areas.toml").write_text('[house]\ntitle = "House"\ntables = ["houses"]\n')
    result = db("er", "--output-dir", tmp_path / "er", *theirs)
    assert result.exit_code == 1
    assert result.stdout.endswith("areas.toml:0: areas: table beds is in no area\n")
    assert not (tmp_path / "er").exists()
    (tmp_path / "areas.toml").write_text("[house")
    assert db("er", *theirs).exit_code == 2


def draw_with(draw: Draw, monkeypatch: pytest.MonkeyPatch) -> None:
    tools = Tools().database
    monkeypatch.setattr(Tools, "database", replace(tools, pages=replace(tools.pages, draw=draw)))


def test_only_what_changed_is_drawn(
    db: Database, tmp_path: Path, theirs: tuple[str, ...], monkeypatch: pytest.MonkeyPatch
) -> None:
    seen: list[set[str]] = []

    def noted(sources: Mapping[str, str], done: Callable[[str], None]) -> dict[str, str]:
        seen.append(set(sources))
        return drawing(sources, done)

    draw_with(noted, monkeypatch)
    words = ("--output-dir", tmp_path / "er", *theirs)
    assert db("er", *words).exit_code == 0
    before = content(tmp_path / "er")
    assert sorted(before) == [f"{n}.{e}" for n in ("house", "overview", "wildside") for e in ("mmd", "svg")]
    assert b'<rect x="0" y="0" width="10" height="20" fill="#fff"/>' in before["house.svg"]
    assert b'id="er-house"' in before["house.svg"]
    assert db("er", *words).stdout == f"up to date: {tmp_path}/er\n"
    (tmp_path / "er" / "house.svg").write_bytes(before["house.svg"].replace(b"#fff", b"#eee"))
    checked = db("er", "--check", *words)
    assert (checked.exit_code, checked.stdout) == (
        1,
        f"{tmp_path}/er/house.svg:1: different: is out of date\n",
    )
    assert db("er", *words).exit_code == 0
    assert db("er", "--redraw", "--check", *words).exit_code == 0
    assert seen == [{"house", "overview", "wildside"}, {"house"}, {"house", "overview", "wildside"}]
    assert content(tmp_path / "er") == before


def test_a_broken_renderer_leaves_what_was_there(
    db: Database, tmp_path: Path, theirs: tuple[str, ...], monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(_sources: object, done: Callable[[str], None]) -> dict[str, str]:
        done("house")
        raise RendererFailed("mermaidx cannot draw wildside")

    words = ("--output-dir", tmp_path / "er", *theirs)
    draw_with(broken, monkeypatch)
    failed = db("er", *words)
    assert (failed.exit_code, failed.stderr) == (2, "wildside: mermaidx cannot draw wildside\n")
    assert not (tmp_path / "er").exists()
    draw_with(drawing, monkeypatch)
    assert db("er", *words).exit_code == 0
    before = content(tmp_path / "er")
    (tmp_path / "areas.toml").write_text(AREAS.replace("House", "Home"))
    draw_with(broken, monkeypatch)
    assert db("er", *words).exit_code == 2
    assert content(tmp_path / "er") == before
    assert db("er", "--skip-svg", *words).exit_code == 0
    assert b"Home" in content(tmp_path / "er")["house.mmd"]
    assert db("er", "--skip-svg", "--redraw", *words).exit_code == 2


@pytest.mark.parametrize(
    ("stub", "message"),
    [
        ("raise ImportError('no renderer')", "mermaidx cannot draw a: no renderer"),
        (
            "def render(*_, **__): raise RuntimeError('no such diagram')",
            "mermaidx cannot draw a: no such diagram",
        ),
        ("import os; os._exit(3)", "mermaidx ended its process: A process"),
        (
            "class D:\n def svg(self): return 'oops'\ndef render(*_, **__): return D()",
            "mermaidx drew a as something that is no SVG",
        ),
        (
            'class D:\n def svg(self): return \'<svg xmlns="http://www.w3.org/2000/svg"'
            ' aria-roledescription="error"/>\'\ndef render(*_, **__): return D()',
            "mermaidx drew a as something else",
        ),
    ],
)
def test_whatever_the_renderer_does_is_an_error_of_ours(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, stub: str, message: str
) -> None:
    (tmp_path / "mermaidx").mkdir()
    (tmp_path / "mermaidx" / "__init__.py").write_text(stub)
    (tmp_path / "mermaidx" / "engines").mkdir()
    (tmp_path / "mermaidx" / "engines" / "__init__.py").write_text("")
    (tmp_path / "mermaidx" / "engines" / "quickjs_engine.py").write_text("context_scripts = lambda: ('',)")
    monkeypatch.syspath_prepend(tmp_path)
    with pytest.raises(RendererFailed, match=message):
        mermaid.draw({"a": "erDiagram\n    a\n"}, lambda _name: None)
