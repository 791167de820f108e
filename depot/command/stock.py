"""`depot product`, `item`, `shelf` and `done`: the catalogue, what stands on the shelves, and its upkeep."""

from __future__ import annotations

from functools import partial
from pathlib import Path

import click
from sqlalchemy import Connection, select

from depot import catalogue, clock, lists, settings, stock, tables
from depot.command import saying
from depot.command.given import Words, item_of, line_of, shelf_of
from depot.command.logs import masked
from depot.command.saying import as_json
from depot.command.wording import telling
from depot.errors import ImportRefused
from depot.ledger import open_ledger
from depot.outcomes import Outcome, Reason, Refused
from depot.station import Station
from depot.stock import Arrival


@click.group
def product() -> None:
    """The lines of the catalogue."""


@product.command("import")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--dry-run", is_flag=True, help="Read and check the file, and write nothing.")
@as_json
def import_(file: Path, dry_run: bool, as_json: bool) -> int:
    """Take in lines from a CSV file: all of them, or with a single wrong row none."""
    try:
        lines = catalogue.read_file(file)
    except ImportRefused as refused:
        return _not_imported(file, refused)
    with open_ledger(settings.load()) as ledger:
        if dry_run:
            with ledger.reading() as conn:
                new = len({one.code for one in lines} - set(conn.scalars(select(tables.product.c.code))))
        else:
            new, _ = ledger.perform(
                lambda conn, _: catalogue.store(conn, lines, now=clock.SystemClock().now())
            )
    if as_json:
        saying.document({"lines": len(lines), "new": new, "written": not dry_run})
    else:
        would = "would be " if dry_run else ""
        saying.line(f"{len(lines)} lines, {new} of them new, {would}taken in from {file}")
    return 0


def _not_imported(file: Path, refused: ImportRefused) -> int:
    """Name the rows that cannot be taken, the first twenty of them: somebody has to mend them one by one."""
    click.echo(f"depot: {file}: nothing was taken in; {len(refused.rows)} things are wrong with it", err=True)
    for number, what in refused.rows[:20]:
        click.echo(saying.printable(f"  row {number}: {what}" if number else f"  {what}"), err=True)
    return 1


@click.group
def shelf() -> None:
    """The shelves of this depot."""


@shelf.command("add")
@click.argument("name", type=Words(40))
@as_json
def add_shelf(name: str, as_json: bool) -> int:
    """Put a shelf up. NAME is what its sign says, e.g. "B2"."""
    with open_ledger(settings.load()) as ledger:
        with ledger.reading() as conn:
            there = lists.shelves(conn, name)
        code = (
            there[0]
            if there
            else ledger.perform(
                lambda conn, station: stock.add_shelf(conn, station, name=name, now=clock.SystemClock().now())
            )
        )
    if as_json:
        saying.document({"code": code, "name": name, "outcome": "already" if there else "added"})
    else:
        saying.line(f"{code}  {name}{' is there already' if there else ''}")
    return 0


@click.group
def item() -> None:
    """The labelled pieces."""


@item.command
@click.argument("product")
@click.argument("number", type=click.IntRange(1, 500))
@click.option("--shelf", help="Put them on this shelf at once, so that they can be lent: its name or code.")
@click.option("--code", help="Bind this printed label (one piece).")
@click.option("--serial", type=Words(60), help="The maker's serial number (one piece).")
@click.option("--lot", type=Words(60), help="The maker's lot.")
@as_json
def receive(
    product: str,
    number: int,
    shelf: str | None,
    code: str | None,
    serial: str | None,
    lot: str | None,
    as_json: bool,
) -> int:
    """Take NUMBER new pieces of a line into the ledger. Says each one's code, which its label shall carry."""
    if number > 1 and (code or serial):
        raise click.UsageError("--code and --serial are one piece's; got NUMBER " + str(number))
    label = _unused(code) if code else None
    with open_ledger(settings.load()) as ledger:
        with ledger.reading() as conn:
            line, where = line_of(conn, product), shelf_of(conn, shelf) if shelf else None
            _must_be_labelled(conn, line)

        def arrive(conn: Connection, station: Station) -> Outcome:
            _must_be_free(conn, label)
            now = clock.SystemClock().now()
            new = stock.receive(
                conn, station, line=line, now=now, code=label, arrival=Arrival(serial=serial, lot=lot)
            )
            if where is None:
                return new
            return stock.shelve(conn, station, item=new.item, shelf=where, now=now)

        with telling(ledger, as_json=as_json) as tell:
            for _ in range(number):
                outcome = ledger.perform(arrive)
                tell(outcome.item, outcome)
    return 0


def _must_be_labelled(conn: Connection, line: str) -> None:
    if conn.scalar(select(tables.product.c.counted).where(tables.product.c.code == line)):
        raise click.BadParameter(f"{line} is counted, not labelled; see: depot quantity receive")


def _unused(text: str) -> str:
    code = item_of(text)
    if isinstance(code, Reason):
        raise click.BadParameter(f"{text!r} is not an item's code or its eight digits", param_hint="--code")
    return code


def _must_be_free(conn: Connection, code: str | None) -> None:
    if code and conn.scalar(select(tables.item.c.code).where(tables.item.c.code == code)):
        raise click.BadParameter(f"{code} is another piece's label", param_hint="--code")


@click.command
@click.argument("items", nargs=-1, required=True, metavar="ITEM...")
@as_json
def done(items: tuple[str, ...], as_json: bool) -> int:
    """Say that the next job of each thing is done: cleaning, inspection, repair or quarantine."""
    refused = False
    with open_ledger(settings.load()) as ledger, telling(ledger, as_json=as_json) as tell:
        for text in items:
            code = item_of(text)
            if isinstance(code, Reason):
                outcome: Outcome = Refused(item="", reasons=(code,))
            else:
                outcome = ledger.perform(partial(_done, code))
            tell(masked(text) if isinstance(code, Reason) else code, outcome)
            refused |= isinstance(outcome, Refused)
    return int(refused)


def _done(code: str, conn: Connection, station: Station) -> Outcome:
    return stock.done(conn, station, item=code, now=clock.SystemClock().now())
