"""A command that is forked is as one that is started."""

import os
import signal
import subprocess
from pathlib import Path

import pytest

from tests.cli.program import environment, python, ready, wildside

MANY = "x" * 300_000
TOLD = f"""
import os, sys
print(os.getcwd(), os.environ["OF_THIS_RUN"], sys.argv[1:], sys.stdin.read(), __name__, flush=True)
sys.stderr.write("{MANY}" if sys.argv[1:] == ["much"] else "little")
if sys.argv[1:] == ["dies"]:
    os.kill(os.getpid(), 9)
sys.exit(len(sys.argv[1]))
"""


@pytest.mark.parametrize(
    "words",
    [["--help"], ["nonsense"], ["seed", "--database-url", "mysql://x"], ["db", "--help"], ["up", "--port"]],
)
def test_a_command_ends_the_same(words: list[str]) -> None:
    forked, started = (wildside(*words, anew=anew) for anew in (False, True))
    assert (forked.returncode, forked.stdout, forked.stderr) == (
        started.returncode,
        started.stdout,
        started.stderr,
    )


def test_the_imports_are_made_beforehand(tmp_path: Path) -> None:
    """Else it would be right, and slow: a run of all tests takes half as long again."""
    file = tmp_path / "told.py"
    file.write_text("import sys\nprint({'wildside.app', 'wildside.inbound.cli.seed'} <= {*sys.modules})\n")
    assert python(str(file), env=environment()).stdout == "True\n"


@pytest.mark.parametrize("word", ["little", "much", "dies"])
def test_a_file_is_given_the_same(tmp_path: Path, word: str) -> None:
    file = tmp_path / "told.py"
    file.write_text(TOLD)
    env = environment(OF_THIS_RUN="this")
    forked, started = (
        python(str(file), word, cwd=tmp_path, env=env, typed="typed\n", anew=anew) for anew in (False, True)
    )
    assert forked.stdout == f"{tmp_path} this ['{word}'] typed\n __main__\n"
    assert (forked.returncode, forked.stdout, forked.stderr) == (
        started.returncode,
        started.stdout,
        started.stderr,
    )
    assert (forked.returncode == -signal.SIGKILL) is (word == "dies")


def test_what_takes_too_long_is_ended(tmp_path: Path) -> None:
    file = tmp_path / "waits.py"
    file.write_text("import os, time\nprint(os.getpid(), flush=True)\ntime.sleep(60)\n")
    with pytest.raises(subprocess.TimeoutExpired) as late:
        ready().run([str(file)], tmp_path, environment(), "", 0.5)
    assert late.value.stdout is not None
    with pytest.raises(ProcessLookupError):
        os.kill(int(late.value.stdout), 0)


@pytest.mark.parametrize(
    ("name", "same"), [("PYTHONPATH", False), ("COLUMNS", False), ("DATABASE_URL", True)]
)
def test_what_is_read_at_the_start_needs_a_start(name: str, same: bool) -> None:
    assert ready().serves(environment(**{name: "7"})) is same


def test_a_program_that_goes_on_is_heard_and_ended(tmp_path: Path) -> None:
    file = tmp_path / "goes_on.py"
    file.write_text("import time\nprint('begun')\ntime.sleep(60)\n")
    one = ready().start([str(file)], tmp_path, environment(PYTHONUNBUFFERED="1"))
    with one.stdout, one.stderr:
        assert one.stdout.readline() == "begun\n"
        with pytest.raises(subprocess.TimeoutExpired):
            one.wait(0.5)
        assert (one.poll(), one.returncode) == (None, None)
        one.send_signal(signal.SIGTERM)
        assert (one.wait(5), one.poll()) == (-signal.SIGTERM, -signal.SIGTERM)
        one.send_signal(signal.SIGTERM)  # to nobody, as the number may be another's by now
