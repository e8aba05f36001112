"""The sample clients of clients/samples, in either language, as processes, against a real server."""

import ast
import json
import re
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from types import SimpleNamespace

import psycopg
import pytest
from pytest_postgresql.executors import NoopExecutor

from tests.cli.program import Program, environment
from tests.client.opaque import Door, door
from tests.client.test_typescript import NODE
from tests.people import PASSWORD, Login, account, person
from tests.sql.support import scratch_database

SAMPLES = Path(__file__).parents[2] / "clients" / "samples"
LANGUAGES = {"Python": ([sys.executable], ".py"), "TypeScript": ([str(NODE)], ".mts")}
NOBODY = "http://127.0.0.1:1/api/v1/login"
USERS, INTERESTS, LOGIN = "/api/v1/users?limit=3", "/api/v1/users/me/interests", "/api/v1/login"

Done = subprocess.CompletedProcess[str]
Sample = Callable[..., Done]


@pytest.fixture(scope="module")
def url(cluster: SimpleNamespace, seeded_template: NoopExecutor) -> Iterator[str]:
    """A seeded database for all of them."""
    with scratch_database(cluster, template=seeded_template.template_dbname) as made:
        yield made


@pytest.fixture(scope="module")
def server(url: str) -> Iterator[str]:
    env = {"DATABASE_URL": url, "SESSION_COOKIE_SECURE": "0"}
    with Program("serve", "--port", "0", env=env) as program:
        yield program.url()


@pytest.fixture
def opened(server: str) -> Iterator[Door]:
    with door(server) as made:
        yield made


@pytest.fixture
def ada(url: str) -> Login:
    """An administrator, besides eight others; all that were there before are gone."""
    with psycopg.connect(url) as connection:
        connection.execute("delete from users")
    for number in range(8):
        person(url, f"Walker {number}")
    return account(url, "ada", "admin")


@pytest.fixture(params=LANGUAGES)
def sample(request: pytest.FixtureRequest, tmp_path: Path) -> Sample:
    """Runs one of the programs, in another folder than its own, and returns how it ended."""
    command, ending = LANGUAGES[request.param]

    def run(name: str, *arguments: str, password: str = PASSWORD) -> Done:
        env = environment(WILDSIDE_USER="ada", WILDSIDE_PASSWORD=password)
        words = [*command, str(SAMPLES / f"{name}{ending}"), *arguments]
        return subprocess.run(
            words, cwd=tmp_path, env=env, capture_output=True, text=True, timeout=60, check=False
        )

    return run


def walked(done: Done) -> tuple[list[str], list[str]]:
    """The ids of the rows on the way to the end, and on the way back."""
    assert (done.returncode, done.stderr) == (0, "")
    lines = [line.partition(" ") for line in done.stdout.splitlines()]
    there, back = ([json.loads(row)["id"] for way, _, row in lines if way == one] for one in "><")
    assert len(there) + len(back) == len(lines)
    return there, back


def in_order(url: str) -> list[str]:
    with psycopg.connect(url) as connection:
        return [row[0] for row in connection.execute("select id::text from users order by created_at, id")]


def interests(url: str) -> tuple[int, list[str]]:
    """The revision that is stored, and what is chosen."""
    with psycopg.connect(url) as connection:
        [(revision,)] = connection.execute("select revision from user_preferences").fetchall()
        rows = connection.execute("select interest_theme from user_interest_themes order by position")
        return revision, [slug for (slug,) in rows]


def test_each_row_once_there_and_once_back(sample: Sample, server: str, url: str, ada: Login) -> None:
    there, back = walked(sample("walk_pages", server + USERS, server + LOGIN))
    assert there == in_order(url)
    assert back == there[::-1]
    assert len(there) == 9


@pytest.mark.parametrize("way", ["give", "give_moved"])
def test_nothing_is_where_it_was_and_each_row_is_found(
    sample: Sample, opened: Door, url: str, ada: Login, way: str
) -> None:
    done = sample("walk_pages", getattr(opened, way)(USERS), opened.give(LOGIN))
    assert opened.strangers == []
    there, back = walked(done)
    assert there == in_order(url)
    assert back == there[::-1]
    assert len({place for place, _ in opened.asked}) > 5
    assert any(place.startswith("/deep/er/") for place, _ in opened.asked) is (way == "give_moved")


def test_a_list_that_is_for_everybody_needs_no_login(sample: Sample, server: str) -> None:
    done = sample("walk_pages", f"{server}/api/v1/pois?near=24.94,60.17")
    assert walked(done) == ([], [])


def test_what_is_wrong_is_shown(sample: Sample, server: str, ada: Login) -> None:
    done = sample("walk_pages", f"{server}/api/v1/users?limit=0&cursor=x", server + LOGIN)
    assert (done.returncode, done.stdout) == (1, "")
    first, *errors = done.stderr.splitlines()
    assert first.startswith("400 invalid_request: ")
    assert [line.split(": ")[:2] for line in errors] == [
        ["  limit", "invalid_limit"],
        ["  cursor", "invalid_cursor"],
    ]


def test_who_is_not_let_in_is_told(sample: Sample, server: str, ada: Login) -> None:
    for arguments, password, told in (
        ([server + USERS, server + LOGIN], "not the one, not the one!", "401 unauthorized: "),
        ([server + USERS, NOBODY], PASSWORD, ""),
    ):
        done = sample("walk_pages", *arguments, password=password)
        assert (done.returncode, done.stdout) == (1, "")
        assert done.stderr.startswith(told)
        assert len(done.stderr.splitlines()) == 1


def test_what_is_no_problem_document_is_told(sample: Sample, opened: Door) -> None:
    done = sample("walk_pages", f"{opened.url}/lost")
    assert (done.returncode, done.stderr) == (1, "404 no_problem_document: Not Found\n")


def test_an_answer_that_was_lost_is_asked_for_again_and_nothing_is_done_twice(
    sample: Sample, opened: Door, url: str, ada: Login
) -> None:
    opened.lost = 2
    done = sample("add_interest", opened.give(INTERESTS), "coffee", opened.give(LOGIN))
    assert (done.returncode, done.stdout) == (0, "revision 1: coffee\n"), done.stderr
    assert interests(url) == (1, ["coffee"])
    assert (len(opened.keys), len({*opened.keys}), None in opened.keys) == (3, 1, False)
    assert done.stderr.count("asking again") == 2


def test_what_others_change_meanwhile_is_kept(sample: Sample, opened: Door, url: str, ada: Login) -> None:
    place, login = opened.give(INTERESTS), opened.give(LOGIN)
    stored: list[str] = []
    for mine, theirs in (("coffee", "parks"), ("food", "museums")):

        def meanwhile(theirs: str = theirs) -> None:
            opened.before_put = lambda: None
            assert sample("add_interest", place, theirs, login).returncode == 0

        opened.before_put = meanwhile
        done = sample("add_interest", place, mine, login)
        stored += [theirs, mine]
        assert done.stdout == f"revision {len(stored)}: {', '.join(stored)}\n"
        assert done.stderr.startswith("412 precondition_failed: ")
        assert interests(url) == (len(stored), stored)
    again = sample("add_interest", place, "food", login)
    assert (again.stdout, interests(url)) == (done.stdout, (len(stored), stored))


def test_a_theme_that_there_is_not_is_told(sample: Sample, server: str, ada: Login) -> None:
    done = sample("add_interest", server + INTERESTS, "no-such-theme", server + LOGIN)
    assert (done.returncode, done.stdout) == (1, "")
    assert "/interestThemeIds/0: unknown_key: " in done.stderr


@pytest.mark.parametrize("name", ["walk_pages", "add_interest"])
def test_the_usage_is_shown(sample: Sample, name: str) -> None:
    done = sample(name)
    assert (done.returncode, done.stdout) == (1, "")
    assert f"{name}." in done.stderr


def test_the_commands_of_the_readme_print_what_it_says(server: str, ada: Login, tmp_path: Path) -> None:
    found = re.search(r"```sh\n(.*?)```\n```\n(.*?)```\n", (SAMPLES / "README.md").read_text(), re.DOTALL)
    assert found
    here = {"http://127.0.0.1:8080": server, "demo-1": "ada", "a-walk-in-the-park": f"'{PASSWORD}'"}
    commands = found[1].replace("users.txt", str(tmp_path / "users.txt"))
    for one, other in here.items():
        assert one in commands
        commands = commands.replace(one, other)
    path = f"{Path(sys.executable).parent}:{NODE.parent}:{environment()['PATH']}"
    done = subprocess.run(
        ["bash", "-euc", f"exec 2>&1\n{commands}"],
        cwd=SAMPLES,
        env=environment(PATH=path, PYTHONDONTWRITEBYTECODE="1"),
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert (done.returncode, done.stdout) == (0, found[2])
    assert len((tmp_path / "users.txt").read_text().splitlines()) == 18


def test_they_are_small_and_need_nothing_else() -> None:
    files = [file for file in SAMPLES.iterdir() if file.suffix in {".py", ".mts"}]
    assert len(files) == 6
    assert [file.name for file in files if len(file.read_text().splitlines()) > 120] == []
    ours = {file.stem for file in files}
    for file in files:
        text = file.read_text()
        if file.suffix == ".mts":
            assert not [
                line for line in text.splitlines() if " from " in line and '"./asking.mts"' not in line
            ]
            continue
        for node in ast.walk(ast.parse(text)):
            names = [one.name for one in node.names] if isinstance(node, ast.Import) else []
            names += [node.module or ""] if isinstance(node, ast.ImportFrom) else []
            assert {one.partition(".")[0] for one in names} <= {*sys.stdlib_module_names, *ours}
