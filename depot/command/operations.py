"""`depot init`, `check`, `rebuild`, `backup` and `restore`: the ledger as a whole."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path

import click

from depot import checking, clock, keeping, projection, settings
from depot.command import saying
from depot.command.given import Words
from depot.command.saying import as_json
from depot.ledger import open_ledger

_FILE = click.Path(dir_okay=False, path_type=Path)


@click.command
@click.option(
    "--demo", is_flag=True, help="Make a practice depot: 44 lines, 215 things, fixed codes, invented people."
)
@click.option("--name", type=Words(60), default="Depot", show_default=True, help="The depot's name.")
@click.option("--station", type=Words(20), default="K1", show_default=True, help="This machine's name.")
@click.option(
    "--series",
    type=click.IntRange(0, 9999),
    default=1,
    show_default=True,
    help="The four digits that this station's codes begin with; give other stations numbers a hundred away.",
)
@as_json
def init(demo: bool, name: str, station: str, series: int, as_json: bool) -> None:
    """Make a ledger where the settings say, or bring the one that is there up to date.

    A ledger that is there is never emptied, with or without --demo.
    """
    chosen, now = settings.load(), clock.SystemClock().now()
    made = not chosen.ledger_file.exists() and keeping.make(
        chosen, now=now, demo=demo, name=name, station_name=station, first_series=series
    )
    with open_ledger(chosen) as ledger, ledger.reading() as conn:
        practice = keeping.is_practice(conn)
    if as_json:
        outcome = "made" if made else "already"
        saying.document({"ledger": str(chosen.ledger_file), "outcome": outcome, "practice": practice})
        return
    kind = "a practice ledger" if practice else "a ledger"
    saying.line(
        f"{kind} {'was made' if made else 'is there already, and was left as it is'}: {chosen.ledger_file}"
    )


@click.command
@as_json
def check(as_json: bool) -> int:
    """Check every invariant of the ledger, also of one too damaged to be opened. Writes nothing."""
    report = checking.check(settings.load().ledger_file)
    if as_json:
        saying.document({"ok": report.ok} | asdict(report))
        return int(not report.ok)
    for one in report.broken:
        saying.line(f"broken: {one.what} ({one.where})")
    found = len(report.broken)
    sound = "the ledger is sound" if report.ok else f"{found} thing{'s are' if found > 1 else ' is'} broken"
    saying.line(f"{sound}: {report.events} events, {report.items} items, {report.loans} loans")
    if report.discrepancies:
        wait = "discrepancy waits" if report.discrepancies == 1 else "discrepancies wait"
        saying.line(f"{report.discrepancies} {wait} for a person to decide")
    return int(not report.ok)


@click.command
@as_json
def rebuild(as_json: bool) -> None:
    """Derive what the events say anew, and put right what differs. Nothing else can write meanwhile."""
    with open_ledger(settings.load()) as ledger:
        differed = ledger.perform(lambda conn, _: projection.rebuild(conn))
    if as_json:
        saying.document({"changed": [{"what": what, "where": where} for what, where in differed]})
        return
    for what, where in differed:
        saying.line(f"put right: {what} ({where})")
    saying.line(
        "the tables were as the events say" if not differed else f"{len(differed)} rows were put right"
    )


@click.command
@click.argument("file", type=_FILE)
@as_json
def backup(file: Path, as_json: bool) -> None:
    """Write a copy of the ledger to FILE, while it is in use. FILE must not be there yet."""
    held = keeping.backup(settings.load(), file)
    if as_json:
        saying.document({"file": str(file), **asdict(held)})
    else:
        saying.line(f"{file} holds {_said(held)}")


@click.command
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--replace", is_flag=True, help="Move the ledger that is there aside; it is never deleted.")
@click.option("--station", type=Words(20), help="This machine's name; the old station's by default.")
@as_json
def restore(file: Path, replace: bool, station: str | None, as_json: bool) -> None:
    """Put the backup FILE where the settings say, as a new station that goes on from it."""
    chosen, now = settings.load(), clock.SystemClock().now()
    restored = keeping.restore(chosen, file, now=now, replace_it=replace, station_name=station)
    aside = str(restored.aside) if restored.aside else None
    if as_json:
        told = {"ledger": str(chosen.ledger_file), "station": restored.station, "aside": aside}
        saying.document(told | asdict(restored.held))
        return
    saying.line(f"restored to {chosen.ledger_file}: {_said(restored.held)}")
    if aside:
        saying.line(f"the ledger that was there is now {aside}")


def _said(held: keeping.Held) -> str:
    newest = f", the newest of {held.newest}" if held.newest else ""
    return f"{held.events} events{newest}; {held.items} items, {held.loans} loans"
