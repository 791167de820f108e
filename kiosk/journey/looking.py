"""What somebody does who looks for a thing: kinds, lines, one line, lines that are counted.

Minus goes back one page, Enter to the first screen or the open card; a thing that is scanned on any of
these pages is borrowed or returned as everywhere.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

from depot.codes import ProductCode, Scan, ShelfCode, SlipCode
from depot.outcomes import Reason, Refused
from depot.standing import Kind, LineNow
from kiosk.journey import errands
from kiosk.journey.acting import go_on, ground, wrong
from kiosk.journey.asked import (
    LookAtLine,
    LookAtNumber,
    LookAtShelf,
    LookAtSlip,
    LookWhatIsFree,
    TakeSome,
    Undo,
)
from kiosk.journey.shown import (
    AskUndoSome,
    ConfirmPhone,
    HowMany,
    Kinds,
    Lines,
    OneLine,
    Screen,
    SomeTaken,
    ThisIs,
    TypeCode,
    TypeLastFour,
    TypePhone,
    TypingFor,
)
from kiosk.journey.values import (
    Key,
    Moment,
    Press,
    Setup,
    ToHold,
    Turn,
    Visit,
)
from kiosk.terminal.sounds import Sound

PER_PAGE = 5
"""Lines on one page: each takes two rows of the eleven that the smallest screen has, and one says that there
are more."""
MORE = "9"


def kinds(lines: tuple[LineNow, ...]) -> tuple[Kind, ...]:
    """The kinds of which there is a line, in the order of their keys."""
    return tuple(kind for kind in Kind if any(line.kind is kind for line in lines))


def pages(lines: tuple[LineNow, ...]) -> int:
    """How many pages these lines fill."""
    return -(-len(lines) // PER_PAGE)


def on_page(screen: Lines) -> tuple[LineNow, ...]:
    """The lines of the page that is shown, in the order of their keys."""
    return screen.lines[screen.page * PER_PAGE :][:PER_PAGE]


def may_wait(line: LineNow) -> bool:
    """Whether the page of a line offers the waiting list.

    Not while one stands free here, which may simply be taken; not for a line that must be fitted, about which
    people call; not for what is counted, which nobody sets aside.
    """
    return not line.free and line.self_service and not line.counted


_COMES_BACK = frozenset(
    {
        Reason.ON_LOAN_TO_OTHER,
        Reason.IN_CLEANING,
        Reason.IN_REPAIR,
        Reason.QUARANTINED,
        Reason.NOT_AVAILABLE,
        Reason.INSPECTION_EXPIRED,
        Reason.RECALLED,
        Reason.SET_ASIDE_FOR_OTHER,
    }
)


def may_ask_when(refusal: Refused) -> bool:
    """Whether a refusal offers to say when there will be one: it is about the thing, and no other is free here."""
    told = set(refusal.reasons)
    return refusal.product is not None and not refusal.others and bool(told) and told <= _COMES_BACK


# --- what is scanned or asked ---


def begin(visit: Visit) -> Turn:
    """Ask what is free now."""
    return Turn(replace(visit, errand=None), LookWhatIsFree())


def at_line(visit: Visit, product: str | None) -> Turn:
    """Ask how the line stands of which this piece cannot be had."""
    return Turn(replace(visit, errand=None, waiting=None), LookAtLine(product=product))


def scanned(visit: Visit, code: ShelfCode | ProductCode | SlipCode) -> Turn:
    """A label of a shelf, of a line on it, or a slip was scanned. While a number is wanted it says nothing."""
    under = ground(visit.screen)
    if isinstance(under, TypePhone | ConfirmPhone | TypeLastFour):
        this = ThisIs(code.kind.name.lower(), under)
        return Turn(replace(visit, screen=this), sound=Sound.NOT_THIS)
    here = replace(visit, screen=under, failed=0)
    match code:
        case ShelfCode():
            return Turn(here, LookAtShelf(code.code))
        case ProductCode():
            return Turn(here, LookAtLine(label=code.code))
        case SlipCode():
            return Turn(here, LookAtSlip(code.code))


def numbered(visit: Visit, label: Scan) -> Turn:
    """Somebody else's label that names what a thing is and not which: ask whether a line has its number."""
    return Turn(replace(visit, failed=0), LookAtNumber(label))


# --- one screen each ---


def show(visit: Visit, screen: Screen) -> Turn:
    """Go to a page."""
    return Turn(replace(visit, screen=screen), sound=Sound.READ)


def back(visit: Visit, under: Screen | None, setup: Setup) -> Turn:
    """Go back one page, or where every visit goes on."""
    return go_on(visit, setup) if under is None else show(replace(visit, errand=None), under)


def _digit(press: Press) -> int:
    return int(press.digit) if press.key is Key.DIGIT else 0


def _kinds(visit: Visit, screen: Kinds, press: Press, _moment: Moment, _setup: Setup) -> Turn | None:
    if press == Press(Key.DIGIT, "0"):
        return show(visit, TypeCode(TypingFor.SLIP))
    here = kinds(screen.lines)
    if not 1 <= _digit(press) <= len(here):
        return None
    kind = here[_digit(press) - 1]
    return show(visit, Lines(tuple(line for line in screen.lines if line.kind is kind), kind, under=screen))


def _lines(visit: Visit, screen: Lines, press: Press, _moment: Moment, setup: Setup) -> Turn | None:
    if press == Press(Key.DIGIT, MORE) and pages(screen.lines) > 1:
        return show(visit, replace(screen, page=(screen.page + 1) % pages(screen.lines)))
    if press.key is Key.NO:
        return back(visit, screen.under, setup)
    here = on_page(screen)
    if not 1 <= _digit(press) <= len(here):
        return None
    return show(visit, OneLine(here[_digit(press) - 1], screen))


def _one_line(visit: Visit, screen: OneLine, press: Press, _moment: Moment, setup: Setup) -> Turn | None:
    if press.key is Key.NO:
        return back(visit, screen.under, setup)
    line = screen.line
    match _digit(press):
        case 1 if line.counted:
            return Turn(visit, TakeSome(line.product, 1))
        case 2 | 3 if line.counted:
            return show(visit, HowMany(line, back=press.digit == "3", under=screen))
        case 1 if may_wait(line):
            return errands.begin(visit, ToHold(line, screen.under))
        case _:
            return None


def _how_many(visit: Visit, screen: HowMany, press: Press, _moment: Moment, _setup: Setup) -> Turn | None:
    if press.key is Key.NO:
        return show(visit, screen.under)
    if _digit(press):
        return Turn(visit, TakeSome(screen.line.product, _digit(press), screen.back))
    return wrong(visit)


def _some_taken(visit: Visit, screen: SomeTaken, press: Press, _moment: Moment, _setup: Setup) -> Turn | None:
    if press.key is Key.NO:
        return show(visit, AskUndoSome(screen))
    return None


def _ask_undo_some(
    visit: Visit, screen: AskUndoSome, press: Press, _moment: Moment, _setup: Setup
) -> Turn | None:
    if press.key is Key.YES:
        return Turn(visit, Undo(screen.under.deed))
    return show(visit, screen.under) if press.key is Key.NO else wrong(visit)


# Each takes its own screen's type, which a mapping from types cannot say: hence Any.
HANDLERS: Mapping[type, Callable[[Visit, Any, Press, Moment, Setup], Turn | None]] = {
    Kinds: _kinds,
    Lines: _lines,
    OneLine: _one_line,
    HowMany: _how_many,
    SomeTaken: _some_taken,
    AskUndoSome: _ask_undo_some,
}
