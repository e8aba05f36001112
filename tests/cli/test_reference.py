"""`wildside reference`: the past and the present by hand, by a real process."""

import hashlib
import json
import shutil
import subprocess
from pathlib import Path
from time import monotonic
from typing import Any

import httpx2
import psycopg
import pytest

from tests.cli.program import serving, wildside
from tests.cli.rows import one, version
from tests.conftest import REFERENCE, url_of_connection

Connection = psycopg.Connection[Any]
WHY = ("--reason", "a test", "--actor", "ada")
LOCK = b"select pg_advisory_xact_lock(x'57494c44'::int, 1)"


def run(connection: Connection, *arguments: str) -> subprocess.CompletedProcess[str]:
    result = wildside(*arguments, env={"DATABASE_URL": url_of_connection(connection)})
    assert "Traceback" not in result.stderr
    return result


def edit(connection: Connection, *arguments: str) -> subprocess.CompletedProcess[str]:
    return run(connection, "reference", *arguments, *WHY)


def done(connection: Connection, *arguments: str) -> str:
    result = edit(connection, *arguments)
    assert (result.returncode, result.stderr) == (0, "")
    return result.stdout


def test_set_adopts_and_is_told_with_actor_and_reason(seeded_connection: Connection) -> None:
    assert '"tag:mug"' in done(seeded_connection, "set", "tags", "coffee", "icon=tag:mug", "sort_order=11")
    query = "select array[icon, sort_order::text, source_type] from tags where slug = 'coffee'"
    assert one(seeded_connection, query) == ["tag:mug", "11", "admin"]
    report = json.loads(run(seeded_connection, "reference", "history", "--json").stdout)
    assert (report[0]["version"], report[0]["actor"], report[0]["reason"]) == (2, "ada", "a test")
    assert report[0]["tables"] == {"tags": {"upserts": 1, "removals": 0, "renames": 0}}


def test_a_set_that_changes_nothing_makes_no_version(seeded_connection: Connection) -> None:
    icon = one(seeded_connection, "select icon from tags where slug = 'coffee'")
    assert done(seeded_connection, "set", "tags", "coffee", f"icon={icon}").startswith("nothing to do")
    assert version(seeded_connection) == 1


def test_everything_wrong_with_a_set_is_told_at_once(seeded_connection: Connection) -> None:
    fields = ["colour=red", "sort_order=first", "icon=none", "slug=x", "source_type=seed"]
    result = edit(seeded_connection, "set", "tags", "coffee", *fields)
    assert (result.returncode, result.stdout) == (2, "")
    for told in [
        "colour: unknown_column",
        "sort_order: wrong_type",
        "icon: check_violation",
        "slug: read_only",
        "source_type: read_only",
    ]:
        assert told in result.stderr
    assert version(seeded_connection) == 1


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (["set", "nothing", "a", "b=c"], "no reference table nothing"),
        (["set", "tags", "nobody", "icon=a:b"], "tags has no row nobody"),
        (["hide", "theme_interests", "walks"], "is written theme/interest"),
        (["rollback", "--to", "9"], "there is no version 9; the newest is 1"),
        (["rename", "tags", "coffee", "Bad Key"], "tags_slug_is_kebab_case"),
    ],
)
def test_what_does_not_exist_is_told(seeded_connection: Connection, arguments: list[str], told: str) -> None:
    result = edit(seeded_connection, *arguments)
    assert (result.returncode, result.stdout) == (2, "")
    assert told in result.stderr


def test_a_row_is_hidden_and_shown(seeded_connection: Connection) -> None:
    done(seeded_connection, "hide", "tags", "coffee")
    assert one(seeded_connection, "select is_active from tags where slug = 'coffee'") is False
    run(seeded_connection, "seed")
    assert one(seeded_connection, "select is_active from tags where slug = 'coffee'") is False
    done(seeded_connection, "unhide", "tags", "coffee")
    assert one(seeded_connection, "select is_active from tags where slug = 'coffee'") is True


def test_active_children_stop_a_row_from_being_hidden(seeded_connection: Connection) -> None:
    result = edit(seeded_connection, "hide", "poi_categories", "cafe")
    assert result.returncode == 3
    assert "inactive_parent: osm_tag_rules amenity/cafe" in result.stderr
    assert version(seeded_connection) == 1


def test_a_released_row_is_brought_to_the_source_by_the_next_seed(seeded_connection: Connection) -> None:
    done(seeded_connection, "set", "tags", "coffee", "icon=tag:mug")
    run(seeded_connection, "seed")
    done(seeded_connection, "release", "tags", "coffee")
    assert "1 updated" in run(seeded_connection, "seed").stdout
    assert one(seeded_connection, "select icon from tags where slug = 'coffee'") != "tag:mug"


def test_a_rename_prints_the_line_that_declares_it(seeded_connection: Connection, tmp_path: Path) -> None:
    printed = done(seeded_connection, "rename", "tags", "coffee", "espresso").splitlines()
    assert run(seeded_connection, "seed").returncode == 3
    folder = Path(shutil.copytree(REFERENCE, tmp_path / "reference"))
    tags = folder / "tags.json"
    tags.write_text(tags.read_text().replace('"coffee"', '"espresso"'))
    renames = folder / "renames.json"
    renames.write_text(json.dumps([*json.loads(renames.read_text()), json.loads(printed[-1])]))
    assert run(seeded_connection, "seed", "--data", str(folder)).returncode == 0
    gone = edit(seeded_connection, "hide", "tags", "coffee")
    assert "it was renamed to espresso" in gone.stderr
    taken = edit(seeded_connection, "rename", "tags", "espresso", "views")
    assert (taken.returncode, "already" in taken.stderr) == (3, True)


def test_a_rollback_is_a_new_version_with_the_old_content(seeded_connection: Connection) -> None:
    done(seeded_connection, "rename", "tags", "coffee", "espresso")
    done(seeded_connection, "set", "tags", "views", "icon=tag:eye")
    tried = done(seeded_connection, "rollback", "--to", "1", "--dry-run")
    assert "renamed tags: espresso → coffee" in tried
    assert "a dry run" in tried
    assert version(seeded_connection) == 3
    assert "version 3 → 4, as version 1 was" in done(seeded_connection, "rollback", "--to", "1")
    assert run(seeded_connection, "reference", "diff", "1", "4").stdout == "no differences\n"
    assert "nothing to do" in done(seeded_connection, "rollback", "--to", "4")
    assert version(seeded_connection) == 4


def test_a_difference_is_net_and_has_a_direction(seeded_connection: Connection) -> None:
    done(seeded_connection, "rename", "tags", "coffee", "a")
    done(seeded_connection, "rename", "tags", "a", "espresso")
    done(seeded_connection, "hide", "tags", "views")
    forth = json.loads(run(seeded_connection, "reference", "diff", "1", "4", "--json").stdout)
    assert [(row["kind"], row["key"], row["old_key"]) for row in forth] == [
        ("renamed", ["espresso"], ["coffee"]),
        ("removed", ["views"], None),
    ]
    back = run(seeded_connection, "reference", "diff", "4", "1").stdout
    assert "renamed tags: espresso → coffee" in back
    assert "added tags: views" in back


def test_an_edit_waits_for_the_seeds_lock(seeded_connection: Connection) -> None:
    seeded_connection.execute(LOCK)
    assert edit(seeded_connection, "hide", "tags", "coffee", "--wait", "0.2").returncode == 5


@pytest.mark.parametrize(
    "command", ["set", "hide", "unhide", "release", "rename", "rollback", "history", "diff"]
)
def test_every_command_has_examples_and_exit_codes(command: str) -> None:
    shown = wildside("reference", command, "--help").stdout
    assert f"wildside reference {command}" in shown.partition("Examples:")[2]
    assert "Exit codes:" in shown


def test_an_export_is_the_bytes_of_the_bootstrap(seeded_connection: Connection, tmp_path: Path) -> None:
    file = tmp_path / "snapshot.json"
    file.write_text("an older one")
    done(seeded_connection, "hide", "tags", "coffee")
    with serving(url_of_connection(seeded_connection)) as url:
        served = httpx2.get(f"{url}/api/v1/reference/bootstrap").content
        first = httpx2.get(f"{url}/api/v1/reference/bootstrap?version=1").content
    report = json.loads(run(seeded_connection, "reference", "export", str(file), "--json").stdout)
    assert file.read_bytes() == served
    assert report["sha256"] == hashlib.sha256(served).hexdigest()
    assert report["referenceVersion"] == json.loads(served)["referenceVersion"]
    assert (report["file"], report["bytes"], report["rows"]) == (str(file), len(served), 558)
    run(seeded_connection, "reference", "export", str(file), "--version", "1")
    assert file.read_bytes() == first
    assert list(tmp_path.iterdir()) == [file]


def test_an_export_to_standard_output_is_nothing_else(seeded_connection: Connection) -> None:
    result = run(seeded_connection, "reference", "export", "-", "--json")
    assert json.loads(result.stdout)["referenceVersion"] == json.loads(result.stderr)["referenceVersion"]


def test_a_failed_export_leaves_what_was_there(
    seeded_connection: Connection, connection: Connection, tmp_path: Path
) -> None:
    file = tmp_path / "snapshot.json"
    file.write_text("an older one")
    never = run(seeded_connection, "reference", "export", str(file), "--version", "9")
    assert (never.returncode, never.stderr) == (2, "wildside: there is no version 9; the newest is 1\n")
    unseeded = run(connection, "reference", "export", str(file))
    assert (unseeded.returncode, unseeded.stderr) == (
        2,
        "wildside: there is no reference release yet: run wildside seed\n",
    )
    nowhere = run(seeded_connection, "reference", "export", str(tmp_path / "none" / "snapshot.json"))
    assert (nowhere.returncode, nowhere.stdout) == (2, "")
    assert "No such file or directory" in nowhere.stderr
    assert (file.read_text(), list(tmp_path.iterdir())) == ("an older one", [file])


def test_a_new_epoch_keeps_the_content_and_forgets_every_token(seeded_connection: Connection) -> None:
    with serving(url_of_connection(seeded_connection)) as url, httpx2.Client(base_url=url) as client:
        path = "/api/v1/reference"
        old = client.get(f"{path}/bootstrap").json()
        began = json.loads(done(seeded_connection, "new-epoch", "--json"))
        assert (began["version"], began["actor"], began["reason"]) == (1, "ada", "a test")
        deadline = monotonic() + 1.0
        while (new := client.get(f"{path}/bootstrap").json())["referenceVersion"] == old["referenceVersion"]:
            assert monotonic() < deadline
        digest = old["referenceVersion"].partition("-")[2]
        assert new == {**old, "referenceVersion": f"{began['epoch']}.1-{digest}"}
        changes = client.get(f"{path}/changes", params={"since": old["referenceVersion"]}).json()
        assert (changes["mode"], changes["to"]) == ("full", new["referenceVersion"])
        pinned = client.get(f"{path}/bootstrap", params={"version": old["referenceVersion"]})
        assert pinned.status_code == 404
    assert version(seeded_connection) == 1
    told = json.loads(run(seeded_connection, "reference", "epochs", "--json").stdout)
    assert [one["epoch"] for one in told] == [began["epoch"], old["referenceVersion"].partition(".")[0]]
    assert told[1]["reason"] == "the first line of versions"
