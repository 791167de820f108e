"""What the ledger answers to somebody who looks for a thing: lines, one line, a place in a queue, a slip."""

from __future__ import annotations

from dataclasses import replace

from depot.codes import Unreadable
from depot.outcomes import CardIs, Held, Moved, Reason, Refused, Taken, Tallied
from depot.standing import LineNow
from kiosk.journey.acting import ground, not_understood
from kiosk.journey.asked import (
    Count,
    Finding,
    JoinQueue,
    LeaveQueue,
    LookAtSlip,
    LookWhatIsFree,
    TakeForeign,
    TakeSome,
)
from kiosk.journey.looking import show
from kiosk.journey.shown import (
    CardRefused,
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
    TypingFor,
    WhoseIsIt,
)
from kiosk.journey.values import Answer, LineIs, LinesAre, NumberIs, SlipIs, Turn, Visit
from kiosk.terminal.sounds import Sound

_BROWSING = (Kinds, Lines, OneLine)


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
        case NumberIs():
            return _number_is(visit, answer)
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


def _answer(visit: Visit, screen: Screen) -> Turn:
    """Show what was asked for; nothing waits for a card any longer."""
    return show(replace(visit, errand=None, waiting=None), screen)


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


def _number_is(visit: Visit, answer: NumberIs) -> Turn:
    """Name what a label is on. One of NAV's is taken in at once, unless a line of ours has the same number."""
    if isinstance(answer.label, Unreadable) and answer.product is None:
        return not_understood(visit, answer.label.reason.value)
    if answer.navs and answer.product is None:
        return Turn(visit, TakeForeign(answer.label))
    under, visit = ground(visit.screen), replace(visit, failed=0)
    if answer.navs and answer.product is not None:
        screen: Screen = WhoseIsIt(answer.label, answer.product, under)
        return Turn(replace(visit, screen=screen), sound=Sound.READ)
    return Turn(replace(visit, screen=ThisIs("maker", under, answer.product)), sound=Sound.NOT_THIS)


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
        again = replace(visit, screen=replace(visit.screen, again=True))
        for_a_thing = visit.screen.what is TypingFor.ITEM
        return Turn(again, Count((Reason.UNKNOWN_CODE,)) if for_a_thing else None, Sound.NOT_THIS)
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
