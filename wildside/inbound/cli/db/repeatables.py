"""`wildside db repeatables`: the SQL files that run whenever they have changed."""

import click

from wildside.config import DatabaseUrl, sql_folder
from wildside.inbound.cli import options
from wildside.inbound.cli.console import errors, out
from wildside.inbound.cli.db import group
from wildside.inbound.cli.db.toolbox import DatabaseToolbox

_CODES = (
    "1 with --check: some would run,\n4 no database, 5 another migrator,\n"
    "6 a file failed, or migrations are missing."
)


@group.db.command(epilog=group.examples("repeatables", "repeatables --check --json", codes=_CODES))
@options.database_url
@group.wait
@click.option("--check", is_flag=True, help="Run nothing; name what would run.")
@group.as_json
@click.pass_obj
def repeatables(tools: DatabaseToolbox, database_url: str, wait: float, check: bool, as_json: bool) -> None:
    """Run the files of sql/repeatable that differ from when they ran last, after `yoyo apply`.

    Each is one transaction, under the lock of migrations. `wildside up` does it by itself.
    """
    url, folder = DatabaseUrl.parse(database_url), sql_folder() / "repeatable"
    if check:
        names = list(tools.repeatables.pending(url, folder))
    else:
        names = []
        tools.repeatables.apply(url, folder, names.append, errors.print, wait)
    if as_json:
        out.print_json(data={"pending" if check else "applied": names})
    else:
        for name in names:
            out.print(f"{'would run' if check else 'ran'}: {name}.sql")
        if not names:
            out.print("nothing to do")
    raise SystemExit(group.FOUND if check and names else 0)
