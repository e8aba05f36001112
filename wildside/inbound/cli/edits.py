"""`wildside reference`: edits by hand, each one transaction with an actor and a reason."""

from collections.abc import Callable
from dataclasses import replace
from functools import wraps
from typing import Any

import click

from wildside.config import account_name
from wildside.domain.editing import Edit
from wildside.inbound.cli import options
from wildside.inbound.cli.reference import examples, json_option, reference, run_on
from wildside.inbound.cli.reference_reports import (
    print_json,
    show_edited,
    show_epoch,
    show_renamed,
    show_rolled_back,
)
from wildside.inbound.cli.toolbox import Toolbox
from wildside.usecases.begin_epoch import begin_epoch
from wildside.usecases.edit_reference import EditOrder, edit_reference
from wildside.usecases.rename_reference import rename_reference
from wildside.usecases.roll_back_reference import roll_back_reference


def _edits(command: Callable[..., None]) -> Callable[..., None]:
    """Add the options of everything that writes; the command gets them as its order."""

    @wraps(command)
    def ordered(*arguments: Any, actor: str, reason: str, wait: float, **others: Any) -> None:
        command(*arguments, order=EditOrder(actor, reason, wait), **others)

    for option in (
        json_option,
        click.option("--wait", default=10.0, show_default=True, help="Seconds to wait for a seed."),
        click.option("--actor", default=account_name, show_default="you", help="Who to record."),
        click.option("--reason", required=True, help="Why, for the history."),
        options.database_url,
    ):
        ordered = option(ordered)
    return ordered


def _edit(tools: Toolbox, url: str, edit: Edit, order: EditOrder, as_json: bool) -> None:
    edited = run_on(tools, url, order.actor, lambda database: edit_reference(database, edit, order))
    print_json(edited) if as_json else show_edited(edited)


@reference.command(
    "set",
    epilog=examples(
        "set tags coffee icon=tag:mug sort_order=15 --reason 'a better icon'",
        "set theme_interests walks/food weight=0.5 --reason 'less of it'",
    ),
)
@click.argument("table")
@click.argument("key")
@click.argument("fields", metavar="FIELD=VALUE...", nargs=-1, required=True)
@_edits
@click.pass_obj
def set_fields(
    tools: Toolbox,
    table: str,
    key: str,
    fields: tuple[str, ...],
    database_url: str,
    order: EditOrder,
    as_json: bool,
) -> None:
    """Give columns of a row new values, and adopt it: no seed will change it.

    VALUE is JSON, or plain text where the column is text.
    """
    wrong = [field for field in fields if "=" not in field]
    if wrong:
        raise click.BadParameter(f"{wrong[0]!r} is not FIELD=VALUE")
    given = {name: value for name, _, value in (field.partition("=") for field in fields)}
    edit = Edit(table, key, {"source_type": "admin"}, given)
    _edit(tools, database_url, edit, order, as_json)


def _verb(name: str, doc: str, example: str, **fixed: Any) -> None:
    """Make a command that sets bookkeeping columns of a row."""

    @reference.command(name, help=doc, epilog=examples(example))
    @click.argument("table")
    @click.argument("key")
    @_edits
    @click.pass_obj
    def verb(
        tools: Toolbox,
        table: str,
        key: str,
        database_url: str,
        order: EditOrder,
        as_json: bool,
    ) -> None:
        _edit(tools, database_url, Edit(table, key, fixed), order, as_json)


_verb(
    "hide",
    "Make a row inactive, and adopt it: no seed will bring it back.",
    "hide tags coffee --reason 'out of season'",
    is_active=False,
    source_type="admin",
)
_verb(
    "unhide",
    "Make a row active, and adopt it.",
    "unhide tags coffee --reason 'in season again'",
    is_active=True,
    source_type="admin",
)
_verb(
    "release",
    "Give a row back to the seed: the next one brings it to the source.",
    "release tags coffee --reason 'the source has the new icon'",
    source_type="seed",
)


@reference.command(epilog=examples("rename tags coffee speciality-coffee --reason 'what it is called now'"))
@click.argument("table")
@click.argument("old")
@click.argument("new")
@_edits
@click.pass_obj
def rename(
    tools: Toolbox,
    table: str,
    old: str,
    new: str,
    database_url: str,
    order: EditOrder,
    as_json: bool,
) -> None:
    """Give a row a new key; children and users' data follow.

    The source has to declare it; the line for its renames.json is printed.
    """
    done = run_on(
        tools, database_url, order.actor, lambda database: rename_reference(database, table, old, new, order)
    )
    print_json(done) if as_json else show_renamed(done)


@reference.command(epilog=examples("rollback --to 12 --reason 'the seed of today was wrong' --dry-run"))
@click.option("--to", "target", type=int, required=True, help="The version whose content to bring back.")
@click.option("--dry-run", is_flag=True, help="Do everything, then undo it.")
@_edits
@click.pass_obj
def rollback(
    tools: Toolbox,
    target: int,
    dry_run: bool,
    database_url: str,
    order: EditOrder,
    as_json: bool,
) -> None:
    """Bring the content of an earlier version back, as a new version.

    Rows that were not there become inactive, renames are undone, administrators' rows are as they were.
    """
    order = replace(order, dry_run=dry_run)
    done = run_on(
        tools, database_url, order.actor, lambda database: roll_back_reference(database, target, order)
    )
    print_json(done) if as_json else show_rolled_back(done)


@reference.command("new-epoch", epilog=examples("new-epoch --reason 'restored the backup of Friday'"))
@_edits
@click.pass_obj
def new_epoch(tools: Toolbox, database_url: str, order: EditOrder, as_json: bool) -> None:
    """Begin another line of versions, as must be done after a restore.

    The content stays; tokens of before are no longer known, so clients read everything anew.
    """
    began = run_on(tools, database_url, order.actor, lambda database: begin_epoch(database, order))
    print_json(began) if as_json else show_epoch(began)
