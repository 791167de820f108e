"""`depot product`, `item`, `shelf` and `done`: the catalogue, what stands on the shelves, and its upkeep."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping, Sequence
from functools import partial
from pathlib import Path
from typing import Any, TypeVar

import click
from sqlalchemy import Connection, select

from depot import catalogue, clock, csv_file, intake, item_file, line_file, lists, settings, stock, tables
from depot.command import fates, saying
from depot.command.given import Words, item_of, line_of, shelf_of
from depot.command.logs import masked
from depot.command.saying import as_json
from depot.command.wording import telling
from depot.errors import ImportRefused
from depot.fates import Fate, Plan, RowFate
from depot.item_file import Piece
from depot.ledger import Ledger, open_ledger
from depot.outcomes import Outcome, Reason, Refused
from depot.station import Station
from depot.stock import Arrival

_Row = TypeVar("_Row", bound=Mapping[str, Any])
_FILE = click.Path(exists=True, dir_okay=False, path_type=Path)
_dry_run = click.option("--dry-run", is_flag=True, help="Tell every row's fate, and write nothing.")
_PAUSE = 0.0002
"""Seconds between two commits of a long file: whoever writes on and on lets others in."""
_out = click.option(
    "--out", type=click.Path(dir_okay=False, path_type=Path), help="Into this file, which must be a new one."
)


@click.group
def product() -> None:
    """The lines of the catalogue."""


@product.command("import")
@click.argument("file", type=_FILE)
@_dry_run
@as_json
def import_(file: Path, dry_run: bool, as_json: bool) -> int:
    """Take in lines from a CSV file: all of them, or with a single wrong row none."""
    data = csv_file.load(file, catalogue.BIGGEST)
    with open_ledger(settings.load()) as ledger:
        with ledger.reading() as conn:
            plan = line_file.plan(conn, data)
        writes = not (dry_run or plan.is_refused)
        lines = [row.what for row in plan.rows if row.fate in (Fate.NEW, Fate.CHANGED) and row.what]
        if writes and lines:
            ledger.perform(lambda conn, _: catalogue.store(conn, lines, now=clock.SystemClock().now()))
    if as_json:
        saying.document({"lines": len(plan.rows), **fates.told(plan, codes={}, written=writes)})
    return _end(file, plan, "line", writes=writes, dry_run=dry_run, as_json=as_json)


def _end(file: Path, plan: Plan[Any], what: str, *, writes: bool, dry_run: bool, as_json: bool) -> int:
    """Say to people what became of a file; the exit status."""
    if not as_json and (writes or dry_run):
        fates.say(file, plan, what, would=not writes, every=dry_run)
    if plan.is_refused:
        fates.complain(file, plan)
    return int(plan.is_refused)


@product.command("export")
@_out
@as_json
def export_lines(out: Path | None, as_json: bool) -> int:
    """Write the lines as a CSV file that can be taken in again."""
    with open_ledger(settings.load()) as ledger, ledger.reading() as conn:
        rows = list(line_file.rows(conn))
    return _hand_out(rows, line_file.written, out, as_json=as_json)


def _hand_out(
    rows: Sequence[_Row], written: Callable[[Sequence[_Row]], bytes], out: Path | None, *, as_json: bool
) -> int:
    """Write a file, which must not be there yet, or the same to standard output."""
    if out is not None:
        with out.open("xb") as file:
            file.write(written(rows))
        if as_json:
            saying.document({"file": str(out), "rows": len(rows)})
        else:
            saying.line(f"{saying.number(len(rows), 'row')} written to {out}")
    elif as_json:
        saying.document(rows)
    else:
        click.echo(written(rows), nl=False)
    return 0


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


@item.command("import")
@click.argument("file", type=_FILE)
@_dry_run
@as_json
def import_items(file: Path, dry_run: bool, as_json: bool) -> int:
    """Take in pieces from a CSV file: all of them, or with a single wrong row none."""
    data = csv_file.load(file)
    codes: dict[int, str] = {}
    with open_ledger(settings.load()) as ledger:
        with ledger.reading() as conn:
            plan = item_file.plan(conn, ledger.station, data, now=clock.SystemClock().now())
        writes = not (dry_run or plan.is_refused)
        if writes:
            _take_in(ledger, plan, codes)
    if as_json:
        saying.document({"items": len(plan.rows), **fates.told(plan, codes=codes, written=writes)})
    return _end(file, plan, "item", writes=writes, dry_run=dry_run, as_json=as_json)


def _take_in(ledger: Ledger, plan: Plan[Piece], codes: dict[int, str]) -> None:
    """Write a plan, a few rows a commit, with a pause in which other writers get their turn."""

    def some(rows: Sequence[RowFate[Piece]], conn: Connection, station: Station) -> dict[int, str]:
        return intake.take_in(conn, station, rows, now=clock.SystemClock().now())

    for rows in intake.batches(plan):
        try:
            codes |= ledger.perform(partial(some, rows))
        except ImportRefused as changed:
            hint = f"{saying.number(len(codes), 'row')} written before it; take the same file in again"
            raise ImportRefused(((changed.rows[0][0], f"{changed.rows[0][1]}; {hint}"),)) from changed
        time.sleep(_PAUSE)


@item.command("export")
@click.option("--product", help="Only pieces of this line.")
@_out
@as_json
def export_items(product: str | None, out: Path | None, as_json: bool) -> int:
    """Write the pieces as a CSV file that can be taken in again."""
    with open_ledger(settings.load()) as ledger, ledger.reading() as conn:
        line = line_of(conn, product) if product else None
        rows = list(item_file.rows(conn, ledger.station, line))
    return _hand_out(rows, item_file.written, out, as_json=as_json)


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
