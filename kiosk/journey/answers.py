"""What the ledger's answer does to a visit."""

from __future__ import annotations

from dataclasses import replace

from depot.codes import Kind, SlipCode, parse_typed
from depot.outcomes import (
    Already,
    CardIs,
    CheckedIn,
    CheckedOut,
    Met,
    Moved,
    Peeked,
    Reason,
    Refused,
    Started,
    Undone,
)
from depot.settings import See
from kiosk.journey import errands, mine, missing, staff
from kiosk.journey.acting import act_on, help_now, not_understood, whose_card
from kiosk.journey.asked import (
    AskWhatItIs,
    AskWhoseCard,
    CheckBadge,
    CheckLastFour,
    Count,
    Finding,
    Lend,
    LookAtSlip,
    Report,
    Request,
    StartCard,
    TakeForeign,
    Undo,
)
from kiosk.journey.found import found
from kiosk.journey.shown import (
    AllRight,
    AlreadyHome,
    AlreadyListed,
    AskUndoSome,
    CallBackNoted,
    CardOpen,
    CardRefused,
    ConfirmThing,
    Home,
    Lent,
    No,
    NotOurs,
    NotStored,
    OutOfService,
    Taken,
    TroubleNoted,
    TypeCode,
    TypeLastFour,
    TypePhone,
    UndoTooLate,
    Welcome,
    WhichPart,
)
from kiosk.journey.values import (
    NO_SCAN,
    Answer,
    Done,
    Fault,
    Hint,
    Listed,
    Moment,
    Setup,
    Turn,
    Verdict,
    Visit,
)
from kiosk.terminal.sounds import Sound


def answered(visit: Visit, asked: Request, answer: Answer, moment: Moment, setup: Setup) -> Turn:
    """Carry a visit on by the ledger's answer to what was asked."""
    if isinstance(answer, Fault):
        return _fault(visit, asked, answer, moment, setup)
    if isinstance(asked, Finding):
        return found(visit, asked, answer)
    own = mine.answered(visit, asked, answer) or missing.answered(visit, asked, answer, setup)
    if own is not None:
        return own
    if isinstance(answer, Peeked):
        return _peeked(visit, asked, answer, setup)
    if isinstance(answer, Met):
        return _met(visit, asked, answer, setup)
    if isinstance(answer, Started):
        return Turn(replace(visit, screen=Welcome(), card=answer.card), whose_card(visit, answer.card))
    if isinstance(answer, Verdict):
        if isinstance(asked, CheckBadge):
            return staff.answered(visit, answer, setup)
        return _last_four(visit, asked, answer, setup)
    if isinstance(answer, Done):
        return _done(visit, answer, moment, setup)
    if isinstance(answer, tuple):
        return _undone(visit, asked, answer)
    if isinstance(answer, Refused):
        return _refused(visit, asked, answer)
    if isinstance(answer, CheckedOut | CheckedIn | Already | Moved | Undone):
        return _outcome(visit, asked, answer)
    raise TypeError(f"{type(asked).__name__} is not answered by {type(answer).__name__}")


def _fault(visit: Visit, asked: Request, fault: Fault, moment: Moment, setup: Setup) -> Turn:
    """Say that nothing was stored; the same code may be scanned again at once. A lost count is not told."""
    if isinstance(asked, Count):
        return Turn(visit)
    calls = help_now(visit.screen, moment, setup).calls
    screen = NotStored() if fault is Fault.NOT_STORED else OutOfService(calls)
    nothing_waits = replace(visit, screen=screen, waiting=None, errand=None, last_scan=NO_SCAN)
    return Turn(nothing_waits, sound=Sound.NOT_THIS)


def _peeked(visit: Visit, asked: Request, thing: Peeked, setup: Setup) -> Turn:
    """A typed code is shown by name before anything is done; a scanned one is in the person's hand."""
    told = isinstance(asked, AskWhatItIs) and asked.told
    if isinstance(visit.screen, TypeCode) and isinstance(asked, AskWhatItIs) and asked.typed:
        if thing.state is None:
            return _maybe_a_slip(visit, visit.screen)
        return Turn(replace(visit, screen=ConfirmThing(thing), failed=0), sound=Sound.READ)
    return act_on(visit if thing.state is None else replace(visit, failed=0), thing, setup, told=told)


def _maybe_a_slip(visit: Visit, screen: TypeCode) -> Turn:
    """No thing has these digits. A place on a waiting list may: whoever noted them knows one key for digits."""
    slip = parse_typed(screen.typed, expect=Kind.SLIP)
    if isinstance(slip, SlipCode):
        return Turn(visit, LookAtSlip(slip.code, typed=True))
    again = replace(visit, screen=replace(screen, again=True))
    return Turn(again, Count((Reason.UNKNOWN_CODE,)), Sound.NOT_THIS)


def _met(visit: Visit, asked: Request, met: Met, setup: Setup) -> Turn:
    typed = isinstance(asked, AskWhoseCard) and asked.typed
    if met.what is CardIs.UNASSIGNED:
        return _new_card(visit, met, setup)
    if typed:
        return Turn(replace(visit, screen=TypeLastFour(met.card)), sound=Sound.READ)
    if met.what is not CardIs.OPEN:
        screen = CardRefused(None, met.what.value)
        refused = replace(visit, screen=screen, waiting=None, card=None, seen_card=None, ready=(), listed=())
        return Turn(refused, sound=Sound.NOT_THIS)
    return _open_card(visit, met, setup)


def _new_card(visit: Visit, met: Met, setup: Setup) -> Turn:
    """A card from the box: ask for a number. Whoever's card was open before, this is somebody else."""
    listed = () if visit.card else visit.listed
    theirs = replace(visit, card=None, seen_card=None, ready=(), listed=listed, pair=None, failed=0)
    if not setup.cards_in_box:
        refused = replace(theirs, screen=CardRefused(None, "staff"), waiting=None)
        return Turn(refused, sound=Sound.NOT_THIS)
    return Turn(replace(theirs, screen=TypePhone(met.card)), sound=Sound.READ)


_RETURNING = (Home, WhichPart, TroubleNoted, AllRight)
"""Between a thing that waits and the card: it may be the next person's, so it is asked whose loan it shall be."""


def _open_card(visit: Visit, met: Met, setup: Setup) -> Turn:
    """Open a card. Another one than before is another person: nothing of the earlier list stays."""
    started = isinstance(visit.screen, Welcome) and visit.card == met.card
    same = visit.card in (None, met.card)
    listed, pair = (visit.listed, visit.pair) if same else ((), None)
    language = met.language if met.language in setup.languages else visit.language
    opened = replace(
        visit,
        screen=CardOpen(met, just_started=started),
        card=met.card,
        listed=listed,
        pair=pair,
        waiting=visit.waiting if isinstance(visit.screen, _RETURNING) else None,
        errand=None,
        ready=met.ready,
        seen_card=met.card if visit.seen_card == met.card else None,
        language=language or setup.language,
        chose=visit.chose and same,
        paused=False,
        failed=0,
    )
    if visit.waiting is not None:
        return Turn(opened, AskWhatItIs(visit.waiting, met.card, told=True))
    if visit.errand is not None:
        return errands.resume(opened, visit.errand, met.card)
    return Turn(opened, sound=Sound.READ)


def _last_four(visit: Visit, asked: Request, verdict: Verdict, setup: Setup) -> Turn:
    card = asked.card if isinstance(asked, CheckLastFour) else ""
    if verdict is Verdict.RIGHT:
        seen = visit if setup.see is See.PIN else replace(visit, seen_card=card)
        return Turn(seen, whose_card(visit, card))
    if verdict is Verdict.WRONG:
        return Turn(replace(visit, screen=TypeLastFour(card, again=True)), sound=Sound.NOT_THIS)
    return Turn(replace(visit, screen=CardRefused(None, "no_more"), waiting=None), sound=Sound.NOT_THIS)


def _done(visit: Visit, done: Done, moment: Moment, setup: Setup) -> Turn:
    if done is Done.CALL_BACK_NOTED:
        day = help_now(visit.screen, moment, setup).next_day or moment.local.date()
        return Turn(replace(visit, screen=CallBackNoted(day)), sound=Sound.DONE)
    if done is Done.TYPED_CARDS_PAUSED:
        return Turn(replace(visit, screen=CardRefused(None, "paused"), waiting=None), sound=Sound.NOT_THIS)
    return Turn(visit)


def _undone(visit: Visit, asked: Request, things: tuple[Undone, ...]) -> Turn:
    deed = asked.deed if isinstance(asked, Undo) else ""
    listed = tuple(one for one in visit.listed if one.line != deed)
    pair = visit.pair if visit.pair and visit.pair.deed != deed else None
    some = visit.screen.under if isinstance(visit.screen, AskUndoSome) else None
    return Turn(replace(visit, screen=Taken(things, some), listed=listed, pair=pair), sound=Sound.DONE)


def _refused(visit: Visit, asked: Request, refusal: Refused) -> Turn:
    if isinstance(asked, Undo):
        return Turn(replace(visit, screen=UndoTooLate()), sound=Sound.NOT_THIS)
    if isinstance(asked, Report):
        return Turn(replace(visit, screen=NotStored()), sound=Sound.NOT_THIS)
    if isinstance(asked, StartCard):
        why = CardIs.UNKNOWN if refusal.reasons[0] is Reason.CARD_UNKNOWN else CardIs.BLOCKED
        screen = CardRefused(refusal, why.value)
        return Turn(replace(visit, screen=screen, waiting=None), sound=Sound.NOT_THIS)
    if isinstance(asked, TakeForeign):
        nav = refusal.reasons[0] is Reason.NAV_LABEL
        return Turn(_not_ours(visit, NotOurs(nav, refusal.place)), sound=Sound.NOT_THIS)
    if refusal.reasons[0] is Reason.UNKNOWN_CODE:
        return not_understood(visit, refusal.reasons[0].value)
    listed = visit.listed
    if refusal.checked_in:
        listed = (*listed, Listed(refusal.item, refusal.product, refusal.key or refusal.item, home=True))
    return Turn(replace(visit, screen=No(refusal), listed=listed, waiting=None), sound=Sound.NOT_THIS)


def _outcome(
    visit: Visit, asked: Request, outcome: CheckedOut | CheckedIn | Already | Moved | Undone
) -> Turn:
    match outcome:
        case CheckedOut():
            return _lent(visit, asked, outcome)
        case CheckedIn():
            home = Listed(outcome.item, outcome.product, outcome.deed, home=True)
            listed = (*(one for one in visit.listed if one.item != outcome.item), home)
            hint = None if visit.waiting is None else Hint.CARD_NEXT
            came = replace(visit, screen=Home(outcome), listed=listed, failed=0, hint=hint)
            return Turn(came, sound=Sound.DONE)
        case Moved():
            nav = isinstance(asked, TakeForeign)
            return Turn(_not_ours(visit, NotOurs(nav, outcome.place)), sound=Sound.DONE)
        case Already(on_loan=True):
            return Turn(replace(visit, screen=AlreadyListed(outcome.item, outcome.product)), sound=Sound.READ)
        case Already():
            screen = AlreadyHome(outcome.item, outcome.product, outcome.place)
            return Turn(replace(visit, screen=screen), sound=Sound.READ)
        case Undone():
            return _undone(visit, asked, (outcome,))


def _not_ours(visit: Visit, screen: NotOurs) -> Visit:
    """Somebody else's thing came in between: what waits for a card is in the same hands still, and waits on."""
    waiting = None if visit.paused else visit.waiting
    return replace(
        visit, screen=screen, waiting=waiting, errand=None, hint=Hint.CARD_NEXT if waiting else None
    )


def _lent(visit: Visit, asked: Request, loan: CheckedOut) -> Turn:
    joined = isinstance(asked, Lend) and asked.joins is not None
    second = loan.pieces > 1 and not joined
    listed = (*visit.listed, Listed(loan.item, loan.product, loan.deed, home=False))
    screen = Lent(loan, second=second, whole=joined)
    pair = loan if second else None if joined else visit.pair
    return Turn(
        replace(visit, screen=screen, listed=listed, pair=pair, waiting=None, ready=(), failed=0),
        sound=Sound.DONE,
    )
