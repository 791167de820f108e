"""What somebody does who looks for a thing: kinds, lines, one line, the waiting list, a slip, a counted line.

Minus goes back one page, Enter to the first screen or the open card; a thing that is scanned on any of
these pages is borrowed or returned as everywhere.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

from depot.codes import ProductCode, ShelfCode, SlipCode
from depot.outcomes import CardIs, Held, Moved, Reason, Refused, Taken, Tallied
from depot.standing import Kind, LineNow
from kiosk.journey import errands
from kiosk.journey.acting import finish, go_on, ground, wrong
from kiosk.journey.asked import (
    Finding,
    JoinQueue,
    LeaveQueue,
    LookAtLine,
    LookAtShelf,
    LookAtSlip,
    LookWhatIsFree,
    TakeSome,
    Undo,
)
from kiosk.journey.shown import (
    AskCardToWait,
    AskLeaveQueue,
    AskUndoSome,
    CardRefused,
    ConfirmPhone,
    HowMany,
    InQueue,
    Kinds,
    LeftQueue,
    Lines,
    No,
    NoSuchSlip,
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
    Answer,
    Key,
    LineIs,
    LinesAre,
    Moment,
    Press,
    Setup,
    SlipIs,
    ToHold,
    Turn,
    Visit,
)
from kiosk.terminal.sounds import Sound

PER_PAGE = 5
"""Lines on one page: each takes two rows of the eleven that the smallest screen has, and one says that there
are more."""
MORE = "9"

_BROWSING = (Kinds, Lines, OneLine)


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


# --- what the ledger answers ---


def found(visit: Visit, asked: Finding, answer: Answer) -> Turn:
    """Carry the visit on by what the ledger says of lines and holds.

    Raises:
        TypeError: nothing of the kind was asked.
    """
    match answer:
        case LinesAre(lines=lines):
            return _lines_are(visit, asked, lines)
        case LineIs():
            return _line_is(visit, answer.line)
        case SlipIs():
            return (
                _no_such_slip(visit, asked) if answer.held is None else _answer(visit, InQueue(answer.held))
            )
        case Taken() | Tallied() if isinstance(asked, TakeSome):
            return _some(visit, asked, answer)
        case Held() if isinstance(asked, JoinQueue):
            joined = InQueue(answer, placed=not answer.already)
            return Turn(replace(visit, screen=joined), sound=Sound.READ if answer.already else Sound.DONE)
        case Held() | Moved() if isinstance(asked, LeaveQueue):
            return Turn(replace(visit, screen=LeftQueue(asked.product)), sound=Sound.DONE)
        case Refused():
            return _refused(visit, asked, answer)
        case _:
            raise TypeError(f"{type(asked).__name__} is not answered by {type(answer).__name__}")


def _show(visit: Visit, screen: Screen) -> Turn:
    return Turn(replace(visit, screen=screen), sound=Sound.READ)


def _answer(visit: Visit, screen: Screen) -> Turn:
    """Show what was asked for; nothing waits for a card any longer."""
    return _show(replace(visit, errand=None, waiting=None), screen)


def _lines_are(visit: Visit, asked: Finding, lines: tuple[LineNow, ...]) -> Turn:
    if isinstance(asked, LookWhatIsFree):
        return _answer(visit, Kinds(lines))
    if not lines:
        return _says_nothing(visit, "shelf")
    return _answer(visit, OneLine(lines[0]) if len(lines) == 1 else Lines(lines))


def _line_is(visit: Visit, line: LineNow | None) -> Turn:
    if line is None:
        return _says_nothing(visit, "product")
    before = visit.screen.under if isinstance(visit.screen, OneLine) else visit.screen
    return _answer(visit, OneLine(line, before if isinstance(before, _BROWSING) else None))


def _some(visit: Visit, asked: TakeSome, outcome: Taken | Tallied) -> Turn:
    """Whoever takes some has them in hand, whatever was counted: thanked all the same."""
    line = visit.screen.line if isinstance(visit.screen, OneLine | HowMany) else None
    odd = line is not None and not asked.back and asked.n > line.free
    screen = SomeTaken(asked.product, asked.n, outcome.shelf, outcome.deed, asked.back, odd)
    return Turn(replace(visit, screen=screen), sound=Sound.DONE)


def _says_nothing(visit: Visit, kind: str) -> Turn:
    return Turn(replace(visit, screen=ThisIs(kind, visit.screen)), sound=Sound.NOT_THIS)


def _no_such_slip(visit: Visit, asked: Finding) -> Turn:
    if isinstance(asked, LookAtSlip) and asked.typed and isinstance(visit.screen, TypeCode):
        return Turn(replace(visit, screen=replace(visit.screen, again=True)), sound=Sound.NOT_THIS)
    under = None if isinstance(visit.screen, TypeCode) else visit.screen
    return Turn(replace(visit, screen=NoSuchSlip(under)), sound=Sound.NOT_THIS)


def _refused(visit: Visit, asked: Finding, refusal: Refused) -> Turn:
    """A card that cannot wait; or what was meant has come about elsewhere meanwhile: fetched, lapsed, given up."""
    if isinstance(asked, JoinQueue):
        unknown = Reason.CARD_UNKNOWN in refusal.reasons
        screen: Screen = CardRefused(refusal, (CardIs.UNKNOWN if unknown else CardIs.BLOCKED).value)
    else:
        screen = NoSuchSlip() if isinstance(asked, LeaveQueue) else No(refusal)
    return Turn(replace(visit, screen=screen), sound=Sound.NOT_THIS)


# --- one screen each ---


def _digit(press: Press) -> int:
    return int(press.digit) if press.key is Key.DIGIT else 0


def _back(visit: Visit, under: Screen | None, setup: Setup) -> Turn:
    return go_on(visit, setup) if under is None else _show(replace(visit, errand=None), under)


def _kinds(visit: Visit, screen: Kinds, press: Press, _moment: Moment, _setup: Setup) -> Turn | None:
    if press == Press(Key.DIGIT, "0"):
        return _show(visit, TypeCode(TypingFor.SLIP))
    here = kinds(screen.lines)
    if not 1 <= _digit(press) <= len(here):
        return None
    kind = here[_digit(press) - 1]
    return _show(visit, Lines(tuple(line for line in screen.lines if line.kind is kind), kind, under=screen))


def _lines(visit: Visit, screen: Lines, press: Press, _moment: Moment, setup: Setup) -> Turn | None:
    if press == Press(Key.DIGIT, MORE) and pages(screen.lines) > 1:
        return _show(visit, replace(screen, page=(screen.page + 1) % pages(screen.lines)))
    if press.key is Key.NO:
        return _back(visit, screen.under, setup)
    here = on_page(screen)
    if not 1 <= _digit(press) <= len(here):
        return None
    return _show(visit, OneLine(here[_digit(press) - 1], screen))


def _one_line(visit: Visit, screen: OneLine, press: Press, _moment: Moment, setup: Setup) -> Turn | None:
    if press.key is Key.NO:
        return _back(visit, screen.under, setup)
    line = screen.line
    match _digit(press):
        case 1 if line.counted:
            return Turn(visit, TakeSome(line.product, 1))
        case 2 | 3 if line.counted:
            return _show(visit, HowMany(line, back=press.digit == "3", under=screen))
        case 1 if may_wait(line):
            return errands.begin(visit, ToHold(line, screen.under))
        case _:
            return None


def _how_many(visit: Visit, screen: HowMany, press: Press, _moment: Moment, _setup: Setup) -> Turn | None:
    if press.key is Key.NO:
        return _show(visit, screen.under)
    if _digit(press):
        return Turn(visit, TakeSome(screen.line.product, _digit(press), screen.back))
    return wrong(visit)


def _some_taken(visit: Visit, screen: SomeTaken, press: Press, _moment: Moment, _setup: Setup) -> Turn | None:
    if press.key is Key.NO:
        return _show(visit, AskUndoSome(screen))
    return None


def _ask_undo_some(
    visit: Visit, screen: AskUndoSome, press: Press, _moment: Moment, _setup: Setup
) -> Turn | None:
    if press.key is Key.YES:
        return Turn(visit, Undo(screen.under.deed))
    return _show(visit, screen.under) if press.key is Key.NO else wrong(visit)


def _ask_card_to_wait(
    visit: Visit, screen: AskCardToWait, press: Press, _moment: Moment, _setup: Setup
) -> Turn | None:
    if press.key is Key.NO:
        return _show(replace(visit, errand=None), OneLine(screen.line, screen.under))
    if press.key is Key.YES:
        return wrong(visit) if visit.card is None else errands.on_the_open_card(visit)
    return None


def _in_queue(visit: Visit, screen: InQueue, press: Press, moment: Moment, setup: Setup) -> Turn | None:
    leaves = Press(Key.NO) if screen.placed else Press(Key.DIGIT, "1")
    if press == leaves:
        return _show(visit, AskLeaveQueue(screen.held, screen))
    if press.key is Key.YES and screen.placed:
        return finish(visit, moment, setup)
    if press.key is Key.NO:
        return _back(visit, screen.under, setup)
    return None


def _ask_leave(
    visit: Visit, screen: AskLeaveQueue, press: Press, _moment: Moment, _setup: Setup
) -> Turn | None:
    if press.key is Key.YES:
        return Turn(visit, LeaveQueue(screen.held.key, screen.held.product))
    if press.key is Key.NO:
        return _show(visit, screen.under)
    return wrong(visit)


def _no_slip(visit: Visit, screen: NoSuchSlip, press: Press, _moment: Moment, _setup: Setup) -> Turn | None:
    if press.key in (Key.YES, Key.NO) and screen.under is not None:
        return _show(visit, screen.under)
    return None


# Each takes its own screen's type, which a mapping from types cannot say: hence Any.
HANDLERS: Mapping[type, Callable[[Visit, Any, Press, Moment, Setup], Turn | None]] = {
    Kinds: _kinds,
    Lines: _lines,
    OneLine: _one_line,
    HowMany: _how_many,
    SomeTaken: _some_taken,
    AskUndoSome: _ask_undo_some,
    AskCardToWait: _ask_card_to_wait,
    InQueue: _in_queue,
    AskLeaveQueue: _ask_leave,
    NoSuchSlip: _no_slip,
}
