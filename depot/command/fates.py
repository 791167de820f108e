"""How a verb that takes in a file says what becomes of its rows: to people a summary, to machines the whole plan."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import click

from depot.command import saying
from depot.fates import Fate, Plan, RowFate

_MOST = 50
"""Rows that are told to a person one by one: somebody has to mend them one by one."""


def told(plan: Plan[Any], *, codes: Mapping[int, str], written: bool) -> dict[str, Any]:
    """Say a plan to a machine, every row with its fate.

    Args:
        codes: the codes that new rows have got by now, by row.
        written: whether anything was to be written.
    """
    counts = {fate.value: number for fate, number in plan.counts.items()}
    rows = [_row(row, codes.get(row.row, row.code)) for row in plan.rows]
    how = {"encoding": plan.encoding, "delimiter": plan.delimiter}
    return {**counts, "written": written, **how, "plan": rows}


def _row(row: RowFate[Any], code: str | None) -> dict[str, Any]:
    changes = [
        {"column": one.column, "before": one.before or None, "after": one.after or None}
        for one in row.changes
    ]
    flaws = [{"column": one.column or None, "what": one.what} for one in row.flaws]
    said = {"row": row.row, "fate": row.fate.value, "code": code, "note": row.note or None}
    return {**said, "changes": changes, "flaws": flaws}


def say(file: Path, plan: Plan[Any], what: str, *, would: bool, every: bool = False) -> None:
    """Say to a person how a file was understood, how many rows have which fate, and what changes.

    Args:
        what: what a row is, in one word: its plural ends in s.
        would: whether nothing was written.
        every: whether each row is told with its fate, in their order, and not only what changes.
    """
    how = f"{plan.encoding}, {plan.delimiter}" if plan.delimiter else plan.encoding
    fates = ", ".join(f"{number} {fate}" for fate, number in plan.counts.items())
    end = "nothing was written" if would else "taken in"
    saying.line(f"{file} ({how}): {saying.number(len(plan.rows), what)}: {fates}; {end}")
    if every:
        for row in plan.rows:
            saying.line(f"  row {row.row}: {_fate(row)}")
        return
    noted = [row for row in plan.rows if row.changes or row.note]
    for row in noted[:_MOST]:
        facts = [*map(str, row.changes), *([row.note] if row.note else [])]
        saying.line(f"  row {row.row}: {row.code}: {'; '.join(facts)}")
    _more(len(noted), err=False)


def _fate(row: RowFate[Any]) -> str:
    """Say a row's fate, which thing or line it is about as far as that is known, and all that goes with it."""
    about = f" {row.code}" if row.code else ""
    facts = [*map(str, row.changes), *map(str, row.flaws), *([row.note] if row.note else [])]
    return f"{row.fate}{about}" + (f": {'; '.join(facts)}" if facts else "")


def complain(file: Path, plan: Plan[Any]) -> None:
    """Name on standard error the rows that cannot be taken, and everything that is wrong with each."""
    refused = plan.having(Fate.REFUSED)
    number = saying.number(len(refused), "row")
    click.echo(f"depot: {file}: nothing was taken in; {number} cannot be", err=True)
    for row in refused[:_MOST]:
        for flaw in row.flaws:
            where = f"row {row.row}: " if row.row else ""
            click.echo(saying.printable(f"  {where}{flaw}"), err=True)
    _more(len(refused), err=True)


def _more(number: int, *, err: bool) -> None:
    if number > _MOST:
        click.echo(f"  ... and {number - _MOST} more rows; see --json", err=err)
