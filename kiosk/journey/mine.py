"""What somebody does about their own loans: keep them longer, look at them, say that they stay for good.

Keeping everything longer needs the open card alone. To see what the things are, `kiosk.see` decides what is
asked; once answered rightly it holds for this card in this visit, and is forgotten with either.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import date
from typing import Any

from depot.outcomes import Already, Held, Moved, OpenLoan, Refused, Renewed
from depot.settings import See
from kiosk.journey.acting import finish, go_on, whose_card, wrong
from kiosk.journey.asked import (
    AskForTheirs,
    AskIfPin,
    CheckLastFour,
    CheckPin,
    KeepForGood,
    LookWhatIsFree,
    Renew,
    RenewAll,
    Request,
    Undo,
)
from kiosk.journey.loans import (
    SHORTEST_PIN,
    AsBefore,
    AskKept,
    AskUndoRenewal,
    BringItBack,
    Kept,
    KeptForGood,
    KeptLonger,
    MyLoans,
    NoPin,
    NotSeen,
    OneLoan,
    ShowTheCard,
    StillNeeded,
    Theirs,
    TypeToSee,
    first_due,
)
from kiosk.journey.shown import (
    CardOpen,
    GiveBackOrKeep,
    InQueue,
    NotStored,
    Screen,
    TypeCode,
    TypingFor,
    UndoTooLate,
)
from kiosk.journey.values import Answer, Done, Key, Moment, Press, Setup, Turn, Verdict, Visit
from kiosk.terminal.sounds import Sound


def see(visit: Visit, asked: See) -> Turn:
    """Show what the open card has; first ask what the house wants asked, unless it was answered already."""
    card = visit.card or ""
    if visit.seen or asked is See.NOTHING:
        return Turn(visit, AskForTheirs(card))
    if asked is See.PIN:
        return Turn(visit, AskIfPin(card))
    return _to(visit, TypeToSee(card, pin=False))


def keep_all(visit: Visit) -> Turn:
    """Keep everything longer; first it is looked whether something has been out for very long."""
    return Turn(visit, AskForTheirs(visit.card or "", to_keep=True))


def _to(visit: Visit, screen: Screen, sound: Sound = Sound.READ) -> Turn:
    return Turn(replace(visit, screen=screen), sound=sound)


# --- keys ---


def card_open(visit: Visit, screen: CardOpen, press: Press, moment: Moment, setup: Setup) -> Turn | None:
    """What the keys do while a card is open."""
    if press.key in (Key.YES, Key.NO):
        return finish(visit, moment, setup)
    if press == Press(Key.DIGIT, "1") and screen.met.lines:
        return keep_all(visit)
    if press == Press(Key.DIGIT, "3") and not screen.met.ready:
        return Turn(replace(visit, errand=None), LookWhatIsFree())
    return see(visit, setup.see) if press == Press(Key.DIGIT, "2") else None


def give_back_or_keep(visit: Visit, screen: GiveBackOrKeep, press: Press) -> Turn | None:
    """Say what two means on a thing that the open card has."""
    if press == Press(Key.DIGIT, "2"):
        return Turn(visit, Renew(screen.thing.item, visit.card or ""))
    return None


def _show_the_card(
    visit: Visit, _screen: ShowTheCard, press: Press, _moment: Moment, setup: Setup
) -> Turn | None:
    if press == Press(Key.DIGIT, "0"):
        return _to(visit, TypeCode(TypingFor.CARD))
    if press.key is Key.NO:
        return go_on(replace(visit, errand=None), setup)
    return wrong(visit)


def _type_to_see(visit: Visit, screen: TypeToSee, press: Press, _moment: Moment, setup: Setup) -> Turn | None:
    typed = screen.typed
    if press.key is Key.DIGIT and len(typed) < screen.longest:
        return Turn(replace(visit, screen=replace(screen, typed=typed + press.digit, again=False)))
    if press.key is Key.ERASE and typed:
        return Turn(replace(visit, screen=replace(screen, typed=typed[:-1], again=False)))
    if press.key is Key.NO:
        return go_on(visit, setup)
    if press.key is not Key.YES:
        return wrong(visit)
    if len(typed) < (SHORTEST_PIN if screen.pin else screen.longest):
        return _to(visit, replace(screen, typed="", again=True), Sound.NOT_THIS)
    return Turn(visit, CheckPin(screen.card, typed) if screen.pin else CheckLastFour(screen.card, typed))


def _or_keep_all(
    visit: Visit, _screen: NoPin | NotSeen, press: Press, _moment: Moment, _setup: Setup
) -> Turn | None:
    return keep_all(visit) if press == Press(Key.DIGIT, "1") else None


def _my_loans(visit: Visit, screen: MyLoans, press: Press, _moment: Moment, _setup: Setup) -> Turn | None:
    if press.key is not Key.DIGIT or press.digit == "0":
        return None
    if press.digit == "9" and screen.goes_on:
        return _to(visit, replace(screen, page=screen.next_page))
    number = int(press.digit)
    if number > len(screen.shown):
        return wrong(visit)
    one = screen.shown[number - 1]
    return _to(visit, InQueue(one, under=screen) if isinstance(one, Held) else OneLoan(one, screen))


def _one_loan(visit: Visit, screen: OneLoan, press: Press, _moment: Moment, _setup: Setup) -> Turn | None:
    if press == Press(Key.DIGIT, "1") and not screen.loan.refused:
        return Turn(visit, Renew(screen.loan.item, visit.card or ""))
    if press == Press(Key.DIGIT, "2"):
        return _to(visit, AskKept(screen.loan, screen))
    if press.key in (Key.YES, Key.NO) and screen.under is not None:
        return _to(visit, screen.under)
    return None


def _ask_kept(visit: Visit, screen: AskKept, press: Press, _moment: Moment, _setup: Setup) -> Turn | None:
    if press.key is Key.YES:
        return Turn(visit, KeepForGood(screen.loan.item, visit.card or ""))
    return _to(visit, screen.under) if press.key is Key.NO else wrong(visit)


def _still_needed(
    visit: Visit, screen: StillNeeded, press: Press, _moment: Moment, setup: Setup
) -> Turn | None:
    if press.key is Key.YES:
        return Turn(visit, RenewAll(visit.card or ""))
    if press == Press(Key.DIGIT, "1"):
        return _to(visit, BringItBack(screen.theirs))
    if press == Press(Key.DIGIT, "2") and not visit.seen:
        return see(visit, setup.see)
    if press == Press(Key.DIGIT, "2"):
        one = len(screen.long) == 1
        return _to(visit, AskKept(screen.long[0], screen) if one else MyLoans(screen.theirs))
    return None


def _bring_it_back(
    visit: Visit, screen: BringItBack, press: Press, _moment: Moment, _setup: Setup
) -> Turn | None:
    if press == Press(Key.DIGIT, "1") and screen.rest:
        return Turn(visit, RenewAll(visit.card or ""))
    return None


def _kept_longer(
    visit: Visit, screen: KeptLonger, press: Press, _moment: Moment, setup: Setup
) -> Turn | None:
    if press.key is Key.NO and screen.deed is not None:
        return _to(visit, AskUndoRenewal(screen))
    if press == Press(Key.DIGIT, "2") and screen.asks_which:
        return see(visit, setup.see)
    return None


def _ask_undo(
    visit: Visit, screen: AskUndoRenewal, press: Press, _moment: Moment, _setup: Setup
) -> Turn | None:
    if press.key is Key.YES:
        return Turn(visit, Undo(screen.under.deed or ""))
    return _to(visit, screen.under) if press.key is Key.NO else wrong(visit)


# Each takes its own screen's type, which a mapping from types cannot say: hence Any.
HANDLERS: Mapping[type, Callable[[Visit, Any, Press, Moment, Setup], Turn | None]] = {
    CardOpen: card_open,
    ShowTheCard: _show_the_card,
    TypeToSee: _type_to_see,
    NoPin: _or_keep_all,
    NotSeen: _or_keep_all,
    MyLoans: _my_loans,
    OneLoan: _one_loan,
    AskKept: _ask_kept,
    StillNeeded: _still_needed,
    BringItBack: _bring_it_back,
    KeptLonger: _kept_longer,
    AskUndoRenewal: _ask_undo,
}


# --- answers ---


def answered(visit: Visit, asked: Request, answer: Answer) -> Turn | None:
    """Carry a visit on by an answer about somebody's own loans; None where it is about something else."""
    match asked, answer:
        case AskForTheirs(), Theirs():
            return _theirs(visit, asked, answer)
        case AskIfPin(), Done.HAS_PIN:
            return _to(visit, TypeToSee(asked.card, pin=True))
        case AskIfPin(), Done():
            return _to(visit, NoPin(), Sound.NOT_THIS)
        case ((CheckPin() | CheckLastFour()), Verdict()) if isinstance(visit.screen, TypeToSee):
            return _verdict(visit, visit.screen, answer)
        case RenewAll(), Kept():
            lengthened = {one.item for one in answer.answers if isinstance(one, Renewed)}
            theirs = tuple(one for one in _loans_of(visit.screen) if one.item in lengthened)
            return _kept(visit, answer.answers, first_due(theirs))
        case Renew(), Renewed() | Already() | Refused():
            return _kept(visit, (answer,), _due_of(visit.screen), named=True)
        case KeepForGood(), Moved():
            return _to(visit, KeptForGood(answer.product), Sound.DONE)
        case KeepForGood(), Refused():
            return _to(visit, NotStored(), Sound.NOT_THIS)
        case Undo(), _ if isinstance(visit.screen, AskUndoRenewal):
            if not isinstance(answer, tuple):
                return _to(visit, UndoTooLate(), Sound.NOT_THIS)
            before = visit.screen.under
            return _to(visit, AsBefore(before.due, before.lengthened), Sound.DONE)
    return None


def _theirs(visit: Visit, asked: AskForTheirs, theirs: Theirs) -> Turn:
    if not asked.to_keep:
        return _to(visit, MyLoans(theirs))
    if not theirs.loans:  # it came home by another's hand a moment ago
        return Turn(visit, whose_card(visit, asked.card))
    asking = StillNeeded(theirs)
    turn = _to(visit, asking)
    return turn if asking.long else Turn(turn.visit, RenewAll(asked.card))


def _verdict(visit: Visit, screen: TypeToSee, verdict: Verdict) -> Turn:
    if verdict is Verdict.RIGHT:
        return Turn(replace(visit, seen_card=screen.card), AskForTheirs(screen.card))
    if verdict is Verdict.WRONG:
        return _to(visit, replace(screen, typed="", again=True), Sound.NOT_THIS)
    return _to(visit, NotSeen(), Sound.NOT_THIS)


def _kept(
    visit: Visit, answers: tuple[Renewed | Already | Refused, ...], due: date | None, *, named: bool = False
) -> Turn:
    any_longer = any(isinstance(one, Renewed) for one in answers)
    return _to(visit, KeptLonger(answers, due, named), Sound.DONE if any_longer else Sound.NOT_THIS)


def _loans_of(screen: Screen) -> tuple[OpenLoan, ...]:
    return screen.theirs.loans if isinstance(screen, StillNeeded | BringItBack) else ()


def _due_of(screen: Screen) -> date | None:
    if isinstance(screen, GiveBackOrKeep):
        return screen.thing.due
    return screen.loan.due if isinstance(screen, OneLoan) else None
