"""From what was asked for to what is drawn: the subjects of a design, as labels in somebody's language.

The press, the command line and the desk ask the same way, so that a label is the same wherever it was asked for.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace

from sqlalchemy import Connection, select

from depot.errors import SettingsError
from depot.paper import Room
from depot.rules import may_start_a_card
from depot.settings import Printer as PrinterSettings
from depot.settings import Settings
from depot.station import Station
from depot.tables import depot as depots
from depot.words import Words, words_in
from labels import media, subjects
from labels.designs import DESIGNS, Design
from labels.designs.commands import CITIZENS, STAFF
from labels.errors import NothingToSay
from labels.media import Medium
from labels.says import Calibration, Commands, Guidance, House, Poster, Says, ScannerSheet
from labels.sheet import Setup
from labels.subjects import house_of

Labels = Iterator[tuple[Says, Words]]

FOR_STAFF = "storekeepers"


@dataclass(frozen=True, slots=True)
class Request:
    """A run of labels.

    Args:
        design: its name; subjects: the codes (of a loan: its key) of what the labels are for, in order.
        language: in which language; None takes the kiosk's, and the borrower's for a loan.
        line: of a shelf, only this line's label.
        medium, printer: what it is printed on; None takes the design's and none.
    """

    design: str
    subjects: tuple[str, ...] = ()
    language: str | None = None
    line: str | None = None
    medium: str | None = None
    printer: str | None = None


def labels_of(conn: Connection, station: Station, settings: Settings, asked: Request) -> Labels:
    """Say what the labels of a request bear, one by one.

    Raises:
        NothingToSay: at the label whose subject is not in the ledger.
    """
    house = house_of(conn, station, settings)
    language = asked.language or settings.kiosk.language
    words = words_in(language)
    match asked.design:
        case "asset" | "asset-small":
            found: Iterator[Says] = subjects.assets(conn, asked.subjects, house, language)
        case "shelf":
            found = subjects.shelves(conn, station, asked.subjects, house, language, line=asked.line)
        case "card":
            found = subjects.cards(conn, asked.subjects, house)
        case "loan":
            yield from _loans(conn, asked, house, language)
            return
        case "hold":
            found = (subjects.hold_slip(conn, station, one, house, language) for one in asked.subjects)
        case "guidance":
            found = iter((Guidance(house),))
        case "command":
            staff = FOR_STAFF in asked.subjects
            found = iter((Commands(STAFF if staff else CITIZENS, staff, house),))
        case "poster":
            found = iter((Poster(_room(conn, station, settings)),))
        case "scanner":
            found = iter((ScannerSheet(),))
        case _:
            found = iter((Calibration(medium_of(settings, asked), asked.printer or ""),))
    for says in found:
        yield says, words


def _loans(conn: Connection, asked: Request, house: House, language: str) -> Labels:
    for key in asked.subjects:
        says, spoken = subjects.loan_label(conn, key, house, language, theirs=asked.language is None)
        yield says, words_in(spoken)


def _room(conn: Connection, station: Station, settings: Settings) -> Room:
    return Room(
        depot=conn.scalar(select(depots.c.name).where(depots.c.id == station.depot)) or "",
        phones=settings.phones,
        fixed_scanner=settings.kiosk.scanner == "fixed",
        cards_in_box=may_start_a_card(station.rules),
        reads_aloud=settings.kiosk.speech_command != "none",
    )


def design_of(asked: Request) -> Design:
    """Return a request's design. Raises NothingToSay for a name that no design has (a newer version's job)."""
    try:
        return DESIGNS[asked.design]
    except KeyError:
        raise NothingToSay(f"no design is called {asked.design}") from None


def medium_of(settings: Settings, asked: Request) -> Medium:
    """Say what a request is printed on: what it names, else what lies in its printer, else its design's own.

    Raises:
        NothingToSay: no medium has the name.
        SettingsError: a `[[medium]]` that does not fit on its page.
    """
    printer = settings.printer(asked.printer) if asked.printer else None
    name = asked.medium or (printer.medium if printer else design_of(asked).medium)
    known: Mapping[str, Medium] = media.known(settings)
    if name not in known:
        raise NothingToSay(f"no medium is called {name}; there are " + ", ".join(known))
    return known[name]


def must_be_usable(settings: Settings) -> None:
    """Check what a press would stumble over at every job: each printer's medium, and the loan labels' above all.

    Raises:
        SettingsError: a medium that there is not, or on which no loan's label fits.
    """
    known = media.known(settings)
    for printer in settings.printers:
        key = f"printer {printer.name}.medium"
        if printer.medium not in known:
            raise SettingsError(settings.where, key, "one of " + ", ".join(known), printer.medium)
        width, height = DESIGNS["loan"].least
        medium = known[printer.medium]
        is_too_small = medium.width < width or 0 < medium.height < height
        if printer.name == settings.station.printer and is_too_small:
            wanted = f"one on which loan labels fit, {width:g} x {height:g} mm at least"
            raise SettingsError(settings.where, key, wanted, printer.medium)


def setup_of(settings: Settings, asked: Request, *, skip: int = 0) -> Setup:
    """Say how a request is printed: on its medium, with its printer's dots and offsets."""
    medium = medium_of(settings, asked)
    setup = Setup(medium, medium.dpi, yellow=settings.labels.yellow == "printed", skip=skip)
    printer = settings.printer(asked.printer) if asked.printer else None
    return _as_the_printer_is(setup, printer) if printer else setup


def _as_the_printer_is(setup: Setup, printer: PrinterSettings) -> Setup:
    return replace(
        setup,
        dpi=printer.dpi or setup.dpi,
        offset_x=printer.offset_x_mm,
        offset_y=printer.offset_y_mm,
        scale_x=printer.scale_x_ppm,
        scale_y=printer.scale_y_ppm,
    )
