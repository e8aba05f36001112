"""`wildside keys`: the keys that sign session cookies."""

import secrets
from pathlib import Path

import click

from wildside.domain.session_keys import KeyRing, Step, fingerprint
from wildside.inbound.cli.console import errors, out
from wildside.inbound.cli.toolbox import Toolbox
from wildside.settings import read_key_file

_EPILOG = """\b
Examples:
  wildside keys new session.keys          for SESSION_KEYS_FILE; only you may read it
  wildside keys rotate session.keys --step introduce
                                          then restart every node, and so after each step
  wildside keys rotate session.keys --step promote
  wildside keys rotate session.keys --step retire
                                          two hours after the last node was restarted
  wildside keys fingerprint session.keys  which key signs, which are accepted, what comes next
\b
Exit codes: 0 done, 2 the file is wrong or cannot be written, 3 another step comes next."""

_AFTERWARDS: dict[Step, str] = {
    "introduce": "restart every node; then --step promote",
    "promote": "restart every node, wait two hours after the last; then --step retire",
    "retire": "restart every node; then the rotation is done",
}

_file = click.argument("file", type=click.Path(dir_okay=False, path_type=Path))


def new_key() -> bytes:
    """Return a new key: 64 random bytes, in 86 characters."""
    return secrets.token_urlsafe(64).encode()


@click.group(epilog=_EPILOG)
def keys() -> None:
    """Make and rotate the keys that sign session cookies."""


@keys.command()
@click.argument("file", required=False, type=click.Path(dir_okay=False, path_type=Path))
@click.pass_obj
def new(tools: Toolbox, file: Path | None) -> None:
    """Print a new key, or write it to a FILE that is not there yet and only you may read."""
    key = new_key()
    if file is None:
        click.echo(key)
        return
    tools.key_files.create(file, KeyRing((key,)).text())
    errors.print(f"wrote {file}, whose key is {fingerprint(key)}")


@keys.command()
@_file
@click.option(
    "--step",
    required=True,
    type=click.Choice(["introduce", "promote", "retire"]),
    help="introduce: a new key is accepted; promote: it signs; retire: the others are dropped.",
)
@click.pass_obj
def rotate(tools: Toolbox, file: Path, step: Step) -> None:
    """Take one step of exchanging the key, so that nobody is signed out while nodes restart in turn."""
    ring, _ = read_key_file(file)
    turned = {"introduce": lambda: ring.introduce(new_key()), "promote": ring.promote, "retire": ring.retire}
    after = turned[step]()
    tools.key_files.replace(file, after.text())
    _show(after)
    errors.print(_AFTERWARDS[step])


@keys.command("fingerprint")
@_file
@click.option("--json", "as_json", is_flag=True, help="Report as JSON.")
def show_fingerprints(file: Path, as_json: bool) -> None:
    """Show which key signs and which are accepted, by their fingerprints, and which step comes next."""
    ring, _ = read_key_file(file)
    if not as_json:
        _show(ring)
        errors.print(f"next step: {ring.next or 'the file does not say'}")
        return
    shown = [{"fingerprint": fingerprint(key), "signs": key is ring.keys[0]} for key in ring.keys]
    out.print_json(data={"keys": shown, "next": ring.next})


def _show(ring: KeyRing) -> None:
    for key in ring.keys:
        out.print(f"{fingerprint(key)} {'signs' if key is ring.keys[0] else 'is accepted'}")
