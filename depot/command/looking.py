"""`depot find` and the lists. They read and write nothing, so they need no turn at the ledger."""

from __future__ import annotations

import contextlib
import uuid
from collections.abc import Iterator
from dataclasses import asdict
from datetime import date

import click
from sqlalchemy import Connection

from depot import calendar, clock, finding, lists, settings
from depot.command import saying
from depot.command.given import asked_item, line_of, shelf_code
from depot.command.saying import as_json
from depot.ledger import SCHEMA, open_ledger
from depot.sqlite import read_only, schema_of
from depot.states import Fact, State

_ITEM = click.option("--item", help="Only this item: its code or eight digits.")
_PRODUCT = click.option("--product", help="Only this line: WLK-01, or the code on its shelf label.")


@contextlib.contextmanager
def _ledger() -> Iterator[Connection]:
    """Look at the ledger; one that an older version left behind is brought up to date first."""
    chosen = settings.load()
    if chosen.ledger_file.exists() and schema_of(chosen.ledger_file) != SCHEMA:
        open_ledger(chosen).close()
    with read_only(chosen.ledger_file) as conn:
        yield conn


def _today() -> date:
    return calendar.local_day(clock.SystemClock().now(), settings.load().time_zone)


@click.command
@click.argument("text", nargs=-1, required=True)
@as_json
def find(text: tuple[str, ...], as_json: bool) -> None:
    """Say what a code or words mean here: a thing, a shelf, a line of the catalogue. Never a person."""
    with _ledger() as conn:
        found = finding.find(conn, " ".join(text))
    if as_json:
        saying.document(asdict(found))
        return
    saying.line(f"{found.kind}: {found.meaning}")
    if found.match and "code" in found.match[0]:
        saying.listing(list(found.match[0]), found.match, as_json=False)


@click.command
@_PRODUCT
@click.option(
    "--state",
    "states",
    multiple=True,
    type=click.Choice([str(one) for one in State]),
    help="Only in this state.",
)
@click.option("--shelf", help="Only on this shelf: its name (B2) or its code.")
@click.option("--free", is_flag=True, help="Only what anybody could borrow without staff now.")
@as_json
def items(product: str | None, states: tuple[str, ...], shelf: str | None, free: bool, as_json: bool) -> None:
    """List the labelled things: what each is, its state and its place."""
    columns = ("code", "product", "name", "state", "depot", "shelf", "self_service")
    with _ledger() as conn:
        line = line_of(conn, product) if product else None
        on_shelf = shelf_code(shelf) if shelf else None
        rows = lists.items(conn, line=line, states=states, on_shelf=on_shelf, free=free, today=_today())
        saying.listing(columns, rows, as_json=as_json)


@click.command
@_ITEM
@_PRODUCT
@click.option("--open/--closed", "still_open", default=None, help="Only open loans, or only ended ones.")
@click.option("--late", is_flag=True, help="Only open loans past their due date.")
@as_json
def loans(item: str | None, product: str | None, still_open: bool | None, late: bool, as_json: bool) -> None:
    """List loans, the oldest first. Never tells whose they are."""
    columns = ("item", "product", "out_at", "due", "returned_at", "ended", "flags", "key")
    late_on = _today() if late else None
    with _ledger() as conn:
        line = line_of(conn, product) if product else None
        code = asked_item(item)
        rows = lists.loans(conn, code=code, line=line, still_open=still_open, late_on=late_on)
        saying.listing(columns, rows, as_json=as_json)


@click.command
@click.option("--free", is_flag=True, help="Only lines of which a piece stands free.")
@click.option("--notes", is_flag=True, help="List the safety notes instead, and who has yet to read them.")
@as_json
def products(free: bool, notes: bool, as_json: bool) -> None:
    """List the lines of the catalogue, with how many pieces stand free and how many there are."""
    if free and notes:
        raise click.UsageError("--free and --notes are two different lists")
    columns = ("code", "name", "iso9999", "free", "total", "loan_days", "self_service", "counted", "label")
    with _ledger() as conn:
        if notes:
            _say_notes(lists.notes(conn), as_json=as_json)
            return
        saying.listing(columns, lists.products(conn, free=free, today=_today()), as_json=as_json)


def _say_notes(rows: Iterator[lists.Row], *, as_json: bool) -> None:
    """Say the notes; to a person, in so many words whether a therapist has read them."""
    if not as_json:
        words = {True: "reviewed by a therapist", False: "not yet reviewed by a therapist"}
        rows = ({**row, "reviewed": words[row["reviewed"]]} for row in rows)
    saying.listing(("product", "language", "reviewed", "note"), rows, as_json=as_json)


@click.command
@_ITEM
@click.option("--deed", type=click.UUID, help="Only the events of this deed.")
@click.option("--kind", type=click.Choice([str(one) for one in Fact]), help="Only what happened so.")
@click.option("--last", type=click.IntRange(min=1), help="Only the newest so many.")
@as_json
def events(
    item: str | None, deed: uuid.UUID | None, kind: str | None, last: int | None, as_json: bool
) -> None:
    """List what happened, in its order. Never tells to whom."""
    columns = ("seq", "at", "kind", "item", "deed", "key")
    with _ledger() as conn:
        rows = lists.events(
            conn, code=asked_item(item), deed=str(deed) if deed else None, kind=kind, last=last
        )
        saying.listing(columns, rows, as_json=as_json)
