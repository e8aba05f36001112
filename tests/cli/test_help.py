"""Every command shows how it is used."""

import click
import pytest
from click.testing import CliRunner

from tests.cli.program import environment, python
from wildside import __version__
from wildside.inbound.cli.main import cli
from wildside.tools import Tools

HEAVY = {"asyncpg", "hypercorn", "pglast", "psycopg", "starlette", "yoyo"}
COMMANDS = [[], *([name] for name in cli.commands)]


@pytest.mark.parametrize("command", COMMANDS, ids=lambda command: " ".join(command) or "wildside")
@pytest.mark.parametrize("flag", ["--help", "-h"])
def test_help_shows_what_to_type(command: list[str], flag: str) -> None:
    result = CliRunner().invoke(cli, [*command, flag], obj=Tools())
    assert result.exit_code == 0
    assert result.stderr == ""
    _, _, examples = result.stdout.partition("Examples:" if command else "First steps:")
    assert " ".join(["wildside", *command]) in examples


@pytest.mark.parametrize("command", COMMANDS[1:], ids=lambda command: command[0])
def test_help_describes_every_option(command: list[str]) -> None:
    found = cli.commands[command[0]]
    commands = list(found.commands.values()) if isinstance(found, click.Group) else [found]
    options = [each for one in commands for each in one.params if each.param_type_name == "option"]
    assert options
    assert [option.name for option in options if not getattr(option, "help", None)] == []


def test_the_version_is_told() -> None:
    result = CliRunner().invoke(cli, ["--version"], obj=Tools())
    assert result.stdout == f"wildside, version {__version__}\n"


@pytest.mark.parametrize(
    "arguments",
    [["nonsense"], ["seed", "--nonsense"], ["serve", "extra"], ["up", "extra"], ["up", "--port", "65536"]],
)
def test_a_wrong_usage_is_told_and_exits_with_2(arguments: list[str]) -> None:
    result = CliRunner().invoke(cli, arguments, obj=Tools())
    assert (result.exit_code, result.stdout) == (2, "")
    assert "Usage:" in result.stderr
    assert "Error:" in result.stderr


@pytest.mark.parametrize("command", [["--version"], ["keys", "new"], ["db", "--help"]], ids=" ".join)
def test_a_short_command_loads_little(command: list[str]) -> None:
    program = f"""
import sys
from wildside.inbound.cli.main import cli
from wildside.tools import Tools
cli({command}, obj=Tools(), standalone_mode=False)
print("loaded:", *{HEAVY} & {{*sys.modules}})
"""
    done = python("-c", program, env=environment(), anew=True)
    assert done.stdout.splitlines()[-1] == "loaded:"
