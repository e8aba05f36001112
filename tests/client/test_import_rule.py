"""The package is for apps: it brings nothing of the server along."""

import ast
import subprocess
import sys
from pathlib import Path

import wildside.client

FILES = sorted(Path(wildside.client.__file__).parent.glob("**/*.py"))
ALLOWED = {"wildside.client", "msgspec", *sys.stdlib_module_names}
LISTING = """
import sys
before = set(sys.modules)
import wildside.client
print("\\n".join(set(sys.modules) - before))
"""


def imported(tree: ast.AST) -> set[str]:
    names = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            names |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, "say where it comes from"
            names.add(node.module or "")
    return names


def is_allowed(name: str) -> bool:
    return name in ALLOWED or name.startswith("wildside.client.") or name.partition(".")[0] in ALLOWED


def test_no_file_names_another_package() -> None:
    assert len(FILES) > 5
    wrong = {
        file.name: names
        for file in FILES
        if (names := {name for name in imported(ast.parse(file.read_text())) if not is_allowed(name)})
    }
    assert not wrong


def test_an_import_loads_no_other_package() -> None:
    command = [sys.executable, "-c", LISTING]
    loaded = subprocess.run(command, capture_output=True, text=True, check=True).stdout.split()
    ours = {name for name in loaded if name.partition(".")[0] == "wildside"}
    assert {name for name in ours if name != "wildside" and not name.startswith("wildside.client")} == set()
    foreign = {"starlette", "asyncpg", "psycopg", "hypercorn", "click", "rich", "structlog", "yoyo"}
    assert not foreign & set(loaded)
