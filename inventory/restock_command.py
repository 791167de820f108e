"""The verb `depot restock`: levels, what to order, what was ordered, how many to own, what stands idle."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click
from sqlalchemy import Connection, select

from depot import clock, csv_file, settings
from depot.command import saying
from depot.command.given import line_of
from depot.command.people import at_shell
from depot.command.saying import as_json
from depot.fates import Fate, Plan
from depot.ledger import open_ledger
from depot.tables import depot
from depot.words import words_in
from inventory import names, papers, restock_papers, sizing
from inventory import restock as shelves
from inventory.restock import Level, No, Order, OrderState, Stock

WORDED: dict[No, str] = {
    No.NO_LINE: "the catalogue has no such line",
    No.OUT_OF_RANGE: f"wanted a number from 0 to {shelves.MOST}, of an order at least 1",
    No.BELOW_MINIMUM: "a target is no less than its minimum",
    No.NO_ORDER: "there is no such order; see: depot restock orders",
    No.ENDED: "this order has ended already",
    No.NOT_ENDED: "this order has not ended",
}


@click.group
def restock() -> None:
    """How many pieces there should be, what to order, what stands idle. Every number is in pieces."""


def _no(why: No, *, as_json: bool) -> int:
    if as_json:
        saying.document({"outcome": "refused", "reasons": [why.value]})
    else:
        saying.line(f"no: {WORDED[why]}")
    return 1


@restock.command
@click.argument("product")
@click.option(
    "--minimum", type=click.IntRange(0, shelves.MOST), help="Pieces that shall stand free at any time."
)
@click.option("--target", type=click.IntRange(0, shelves.MOST), help="Pieces to own in all.")
@click.option("--none", "none", is_flag=True, help="Take the level away.")
@as_json
def level(product: str, minimum: int | None, target: int | None, none: bool, as_json: bool) -> int:
    """Say how many pieces of PRODUCT this depot wants, or what was said."""
    now = clock.SystemClock().now()
    with open_ledger(settings.load()) as ledger:
        with ledger.reading() as conn:
            line = line_of(conn, product)
            before = shelves.level_of(conn, ledger.station, line)
        refused: No | None = None
        if none:
            ledger.perform(
                lambda conn, station: shelves.drop_level(conn, station, line, now=now, by=at_shell())
            )
        elif minimum is not None or target is not None:
            least = minimum if minimum is not None else (before.minimum if before else 0)
            most = target if target is not None else max(least, before.target if before else 0)
            refused = ledger.perform(
                lambda conn, station: shelves.set_level(
                    conn, station, line, minimum=least, target=most, now=now, by=at_shell()
                )
            )
        if refused is not None:
            return _no(refused, as_json=as_json)
        with ledger.reading() as conn:
            found = shelves.stock_of(conn, ledger.station, line, now=now)
    _tell(() if found is None else (found,), as_json=as_json)
    return 0


_COLUMNS = ("product", "free", "owned", "on_order", "minimum", "target", "to_order")


def _tell(lines: tuple[Stock, ...], *, as_json: bool) -> None:
    saying.listing(_COLUMNS, map(_row, lines), as_json=as_json)


def _row(one: Stock) -> dict[str, Any]:
    return {
        "product": one.product,
        "pieces": one.pieces,
        "counted": one.counted,
        "free": one.free,
        "owned": one.owned,
        "on_order": one.ordered,
        "minimum": one.minimum,
        "target": one.target,
        "to_order": one.to_order,
        "short": one.is_short,
    }


@restock.command("import")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--dry-run", is_flag=True, help="Only list every row's fate.")
@as_json
def import_(file: Path, dry_run: bool, as_json: bool) -> int:
    """Take levels from a CSV file with the columns product_code, minimum, target. All rows are written, or none."""
    now, data = clock.SystemClock().now(), csv_file.load(file)

    def do(conn: Connection, station: Any) -> Plan[Level]:
        planned = shelves.plan(conn, station, data)
        if not dry_run and not planned.is_refused:
            shelves.take_in(conn, station, planned, now=now, by=at_shell())
        return planned

    with open_ledger(settings.load()) as ledger:
        planned = ledger.perform(do)
    rows = [
        {
            "row": one.row,
            "product": one.code,
            "fate": one.fate.value,
            "what": [str(each) for each in (*one.changes, *one.flaws)],
        }
        for one in planned.rows
    ]
    written = not dry_run and not planned.is_refused
    if as_json:
        counts = {fate.value: number for fate, number in planned.counts.items()}
        saying.document({"written": written, "counts": counts, "rows": rows})
    else:
        saying.listing(("row", "product", "fate", "what"), rows, as_json=False)
        number = sum(planned.counts[fate] for fate in (Fate.NEW, Fate.CHANGED))
        saying.line(f"{saying.number(number, 'level')} {'written' if written else 'would be written'}")
    return int(planned.is_refused)


@restock.command("list")
@click.option("--all", "everything", is_flag=True, help="Every line, not only what is to be ordered.")
@click.option("--short", is_flag=True, help="Lines of which fewer stand free than their minimum.")
@click.option(
    "--out", type=click.Path(dir_okay=False, path_type=Path), help="Write it as a file: x.csv or x.pdf."
)
@click.option(
    "--language", type=click.Choice(settings.LANGUAGES), default="nb", show_default=True, help="Of the file."
)
@as_json
def list_(everything: bool, short: bool, out: Path | None, language: str, as_json: bool) -> int:
    """List what to order: lines of which fewer pieces are owned and ordered than their target."""
    if out is not None and out.suffix.lower() not in (".csv", ".pdf"):
        raise click.BadParameter("wanted a file that ends in .csv or .pdf", param_hint="--out")
    now = clock.SystemClock().now()
    with open_ledger(settings.load()) as ledger, ledger.reading() as conn:
        if short:
            lines = shelves.under_minimum(conn, ledger.station, now=now)
        else:
            look = shelves.stock if everything else shelves.to_order
            lines = look(conn, ledger.station, now=now)
        if out is not None:
            octets = _file(conn, lines, out, language, ledger.station, now)
            papers.keep(out.parent, out.name, octets)
    if out is not None and not as_json:
        saying.line(f"{saying.number(len(lines), 'line')} in {out}")
        return 0
    _tell(lines, as_json=as_json)
    return 0


def _file(
    conn: Connection, lines: tuple[Stock, ...], out: Path, language: str, station: Any, now: Any
) -> bytes:
    called = names.of_lines(conn, [one.product for one in lines], language)
    numbers = restock_papers.numbers_of(conn)
    if out.suffix.lower() == ".csv":
        return restock_papers.order_csv(lines, called, numbers)
    from inventory import typesetting

    here = conn.scalar(select(depot.c.name).where(depot.c.id == station.depot)) or ""
    told = restock_papers.order_list(
        words_in(language), lines, called, numbers, depot=here, today=station.today(now)
    )
    return typesetting.list_pdf(told)


@restock.command
@click.argument("product", required=False)
@click.argument("number", type=click.IntRange(1, shelves.MOST), required=False)
@as_json
def order(product: str | None, number: int | None, as_json: bool) -> int:
    """Note that NUMBER pieces of PRODUCT were ordered; without them, that the whole order list was."""
    now = clock.SystemClock().now()
    if (product is None) != (number is None):
        raise click.UsageError("wanted both a line and a number, or neither for the whole list")

    def do(conn: Connection, station: Any) -> tuple[str, ...] | No:
        if product is None:
            wanted = [(one.product, one.to_order) for one in shelves.to_order(conn, station, now=now)]
        else:
            wanted = [(line_of(conn, product), number or 0)]
        return shelves.order(conn, station, wanted, by=at_shell(), now=now)

    with open_ledger(settings.load()) as ledger:
        keys = ledger.perform(do)
    if isinstance(keys, No):
        return _no(keys, as_json=as_json)
    if as_json:
        saying.document({"orders": list(keys)})
    else:
        saying.line(f"{saying.number(len(keys), 'order')} noted")
    return 0


@restock.command
@click.option("--all", "everything", is_flag=True, help="Also what has come or was cancelled.")
@as_json
def orders(everything: bool, as_json: bool) -> None:
    """List what was ordered and has not come, the oldest first."""
    with open_ledger(settings.load()) as ledger, ledger.reading() as conn:
        rows = [_order(one) for one in shelves.orders(conn, ledger.station, everything=everything)]
    saying.listing(("order", "product", "pieces", "ordered_at", "state"), rows, as_json=as_json)


def _order(one: Order) -> dict[str, Any]:
    return {
        "order": one.key,
        "product": one.product,
        "pieces": one.pieces,
        "ordered_at": clock.iso(one.ordered_at),
        "state": one.state.value,
        "ended_at": clock.iso(one.ended_at) if one.ended_at else None,
    }


@restock.command
@click.argument("key")
@click.argument("pieces", type=click.IntRange(1, shelves.MOST), required=False)
@as_json
def received(key: str, pieces: int | None, as_json: bool) -> int:
    """Note that the order KEY has come, or PIECES of it; the rest stays on order. Receiving is `depot receive`."""
    return _end(key, OrderState.RECEIVED, pieces, as_json=as_json)


@restock.command
@click.argument("key")
@as_json
def cancel(key: str, as_json: bool) -> int:
    """Note that the order KEY will not come."""
    return _end(key, OrderState.CANCELLED, None, as_json=as_json)


@restock.command
@click.argument("key")
@as_json
def reopen(key: str, as_json: bool) -> int:
    """Take back that the order KEY has come or was cancelled."""
    with open_ledger(settings.load()) as ledger:
        refused = ledger.perform(lambda conn, _: shelves.reopen_order(conn, key))
    return _done(key, "ordered", refused, as_json=as_json)


def _end(key: str, how: OrderState, pieces: int | None, *, as_json: bool) -> int:
    now = clock.SystemClock().now()
    with open_ledger(settings.load()) as ledger:
        refused = ledger.perform(
            lambda conn, _: shelves.end_order(conn, key, how, by=at_shell(), now=now, pieces=pieces)
        )
    return _done(key, how.value, refused, as_json=as_json)


def _done(key: str, state: str, refused: No | None, *, as_json: bool) -> int:
    if refused is not None:
        return _no(refused, as_json=as_json)
    if as_json:
        saying.document({"order": key, "outcome": state})
    else:
        saying.line(f"{key}  {state}")
    return 0


@restock.command
@click.argument("product")
@click.option(
    "--weeks", type=click.IntRange(1, 520), default=sizing.WEEKS, show_default=True, help="Of measuring."
)
@click.option(
    "--service",
    type=click.FloatRange(0, 99.9),
    default=100 * sizing.SERVICE,
    show_default=True,
    help="How many per cent of requests shall be met at once.",
)
@click.option(
    "--delivery",
    type=click.IntRange(1, 104),
    default=sizing.DELIVERY_WEEKS,
    show_default=True,
    help="Weeks that a delivery takes; of counted lines.",
)
@as_json
def size(product: str, weeks: int, service: float, delivery: int, as_json: bool) -> int:
    """Calculate how many pieces of PRODUCT to own, and show from what."""
    now = clock.SystemClock().now()
    with open_ledger(settings.load()) as ledger, ledger.reading() as conn:
        line = line_of(conn, product)
        demand = sizing.demand_for(conn, ledger.station, line, weeks=weeks, now=now)
        there = shelves.stock_of(conn, ledger.station, line, now=now)
    if demand is None or there is None:
        return _no(No.NO_LINE, as_json=as_json)
    told = sizing.answer(demand, service=service / 100, delivery_weeks=delivery)
    row = {
        "product": line,
        "weeks": round(demand.weeks, 1),
        "lent": demand.lent,
        "unmet_holds": demand.unmet_holds,
        "refused": demand.refused,
        "requests_a_week": round(demand.per_week, 3),
        "loan_days": round(demand.loan_days, 1),
        "median_days": None if demand.median_days is None else round(demand.median_days, 1),
        "ended": demand.ended,
        "turnaround_days": round(demand.turnaround_days, 1),
        "returns": demand.returns,
        "away_on_average": round(demand.load, 2),
        "service": round(told.service, 4),
        "to_own": told.to_own,
        "unmet": round(told.unmet, 4),
        "owned": there.owned,
    }
    if as_json:
        saying.document(row)
        return 0
    for name, value in row.items():
        saying.line(f"{name.replace('_', ' ')}: {saying.printable(value)}")
    return 0


@restock.command
@click.option(
    "--days",
    type=click.IntRange(1, 3650),
    default=shelves.IDLE_DAYS,
    show_default=True,
    help="How long it has stood free.",
)
@as_json
def idle(days: int, as_json: bool) -> None:
    """List what has stood free for so many days; lines that nobody has asked for come first."""
    now = clock.SystemClock().now()
    with open_ledger(settings.load()) as ledger, ledger.reading() as conn:
        rows = [
            {
                "product": one.product,
                "number": len(one.items),
                "days": one.days,
                "asked_for": one.asked_for,
                "items": list(one.items),
            }
            for one in shelves.idle(conn, ledger.station, days=days, now=now)
        ]
    saying.listing(("product", "number", "days", "asked_for", "items"), rows, as_json=as_json)
