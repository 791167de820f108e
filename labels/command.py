"""The verbs `depot label`, `depot media` and `depot card`. ReportLab is imported only when one of them runs."""

from __future__ import annotations

import contextlib
import io
import os
import shutil
import sys
import time
import uuid
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any

import click
from sqlalchemy import Connection, select

from depot import borrowers as persons
from depot import clock, codes, settings
from depot.codes import BadgeCode, CardCode, Kind, parse_typed
from depot.command import saying
from depot.command.given import asked_item, line_of, shelf_of
from depot.command.people import at_shell
from depot.command.saying import as_json
from depot.ledger import Ledger, open_ledger
from depot.settings import LANGUAGES, Settings

if TYPE_CHECKING:
    from labels.proof import Proof
    from labels.sheet import Drawn, Setup, Written
    from labels.work import Request

KINDS = (
    "asset",
    "asset-small",
    "shelf",
    "loan",
    "card",
    "hold",
    "guidance",
    "command",
    "poster",
    "calibration",
    "scanner",
)
_CARD = "card"
_LONG = 200
"""From how many labels on progress is told."""
_WAIT_SECONDS = 60.0

_WHERE = (
    click.option("--out", type=click.Path(dir_okay=False, path_type=Path), help="Write a PDF file."),
    click.option("--printer", help="Print at once on this [[printer]] of the settings."),
    click.option(
        "--queue", "queued", is_flag=True, help="Leave it to the press, on --printer or the station's."
    ),
    click.option("--preview", is_flag=True, help="Show the first page in this terminal."),
    click.option("--proof", is_flag=True, help="Read back what was drawn, at 203 and 300 dots an inch."),
    click.option("--medium", help="What it is printed on; see: depot media."),
    click.option(
        "--skip", type=click.IntRange(0), default=0, help="How many labels of the sheet are used up."
    ),
    click.option("--language", type=click.Choice(LANGUAGES), help="In this language."),
)


def _where(verb: Callable[..., Any]) -> Callable[..., Any]:
    for option in reversed(_WHERE):
        verb = option(verb)
    return verb


@dataclass(frozen=True, slots=True)
class Where:
    """Where labels go, as the command line says."""

    out: Path | None
    printer: str | None
    queued: bool
    preview: bool
    proof: bool
    medium: str | None
    skip: int
    language: str | None

    def must_be_somewhere(self) -> None:
        """Raise click.UsageError where nothing would come of it."""
        if not (self.out or self.printer or self.queued or self.preview or self.proof):
            raise click.UsageError("say where: --out FILE.pdf, --printer NAME, --queue, --preview or --proof")
        if self.queued and (self.out or self.preview or self.proof):
            raise click.UsageError(
                "--queue leaves it to the press; --out, --preview and --proof are done here"
            )


@click.command()
@click.argument("kind", type=click.Choice(KINDS))
@click.argument("subjects", nargs=-1)
@_where
@click.option("--product", help="asset: every piece of this line; shelf: only this line's label.")
@click.option("--received", is_flag=True, help="asset: everything that was received and has no shelf yet.")
@click.option("--for-staff", is_flag=True, help="command: the storekeepers' card.")
@as_json
def label(
    kind: str,
    subjects: tuple[str, ...],
    product: str | None,
    received: bool,
    for_staff: bool,
    as_json: bool,
    **said: Any,
) -> int:
    """Make labels of a KIND for SUBJECTS: things, shelves, loans, cards or slips, by code or eight digits.

    A loan is named by its thing or its key. Shelves: all of them where none is named. guidance, command,
    poster, calibration and scanner need no subject.
    """
    where = Where(**said)
    where.must_be_somewhere()
    chosen = settings.load()
    with open_ledger(chosen) as ledger:
        with ledger.reading() as conn:
            asked = _subjects(
                conn, ledger, kind, subjects, product=product, received=received, staff=for_staff
            )
            line = line_of(conn, product) if product and kind == "shelf" else None
        return _make(ledger, chosen, kind, asked, where, line=line, as_json=as_json)


def _subjects(
    conn: Connection,
    ledger: Ledger,
    kind: str,
    said: tuple[str, ...],
    *,
    product: str | None,
    received: bool,
    staff: bool,
) -> tuple[str, ...]:
    """Read what labels are asked for, as codes and keys."""
    from labels import subjects as known
    from labels.work import FOR_STAFF

    if kind in ("asset", "asset-small"):
        found = [*_items(said)]
        found += known.of_line(conn, line_of(conn, product)) if product else ()
        found += known.unshelved(conn) if received else ()
        return _some(tuple(dict.fromkeys(found)), "which things? name them, or use --product or --received")
    if kind == "shelf":
        return tuple(shelf_of(conn, one) for one in said) or _some(_all_shelves(conn, ledger), "no shelves")
    if kind == "loan":
        return _some(tuple(_loan(conn, one) for one in said), "whose loan? name the thing or the loan's key")
    if kind == "card":
        return _some(tuple(_card(one) for one in said), "which cards? for new ones: depot card print N --out")
    if kind == "hold":
        return _some(tuple(_slip(one) for one in said), "which slip? name it, or the thing that is set aside")
    if said:
        raise click.UsageError(f"{kind} takes no subjects; got {' '.join(said)}")
    return (FOR_STAFF,) if staff else ()


def _some(found: tuple[str, ...], otherwise: str) -> tuple[str, ...]:
    if not found:
        raise click.UsageError(otherwise)
    return found


def _items(said: tuple[str, ...]) -> Iterator[str]:
    for one in said:
        code = asked_item(one)
        if code is not None:
            yield code


def _all_shelves(conn: Connection, ledger: Ledger) -> tuple[str, ...]:
    from depot.tables import shelf

    here = select(shelf.c.code).where(shelf.c.depot == ledger.station.depot)
    return tuple(conn.scalars(here.order_by(shelf.c.name, shelf.c.code)))


def _loan(conn: Connection, text: str) -> str:
    from labels.subjects import loan_of_item

    with contextlib.suppress(ValueError):
        return str(uuid.UUID(text))
    code = asked_item(text)
    return loan_of_item(conn, code or "")


def _card(text: str) -> str:
    scan = parse_typed(text, expect=Kind.CARD)
    if not isinstance(scan, CardCode | BadgeCode):
        raise click.BadParameter("not a card's code or its eight digits, nor a badge's code")
    return scan.code


def _slip(text: str) -> str:
    """Read a slip's or a thing's code, or the eight digits of a slip; a hold's key is taken as it is."""
    with contextlib.suppress(ValueError):
        return str(uuid.UUID(text))
    scan = parse_typed(text, expect=Kind.SLIP)
    if not isinstance(scan, codes.SlipCode | codes.ItemCode):
        raise click.BadParameter(f"{text!r} is not a slip's or a thing's code")
    return scan.code


def _make(
    ledger: Ledger,
    chosen: Settings,
    kind: str,
    asked: tuple[str, ...],
    where: Where,
    *,
    line: str | None,
    as_json: bool,
) -> int:
    """Draw labels and put them where they are to go; says what came of it."""
    from labels.work import Request

    request = Request(kind, asked, where.language, line=line, medium=where.medium, printer=where.printer)
    if where.printer and chosen.printer(where.printer) is None:
        names = ", ".join(one.name for one in chosen.printers) or "there is none"
        raise click.BadParameter(f"no [[printer]] is called {where.printer!r} ({names})")
    told = _queue(ledger, request, where) if where.queued else _draw(ledger, chosen, request, where)
    _tell(told, as_json=as_json)
    return 0 if told.get("ok", True) else 1


def _queue(ledger: Ledger, request: Request, where: Where) -> dict[str, Any]:
    from labels import queue
    from labels.work import design_of

    design_of(request)
    now = clock.SystemClock().now()
    key = ledger.perform(lambda conn, _: queue.put(conn, request, now=now, skip=where.skip))
    return {"design": request.design, "queued": key, "printer": request.printer}


def _draw(ledger: Ledger, chosen: Settings, request: Request, where: Where) -> dict[str, Any]:
    """Draw into the file, or into memory where there is none; then prove, show and print it."""
    from labels import sheet
    from labels.work import design_of, labels_of, setup_of

    design, setup = design_of(request), setup_of(chosen, request, skip=where.skip)
    drawn: list[Drawn] = []
    memory = io.BytesIO()
    with _target(where.out, memory, secret=request.design == _CARD) as file, ledger.reading() as conn:
        labels = labels_of(conn, ledger.station, chosen, request)
        with _progress(len(request.subjects)) as done:
            written = sheet.write(
                file, labels, design, setup, each=drawn.append if where.proof else None, done=done
            )
    document: bytes | Path = where.out or memory.getvalue()
    told: dict[str, Any] = {
        "design": design.name,
        "medium": setup.medium.name,
        "labels": written.labels,
        "pages": written.pages,
    }
    if where.out:
        told["out"] = str(where.out)
    if where.proof:
        told |= _prove(document, drawn)
    if where.preview:
        _show(document)
    if where.printer and told.get("ok", True):
        told |= _print(chosen, where.printer, document, setup, written)
    return told


@contextlib.contextmanager
def _target(out: Path | None, memory: IO[bytes], *, secret: bool) -> Iterator[IO[bytes]]:
    """Give a file to write to: the one that was asked for appears when it is whole, and not before.

    Args:
        secret: whether nobody but its owner may read it: cards open something for whoever has their codes.
    """
    if out is None:
        yield memory
        return
    unfinished = out.with_name(f".{out.name}.{os.getpid()}.part")
    try:
        handle = os.open(unfinished, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600 if secret else 0o666)
        with os.fdopen(handle, "wb") as file:
            yield file
        unfinished.replace(out)
    finally:
        unfinished.unlink(missing_ok=True)


@contextlib.contextmanager
def _progress(labels: int) -> Iterator[Callable[[int], None] | None]:
    """Tell on standard error how far a long run has come."""
    if labels < _LONG:
        yield None
        return
    with click.progressbar(length=labels, label="labels", file=sys.stderr) as bar:
        yield lambda number: bar.update(number - bar.pos) if number % 20 == 0 or number == labels else None


def _prove(document: bytes | Path, drawn: list[Drawn]) -> dict[str, Any]:
    from labels.proof import prove

    proof: Proof = prove(document, drawn)
    return {
        "ok": not proof.flaws,
        "codes_read": proof.read,
        "proof": [
            {"label": one.label, "page": one.page, "dpi": one.dpi, "wanted": one.wanted, "got": one.got}
            for one in proof.flaws
        ],
    }


def _show(document: bytes | Path) -> None:
    from labels import preview, raster

    size = shutil.get_terminal_size((80, 24))
    first = next(iter(raster.pages(document, 150, colour=True)))
    for line in preview.ansi(first, size.columns - 1, max(10, size.lines - 4)):
        click.echo(line, color=True)


def _print(
    chosen: Settings, name: str, document: bytes | Path, setup: Setup, written: Written
) -> dict[str, Any]:
    """Print at once, and wait until the printer says what became of it."""
    from labels.printers import Fate, PrinterTrouble, PrintJob
    from labels.printers.choosing import open_printer

    said = chosen.printer(name)
    if said is None:
        raise ValueError(name)
    printer = open_printer(said)
    pdf = document if isinstance(document, bytes) else document.read_bytes()
    job = PrintJob(str(uuid.uuid4()), pdf, setup.medium, written.page_height, setup.dpi)
    until = time.monotonic() + _WAIT_SECONDS
    try:
        remote = printer.send(job)
        told = printer.fate(remote)
        while told.fate is Fate.UNDER_WAY and time.monotonic() < until:
            time.sleep(0.2)
            told = printer.fate(remote)
    except PrinterTrouble as trouble:
        return {"printer": name, "ok": False, "fate": "failed", "why": str(trouble.why), "said": trouble.said}
    why = str(told.why) if told.why else None
    return {
        "printer": name,
        "ok": told.fate is Fate.PRINTED,
        "fate": str(told.fate),
        "why": why,
        "said": told.said,
    }


def _tell(told: dict[str, Any], *, as_json: bool) -> None:
    if as_json:
        saying.document(told)
        return
    if "queued" in told:
        saying.line(f"queued  {told['queued']}")
        return
    line = f"{saying.number(told['labels'], 'label')} on {saying.number(told['pages'], 'page')} of {told['medium']}"
    saying.line(f"{line}  {told['out']}" if "out" in told else line)
    if "codes_read" in told:
        saying.line(
            f"proof: {saying.number(told['codes_read'], 'code')} read back at 203 and 300 dots an inch"
        )
        for flaw in told["proof"]:
            saying.line(
                f"no: label {flaw['label']} at {flaw['dpi']} dpi: wanted {flaw['wanted']}, got {flaw['got']}"
            )
    if "fate" in told:
        why = f": {told['why']} ({told['said']})" if told["why"] else ""
        saying.line(f"{told['printer']}: {told['fate'].replace('_', ' ')}{why}")


@click.command()
@as_json
def media(as_json: bool) -> None:
    """List the label stock: what comes along, and what the settings add. Lengths are millimetres."""
    from labels.media import known

    rows = (
        {
            "name": one.name,
            "kind": str(one.kind),
            "width": one.width,
            "height": one.height or None,
            "columns": one.columns,
            "rows": one.rows,
            "dpi": one.dpi,
        }
        for one in known(settings.load()).values()
    )
    saying.listing(("name", "kind", "width", "height", "columns", "rows", "dpi"), rows, as_json=as_json)


@click.group()
def card() -> None:
    """Borrowers' cards."""


@card.command("print")
@click.argument("number", type=click.IntRange(1, persons.MOST_CARDS))
@_where
@as_json
def print_cards(number: int, as_json: bool, **said: Any) -> int:
    """Draw NUMBER new cards for the box: nobody's yet, with random numbers.

    With --out or --printer they are printed; without, their codes are said, for whoever prints them.
    """
    where = Where(**said)
    chosen = settings.load()
    with open_ledger(chosen) as ledger:
        now = clock.SystemClock().now()
        drawn = ledger.perform(lambda conn, _: persons.print_cards(conn, number, now=now, by=at_shell()))
        if not (where.out or where.printer or where.queued or where.preview or where.proof):
            saying.listing(["card"], ({"card": code} for code in drawn), as_json=as_json)
            return 0
        where.must_be_somewhere()
        return _make(ledger, chosen, "card", tuple(drawn), where, line=None, as_json=as_json)
