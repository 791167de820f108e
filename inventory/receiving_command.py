"""The verb `depot receive`: a delivery at a shell, or with a scanner that types into one."""

from __future__ import annotations

import re
import sys
from collections.abc import Callable, Iterator
from datetime import date, datetime
from pathlib import Path
from typing import Any

import click
from sqlalchemy import Connection, select

from depot import codes, settings
from depot.clock import SystemClock
from depot.codes import Gtin, ItemCode, Udi
from depot.command import saying
from depot.command.given import Words, asked_item, line_of, shelf_of
from depot.command.logs import masked
from depot.command.people import at_shell
from depot.command.saying import as_json
from depot.ledger import Ledger, open_ledger
from depot.outcomes import Refused
from depot.settings import Settings
from depot.station import Station
from depot.tables import desk_work, item, shelf
from inventory import deliveries, identifiers, receiving
from inventory.deliveries import Delivery, How
from inventory.identifiers import Binding, Number
from inventory.money import ore_of
from inventory.receiving import Answer, No, Told, Wanted

WORDED: dict[No, str] = {
    No.NO_LINE: "the catalogue has no such line",
    No.COUNTED: "its pieces are counted, not labelled; see: depot quantity receive",
    No.NO_SHELF: "no shelf of this depot is called so",
    No.NUMBER: f"wanted 1 to {receiving.MOST} pieces",
    No.FEWER_THAN_DONE: "more than that stand on the shelf already",
    No.SERIALS: "wanted a serial number for each piece, none of them twice, none another piece's",
    No.NO_DELIVERY: "there is no such delivery; see: depot receive status",
}
SAID: dict[Told, str] = {
    Told.SHELVED: "on the shelf",
    Told.BOUND: "bound, and on the shelf",
    Told.ALREADY: "is on the shelf already",
    Told.OTHER_LINE: "no: it is of another line",
    Told.NOT_THESE: "no: it is not of this delivery",
    Told.ON_LOAN: "no: it is on loan; depot return takes it home",
    Told.USED_UP: "no: this label is used up; throw it away",
    Told.UNUSED: "no: no piece has this label, and this delivery's are printed",
    Told.ENOUGH: "no: all pieces of the delivery have their label; see: depot receive number",
    Told.GIVEN: "the maker's number is noted",
    Told.NO_NUMBER: "no: this label says neither serial number nor lot",
    Told.WAITS: "the maker's number is the next label's",
    Told.RIGHT_LINE: "the right product",
    Told.NOT_PARTED: "no: the right product, but its numbers run into each other: this scanner sends no separators (GS)",
    Told.NEW_NUMBER: "no: nobody has said which line this number is; see: depot receive bind",
    Told.SERIAL_TAKEN: "no: another piece of the line has this serial number",
}
_FINE = frozenset({Told.SHELVED, Told.BOUND, Told.ALREADY, Told.GIVEN, Told.WAITS, Told.RIGHT_LINE})
_DAY = re.compile(r"([0-9]{4})-([0-9]{2})-([0-9]{2})", re.ASCII)


class _Verbs(click.Group):
    """`depot receive WLK-06 24` begins a delivery; `depot receive scan` and the like go on with it."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """Take what is no verb for a line of the catalogue."""
        if args and not args[0].startswith("-") and args[0] not in self.commands:
            args = ["new", *args]
        return super().parse_args(ctx, args)


@click.group(cls=_Verbs)
def receive() -> None:
    """Receive new pieces: depot receive WLK-06 24 --shelf A1, then scan each label that is glued on."""


# --- a delivery ---


def _price(_: click.Context, __: click.Parameter, text: str | None) -> int | None:
    if text is None:
        return None
    ore = ore_of(text)
    if ore is None:
        raise click.BadParameter("wanted an amount such as 1299 or 1299,50")
    return ore


def _day(_: click.Context, __: click.Parameter, text: str | None) -> date | None:
    if text is None:
        return None
    said = _DAY.fullmatch(text)
    try:
        return date(int(said[1]), int(said[2]), int(said[3])) if said else date.fromisoformat("")
    except ValueError:
        raise click.BadParameter("wanted a day such as 2026-11-24") from None


_PRINTER = click.option(
    "--printer", help="Leave the labels to the press, on this [[printer]] of the settings."
)


def _must_be_there(chosen: Settings, printer: str | None) -> None:
    if printer is not None and chosen.printer(printer) is None:
        names = ", ".join(one.name for one in chosen.printers) or "there is none"
        raise click.BadParameter(f"no [[printer]] is called {printer!r} ({names})", param_hint="--printer")


@receive.command("new")
@click.argument("product")
@click.argument("number", type=click.IntRange(1, receiving.MOST))
@click.option("--shelf", required=True, help="Where they will stand: the shelf's name or code.")
@click.option("--owner", type=Words(receiving.LONGEST_OWNER), help="Whose they are; else as the last ones.")
@click.option("--price", callback=_price, help="Of one piece, such as 1299,50; else as the last ones.")
@click.option("--on", callback=_day, help="The day of their arrival, such as 2026-11-24; else today.")
@click.option(
    "--serials",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="Makers' serial numbers, one a line, one for each piece.",
)
@click.option("--bind", is_flag=True, help="Bind labels that are printed already, by scanning them.")
@click.option(
    "--print", "labels", is_flag=True, help="Leave the labels to the press, on the station's printer."
)
@_PRINTER
@as_json
def new(product: str, number: int, shelf: str, serials: Path | None, as_json: bool, **said: Any) -> int:
    """Begin a delivery of NUMBER pieces of PRODUCT; says its key, and the codes that its labels bear."""
    labels = said["labels"] or said["printer"] is not None
    if said["bind"] and (labels or serials):
        raise click.UsageError("--bind takes labels that are printed already: not with --print, --serials")
    numbers, chosen = _serials(serials) if serials else (), settings.load()
    _must_be_there(chosen, said["printer"])
    with open_ledger(chosen) as ledger:
        now, on = SystemClock().now(), said["on"]
        if on is not None and on > ledger.station.today(now):
            raise click.BadParameter("nothing has arrived on a day that is still to come", param_hint="--on")
        with ledger.reading() as conn:
            line, where = line_of(conn, product), shelf_of(conn, shelf)
            last = deliveries.before(conn, line)
        how = How.BIND if said["bind"] else How.PRINT
        price = last.price_ore if said["price"] is None else said["price"]
        owner = said["owner"] or last.owner
        wanted = Wanted(line, number, where, how, owner, price, on, labels, said["printer"], numbers)
        key = ledger.perform(
            lambda conn, station: receiving.begin(conn, station, wanted, by=at_shell(), now=now)
        )
        if isinstance(key, No):
            raise click.UsageError(WORDED[key])
        _mint(ledger, key)
        _tell(ledger, key, as_json=as_json)
    return 0


def _mint(ledger: Ledger, key: str) -> None:
    """Mint what a delivery lacks, a few codes a commit."""
    now = SystemClock().now()
    while ledger.perform(lambda conn, station: receiving.mint(conn, station, key, now=now)):
        pass


def _serials(file: Path) -> tuple[str, ...]:
    try:
        lines = [one.strip() for one in file.read_text("utf-8-sig").splitlines()]
    except UnicodeDecodeError:
        raise click.BadParameter("the file is not UTF-8", param_hint="--serials") from None
    wrong = [number for number, one in enumerate(lines, 1) if one and not receiving.is_number(one)]
    if wrong:
        raise click.BadParameter(f"line {wrong[0]} is no serial number", param_hint="--serials")
    return tuple(one for one in lines if one)


def _tell(ledger: Ledger, key: str, *, as_json: bool) -> None:
    with ledger.reading() as conn:
        delivery = deliveries.find(conn, key)
        told = _told(conn, delivery) if delivery is not None else {}
    if as_json:
        saying.document(told)
        return
    saying.line(f"{key}  {told['product']}: {told['done']} of {told['of']} on {told['shelf']}")
    for piece in told["items"]:
        serial = f"  {piece['serial']}" if piece["serial"] else ""
        saying.line(f"{piece['code']}  {piece['state'].replace('_', ' ')}{serial}")


def _told(conn: Connection, delivery: Delivery) -> dict[str, Any]:
    return {
        **_row(conn, delivery),
        "owner": delivery.owner,
        "price_ore": delivery.price_ore,
        "received_on": delivery.on,
        "items": [
            {
                "code": one.code,
                "state": one.state.value,
                "shelf": one.shelf,
                "serial": one.serial,
                "lot": one.lot,
            }
            for one in deliveries.pieces(conn, delivery.key)
        ],
    }


def _row(conn: Connection, delivery: Delivery) -> dict[str, Any]:
    return {
        "delivery": delivery.key,
        "product": delivery.line,
        "done": delivery.done,
        "of": delivery.of,
        "shelf": conn.scalar(select(shelf.c.name).where(shelf.c.code == delivery.shelf)),
        "labels": delivery.how.value,
        "ended": delivery.ended,
    }


@receive.command()
@click.argument("delivery", required=False)
@as_json
def status(delivery: str | None, as_json: bool) -> int:
    """List the deliveries that are not done; of one, by its key or the beginning of it, every piece."""
    with open_ledger(settings.load()) as ledger:
        if delivery is not None:
            _tell(ledger, _key(ledger, delivery), as_json=as_json)
            return 0
        with ledger.reading() as conn:
            rows = [_row(conn, one) for one in deliveries.open_ones(conn, ledger.station)]
    saying.listing(("delivery", "product", "done", "of", "shelf", "labels"), rows, as_json=as_json)
    return 0


def _key(ledger: Ledger, text: str | None) -> str:
    """Find a delivery by its key or the beginning of it; without, the only one that is not done.

    Raises:
        click.UsageError: there is none such, or several.
    """
    with ledger.reading() as conn:
        if text is None:
            found = [one.key for one in deliveries.open_ones(conn, ledger.station)]
        else:
            begins = desk_work.c.key.startswith(text.strip().lower(), autoescape=True)
            asked = select(desk_work.c.key).where(begins, desk_work.c.kind == deliveries.KIND)
            found = [str(one) for one in conn.scalars(asked)] if text.strip() else []
    if len(found) != 1:
        several = "say which: --delivery KEY; see: depot receive status"
        raise click.UsageError(several if found else WORDED[No.NO_DELIVERY])
    return found[0]


_DELIVERY = click.option("--delivery", help="Its key or the beginning of it; else the only one not done.")


@receive.command("scan")
@click.argument("scans", nargs=-1)
@click.option("--stdin", is_flag=True, help="Read the scans from standard input, a line each.")
@_DELIVERY
@as_json
def scan(scans: tuple[str, ...], stdin: bool, delivery: str | None, as_json: bool) -> int:
    """Take scans in their order: our labels, each glued on, and the makers' (UDI) before or after them."""
    wrong = False
    with open_ledger(settings.load()) as ledger:
        key = _key(ledger, delivery)
        rows = []
        for text in (*scans, *(_lines() if stdin else ())):
            answer = _scanned(ledger, key, text)
            wrong |= answer is None or answer.told not in _FINE
            row = _answered(text, answer)
            rows.append(row)
            if not as_json:
                saying.line(f"{row['scan']}  {row['said']}")
    if as_json:
        saying.document({"delivery": key, "scans": rows})
    return int(wrong)


def _lines() -> Iterator[str]:
    return (line.strip() for line in sys.stdin if line.strip())


def _scanned(ledger: Ledger, key: str, text: str) -> Answer | None:
    """Take one scan, in a commit of its own; None for what is neither a label of ours nor a maker's."""
    now = SystemClock().now()
    read = codes.parse_typed(text, expect=codes.Kind.ITEM)
    if isinstance(read, Gtin | Udi):
        return ledger.perform(lambda conn, _: receiving.read_maker(conn, key, read, now=now))
    if not isinstance(read, ItemCode):
        return None
    return ledger.perform(lambda conn, station: receiving.scan(conn, station, key, read.code, now=now))


def _answered(text: str, answer: Answer | None) -> dict[str, Any]:
    if answer is None:
        nothing = {"item": None, "outcome": "refused", "reason": "unknown_code", "serial": None, "lot": None}
        return {"scan": masked(text), **nothing, "place": None, "said": "no: we do not know this code"}
    fine = answer.told in _FINE
    said = SAID[answer.told] + (f", {answer.done} of {answer.of}" if answer.told in _COUNTS else "")
    said += f"; set aside, put it at: {answer.place}" if answer.place else ""
    said += "; it is recalled" if answer.recalled else ""
    return {
        "scan": answer.code or text,
        "item": answer.code or None,
        "outcome": answer.told.value if fine else "refused",
        "reason": None if fine else answer.told.value,
        "serial": answer.serial,
        "lot": answer.lot,
        "place": answer.place,
        "recalled": answer.recalled,
        "done": answer.done,
        "of": answer.of,
        "said": said,
    }


_COUNTS = frozenset({Told.SHELVED, Told.BOUND, Told.ALREADY})


def _with(delivery: str | None, do: Callable[[Ledger, str, datetime], str | None], *, as_json: bool) -> int:
    """Do something with a delivery, and say how it stands; what `do` returns is why not."""
    with open_ledger(settings.load()) as ledger:
        key = _key(ledger, delivery)
        why = do(ledger, key, SystemClock().now())
        if why is not None:
            return _refused(why, as_json=as_json)
        _mint(ledger, key)
        _tell(ledger, key, as_json=as_json)
    return 0


def _refused(why: str, *, as_json: bool) -> int:
    if as_json:
        saying.document({"outcome": "refused", "why": why})
    else:
        saying.line(f"no: {why}")
    return 1


@receive.command("out")
@click.argument("item")
@_DELIVERY
@as_json
def out(item: str, delivery: str | None, as_json: bool) -> int:
    """Say that a piece did not come, or was one too many: it is written off as not delivered."""
    code = asked_item(item) or ""

    def do(ledger: Ledger, key: str, now: datetime) -> str | None:
        outcome = ledger.perform(lambda conn, station: receiving.take_out(conn, station, key, code, now=now))
        return "it is not of this delivery, or has gone on" if isinstance(outcome, Refused) else None

    return _with(delivery, do, as_json=as_json)


@receive.command("undo")
@click.argument("item")
@_DELIVERY
@as_json
def undo(item: str, delivery: str | None, as_json: bool) -> int:
    """Take the scan of a label back: its piece waits for it again; a label that was bound so is used up."""
    code = asked_item(item) or ""

    def deed(conn: Connection, station: Station, key: str, now: datetime) -> bool:
        found, last = deliveries.find(conn, key), receiving.scanned_by(conn, code)
        if found is None or last is None or code not in found.standing:
            return False
        back = receiving.unbind_label if found.how is How.BIND else receiving.unshelve
        return back(conn, station, key, code, deed=last, now=now)

    def do(ledger: Ledger, key: str, now: datetime) -> str | None:
        done = ledger.perform(lambda conn, station: deed(conn, station, key, now))
        return None if done else "it is not of this delivery, or something has happened to it since"

    return _with(delivery, do, as_json=as_json)


@receive.command("number")
@click.argument("pieces", type=click.IntRange(1, receiving.MOST))
@_DELIVERY
@as_json
def number(pieces: int, delivery: str | None, as_json: bool) -> int:
    """Say how many PIECES there are after all; codes that are too many are written off as not delivered."""

    def do(ledger: Ledger, key: str, now: datetime) -> str | None:
        why = ledger.perform(lambda conn, station: receiving.set_number(conn, station, key, pieces, now=now))
        return WORDED[why] if why is not None else None

    return _with(delivery, do, as_json=as_json)


@receive.command("end")
@_DELIVERY
@as_json
def end(delivery: str | None, as_json: bool) -> int:
    """End a delivery of which no more comes; codes that were never scanned are written off as not delivered."""

    def do(ledger: Ledger, key: str, now: datetime) -> None:
        ledger.perform(lambda conn, station: receiving.finish(conn, station, key, now=now))

    return _with(delivery, do, as_json=as_json)


@receive.command("relabel")
@click.argument("items", nargs=-1, required=True)
@_PRINTER
@as_json
def relabel(items: tuple[str, ...], printer: str | None, as_json: bool) -> int:
    """Leave new labels for things to the press; each keeps its code."""
    wanted = list(dict.fromkeys(asked_item(one) or "" for one in items))
    chosen = settings.load()
    _must_be_there(chosen, printer)
    with open_ledger(chosen) as ledger:
        with ledger.reading() as conn:
            there = set(conn.scalars(select(item.c.code).where(item.c.code.in_(wanted))))
        if unknown := [one for one in wanted if one not in there]:
            return _refused(f"no thing has the code {', '.join(unknown)}", as_json=as_json)
        now = SystemClock().now()
        job = ledger.perform(lambda conn, _: receiving.print_labels(conn, wanted, now=now, printer=printer))
    if as_json:
        saying.document({"queued": job, "items": wanted})
    else:
        saying.line(f"{saying.number(len(wanted), 'label')} left to the press")
    return 0


# --- makers' numbers ---


def _own_number(_ctx: click.Context, _param: click.Parameter, value: str | None) -> str | None:
    if value and not receiving.is_number(value):
        raise click.BadParameter(f"wanted at most {receiving.LONGEST_NUMBER} printable characters")
    return value


@receive.command("serial")
@click.argument("item")
@click.option(
    "--label", help="The maker's label (a UDI) as it is scanned: its serial number and lot are taken."
)
@click.option("--serial", callback=_own_number, help="The serial number; an empty one takes it away.")
@click.option("--lot", callback=_own_number, help="The lot; an empty one takes it away.")
@as_json
def serial(item: str, label: str | None, serial: str | None, lot: str | None, as_json: bool) -> int:
    """Write down the maker's serial number and lot of a thing that is here already; what is not said stays."""
    if label is not None and (serial is not None or lot is not None):
        raise click.UsageError("--label says both: not with --serial or --lot")
    if label is None and serial is None and lot is None:
        raise click.UsageError("wanted --label, --serial or --lot")
    code = asked_item(item) or ""
    said = _maker(label) if label is not None else None
    with open_ledger(settings.load()) as ledger:
        answer = ledger.perform(
            lambda conn, _: receiving.number_piece(
                conn, code, said, serial, lot, now=SystemClock().now(), by=at_shell()
            )
        )
    fine = answer is not None and answer.told in _FINE
    told = answer.told.value if answer is not None else "unknown_code"
    if as_json:
        has = {"serial": answer.serial, "lot": answer.lot} if answer is not None and fine else {}
        row = {"item": code, "outcome": told if fine else "refused", "reason": None if fine else told}
        saying.document({**row, "serial": None, "lot": None, **has})
    else:
        said_of_it = SAID[answer.told] if answer is not None else "no: no thing has this label"
        recalled = "; it is recalled" if answer is not None and answer.recalled else ""
        saying.line(f"{code}  {said_of_it}{recalled}")
    return int(not fine)


def _maker(label: str) -> Gtin | Udi:
    read = codes.parse(label)
    if not isinstance(read, Gtin | Udi):
        raise click.BadParameter("wanted a maker's label, such as (01)07038010021145(21)A7")
    return read


def _number(text: str) -> Number:
    found = identifiers.read(text)
    if found is None:
        wanted = "wanted a GTIN, a UDI, hms: and six digits, hmi: and digits, or supplier: and their number"
        raise click.BadParameter(f"{text!r}: {wanted}")
    return found


@receive.command("bind")
@click.argument("number")
@click.argument("product")
@click.option("--move", is_flag=True, help="Take it from another line that has it.")
@as_json
def bind(number: str, product: str, move: bool, as_json: bool) -> int:
    """Say once and for all that a maker's, an owner's or a supplier's NUMBER is a line's."""
    meant = _number(number)
    with open_ledger(settings.load()) as ledger:
        with ledger.reading() as conn:
            line = line_of(conn, product)
        now = SystemClock().now()
        bound = ledger.perform(
            lambda conn, _: identifiers.bind(conn, meant, line, now=now, by=at_shell(), move=move)
        )
    refused = bound.what is Binding.ANOTHERS
    if as_json:
        row = _numbered(meant, bound.line)
        saying.document({**row, "outcome": "refused" if refused else bound.what.value})
    elif refused:
        saying.line(f"no: it is {bound.line}'s; with --move it is taken from there")
    else:
        how = {Binding.ALREADY: " already", Binding.MOVED: f", and no longer {bound.was}'s"}
        saying.line(f"{meant.scheme}:{meant.value}  is {bound.line}'s{how.get(bound.what, '')}")
    return int(refused)


@receive.command("unbind")
@click.argument("number")
@as_json
def unbind(number: str, as_json: bool) -> int:
    """Take a NUMBER away from its line."""
    meant = _number(number)
    with open_ledger(settings.load()) as ledger:
        now = SystemClock().now()
        line = ledger.perform(lambda conn, _: identifiers.unbind(conn, meant, now=now, by=at_shell()))
    if as_json:
        saying.document({**_numbered(meant, line), "outcome": "unbound" if line else "refused"})
    else:
        saying.line(f"{meant.scheme}:{meant.value}  " + (f"was {line}'s" if line else "no: it is no line's"))
    return int(line is None)


@receive.command("numbers")
@click.argument("product", required=False)
@as_json
def numbers(product: str | None, as_json: bool) -> int:
    """List the makers' and owners' numbers that are bound; of one line, or all."""
    with open_ledger(settings.load()) as ledger, ledger.reading() as conn:
        line = line_of(conn, product) if product else None
        rows = [_numbered(one.number, one.line) for one in identifiers.known(conn, line)]
    saying.listing(("product", "scheme", "number"), rows, as_json=as_json)
    return 0


def _numbered(number: Number, line: str | None) -> dict[str, Any]:
    return {"scheme": number.scheme, "number": number.value, "product": line}
