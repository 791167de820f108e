"""What the keys do on each screen. Enter is always yes or on, minus always no or back, plus always help."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

from depot.codes import CardCode, ItemCode, Kind, NavLabel, SlipCode, parse_typed
from depot.outcomes import Trouble
from depot.phone import parse_phone
from kiosk.journey import acting, errands, looking, mine, missing, staff, waiting
from kiosk.journey.acting import act_on, finish, fresh, go_on, help_now, lend, whose_card, wrong
from kiosk.journey.asked import (
    AskWhatItIs,
    CheckLastFour,
    LookAtSlip,
    NoteCallBack,
    Report,
    StartCard,
    TakeBack,
    TakeForeign,
    Undo,
)
from kiosk.journey.hearing import digit_on_help, plus_on_help, say_again
from kiosk.journey.shown import (
    AllRight,
    AskCard,
    AskUndo,
    AskWeight,
    BadgePin,
    CallBackNoted,
    ChooseLanguage,
    ConfirmPhone,
    ConfirmThing,
    GiveBackOrKeep,
    HandedOver,
    Help,
    HelpAbout,
    Home,
    JustBorrowed,
    Lent,
    No,
    NoMoreTries,
    NotUnderstood,
    OnlyOne,
    ThisIs,
    TooLight,
    TroubleNoted,
    TypeCode,
    TypeLastFour,
    TypePhone,
    TypingFor,
    Welcome,
    WhoseCard,
    WhoseIsIt,
)
from kiosk.journey.values import Key, Moment, Press, Setup, ToSee, Turn, Visit
from kiosk.terminal.sounds import Sound

LONGEST_PHONE = 15
"""E.164 allows 15 digits; the international prefix makes it 17 at most, but nobody types both."""


def pressed(visit: Visit, press: Press, moment: Moment, setup: Setup) -> Turn:
    """Carry a visit on by one key."""
    screen = visit.screen
    if press.key is Key.AGAIN:
        return say_again(visit)
    if press.key is Key.HELP:
        if isinstance(screen, Help) and setup.can_speak:
            return plus_on_help(visit)
        if isinstance(screen, Help | HelpAbout):
            return Turn(replace(visit, screen=screen.under), sound=Sound.READ)
        return Turn(replace(visit, screen=help_now(screen, moment, setup)), sound=Sound.READ)
    if isinstance(screen, TypePhone | TypeCode | TypeLastFour):
        return _typing(visit, screen, press, setup)
    handler = _HANDLERS.get(type(screen))
    turn = handler(visit, screen, press, moment, setup) if handler else None
    if turn is None and press == Press(Key.DIGIT, "0"):
        for_card = visit.waiting is not None or visit.errand is not None
        what = TypingFor.CARD if for_card else TypingFor.ITEM
        turn = Turn(replace(visit, screen=TypeCode(what)), sound=Sound.READ)
    if turn is None and press.key in (Key.YES, Key.NO):
        turn = go_on(visit, setup)
    return turn or wrong(visit)


# --- digits ---


def _typing(visit: Visit, screen: TypePhone | TypeCode | TypeLastFour, press: Press, setup: Setup) -> Turn:
    longest = {TypePhone: LONGEST_PHONE, TypeCode: 12, TypeLastFour: 4}[type(screen)]
    if press.key is Key.DIGIT:
        if len(screen.typed) >= longest:
            return wrong(visit)
        return Turn(replace(visit, screen=replace(screen, typed=screen.typed + press.digit, again=False)))
    if press.key is Key.ERASE:
        if not screen.typed:
            return wrong(visit)
        return Turn(replace(visit, screen=replace(screen, typed=screen.typed[:-1], again=False)))
    if press.key is Key.NO:
        return _ask_again(visit) or go_on(visit, setup)
    if press.key is not Key.YES:
        return wrong(visit)
    if isinstance(screen, TypePhone):
        return _phone_typed(visit, screen, setup)
    if isinstance(screen, TypeCode):
        return _code_typed(visit, screen)
    if len(screen.typed) != 4:
        return Turn(replace(visit, screen=replace(screen, again=True)), sound=Sound.NOT_THIS)
    return Turn(visit, CheckLastFour(screen.card, screen.typed))


def _phone_typed(visit: Visit, screen: TypePhone, setup: Setup) -> Turn:
    phone = parse_phone(screen.typed, setup.region) if screen.typed else None
    if phone is None:
        return Turn(replace(visit, screen=replace(screen, again=True)), sound=Sound.NOT_THIS)
    return Turn(replace(visit, screen=ConfirmPhone(screen.card, phone)), sound=Sound.READ)


def _code_typed(visit: Visit, screen: TypeCode) -> Turn:
    match parse_typed(screen.typed, expect=_EXPECTED[screen.what]):
        case ItemCode(code=code):
            return Turn(visit, AskWhatItIs(code, visit.card, typed=True))
        case CardCode(code=code):
            return Turn(visit, whose_card(visit, code, typed=True))
        case NavLabel(serial=None) as label:
            return looking.numbered(visit, label)
        case NavLabel() as label:
            return Turn(visit, TakeForeign(label))
        case SlipCode(code=code):
            return Turn(visit, LookAtSlip(code, typed=True))
        case _:
            return Turn(replace(visit, screen=replace(screen, again=True)), sound=Sound.NOT_THIS)


_EXPECTED = {TypingFor.ITEM: Kind.ITEM, TypingFor.CARD: Kind.CARD, TypingFor.SLIP: Kind.SLIP}


def _ask_again(visit: Visit) -> Turn | None:
    """Go back to what waits for a card, if anything does."""
    if visit.waiting is not None:
        return acting.ask_again(visit)
    return None if visit.errand is None else errands.ask(visit, visit.errand)


# --- one screen each ---


def _welcome(visit: Visit, _screen: Welcome, press: Press, moment: Moment, setup: Setup) -> Turn | None:
    if press == Press(Key.DIGIT, "1"):
        return looking.begin(visit)
    if press == Press(Key.DIGIT, "2"):
        return errands.begin(visit, ToSee(setup.see))
    if press == Press(Key.DIGIT, "3"):
        return Turn(replace(visit, screen=help_now(visit.screen, moment, setup)), sound=Sound.READ)
    if press == Press(Key.DIGIT, "9"):
        return Turn(replace(visit, screen=ChooseLanguage()), sound=Sound.READ)
    if press.key in (Key.YES, Key.NO):  # a scanner that read nothing sends its Enter all the same
        return Turn(visit)
    return None


def _choose_language(
    visit: Visit, _screen: ChooseLanguage, press: Press, _moment: Moment, setup: Setup
) -> Turn | None:
    if press.key is not Key.DIGIT or not 1 <= int(press.digit) <= len(setup.languages):
        return None if press.key is not Key.DIGIT else wrong(visit)
    chosen = setup.languages[int(press.digit) - 1]
    return Turn(replace(visit, language=chosen, chose=True, screen=Welcome()), sound=Sound.READ)


def _ask_card(visit: Visit, screen: AskCard, press: Press, _moment: Moment, setup: Setup) -> Turn | None:
    if press == Press(Key.DIGIT, "1"):
        return Turn(replace(visit, waiting=None), TakeBack(screen.thing.item, brought_back=True))
    if press.key is Key.NO:
        return go_on(replace(visit, waiting=None), setup)
    return wrong(visit) if press.key is Key.YES else None


def _confirm_phone(
    visit: Visit, screen: ConfirmPhone, press: Press, _moment: Moment, _setup: Setup
) -> Turn | None:
    if press.key is Key.YES:
        if screen.card is None:
            return Turn(visit, NoteCallBack(screen.phone))
        return Turn(visit, StartCard(screen.card, screen.phone, visit.language))
    if press.key is Key.NO:
        return Turn(replace(visit, screen=TypePhone(screen.card)), sound=Sound.READ)
    return wrong(visit)


def _confirm_thing(
    visit: Visit, screen: ConfirmThing, press: Press, _moment: Moment, setup: Setup
) -> Turn | None:
    if press.key is Key.YES:
        return act_on(visit, screen.thing, setup, told=True)
    if press.key is Key.NO:
        return Turn(replace(visit, screen=TypeCode(TypingFor.ITEM)), sound=Sound.READ)
    return None


def _lent(visit: Visit, screen: Lent, press: Press, moment: Moment, setup: Setup) -> Turn | None:
    if press.key is Key.YES and screen.second:
        return Turn(replace(visit, screen=OnlyOne(screen.loan)), sound=Sound.READ)
    if press.key is Key.YES:
        return finish(visit, moment, setup)
    if press.key is Key.NO:
        asked = AskUndo(screen.loan.deed, screen.loan.product, home=False, under=screen)
        return Turn(replace(visit, screen=asked), sound=Sound.READ)
    return None


def _only_one(visit: Visit, screen: OnlyOne, press: Press, moment: Moment, setup: Setup) -> Turn | None:
    return _lent(visit, Lent(screen.loan), press, moment, setup)


_MISSING = Press(Key.DIGIT, "2")
_TROUBLE_KEYS = {"1": Trouble.BROKEN, "3": Trouble.SOILED}


def _home(visit: Visit, screen: Home, press: Press, _moment: Moment, setup: Setup) -> Turn | None:
    home = screen.outcome
    if press.key is Key.YES:
        return Turn(replace(visit, screen=AllRight(home.product)), sound=Sound.READ)
    if press.key is Key.NO:
        asked = AskUndo(home.deed, home.product, home=True, under=screen)
        return Turn(replace(visit, screen=asked), sound=Sound.READ)
    if press == _MISSING:
        return missing.begin(visit, screen, setup)
    if press.key is Key.DIGIT and press.digit in _TROUBLE_KEYS:
        return Turn(visit, Report(home.item, home.deed, _TROUBLE_KEYS[press.digit]))
    return None


def _trouble_noted(
    visit: Visit, screen: TroubleNoted, press: Press, _moment: Moment, setup: Setup
) -> Turn | None:
    if press.key is Key.NO:
        asked = AskUndo(screen.home.deed, screen.home.product, home=True, under=screen)
        return Turn(replace(visit, screen=asked), sound=Sound.READ)
    if press == _MISSING and screen.more:
        return missing.begin(visit, screen, setup)
    return None


def _give_back_or_keep(
    visit: Visit, screen: GiveBackOrKeep | JustBorrowed, press: Press, _moment: Moment, _setup: Setup
) -> Turn | None:
    if press == Press(Key.DIGIT, "1"):
        return Turn(visit, TakeBack(screen.thing.item))
    return mine.give_back_or_keep(visit, screen, press) if isinstance(screen, GiveBackOrKeep) else None


def _whose_card(visit: Visit, screen: WhoseCard, press: Press, _moment: Moment, setup: Setup) -> Turn | None:
    if press.key is Key.YES:
        return lend(visit, screen.thing)
    if press.key is Key.NO:
        somebody_else = replace(fresh(visit, setup), screen=AskCard(screen.thing), waiting=screen.thing.item)
        kept = replace(somebody_else, language=visit.language, voice=visit.voice, volume=visit.volume)
        return Turn(kept, sound=Sound.READ)
    return None


def _ask_weight(visit: Visit, screen: AskWeight, press: Press, _moment: Moment, _setup: Setup) -> Turn | None:
    if press.key is Key.YES:
        return lend(visit, screen.thing)
    if press.key is Key.NO:
        return Turn(replace(visit, screen=TooLight(screen.thing.product)), sound=Sound.READ)
    return None


def _too_light(visit: Visit, _screen: TooLight, press: Press, _moment: Moment, _setup: Setup) -> Turn | None:
    return looking.begin(visit) if press == Press(Key.DIGIT, "1") else None


def _ask_undo(visit: Visit, screen: AskUndo, press: Press, _moment: Moment, _setup: Setup) -> Turn | None:
    if press.key is Key.YES:
        return Turn(visit, Undo(screen.deed))
    if press.key is Key.NO:
        return Turn(replace(visit, screen=screen.under), sound=Sound.READ)
    return wrong(visit)


_TOPICS = {"1": "no_label", "2": "died"}


def _help(visit: Visit, screen: Help, press: Press, _moment: Moment, _setup: Setup) -> Turn | None:
    if press.key in (Key.YES, Key.NO):
        return Turn(replace(visit, screen=screen.under), sound=Sound.READ)
    if press.digit in _TOPICS:
        return Turn(replace(visit, screen=HelpAbout(_TOPICS[press.digit], screen)), sound=Sound.READ)
    if press.digit == "3" and not screen.calls:
        return Turn(replace(visit, screen=TypePhone(None)), sound=Sound.READ)
    return digit_on_help(visit, press.digit) or wrong(visit)


def _aside(
    visit: Visit, screen: NotUnderstood | ThisIs, press: Press, _moment: Moment, _setup: Setup
) -> Turn | None:
    """A label that said nothing has been read about: the visit goes on where it stood."""
    if press.key in (Key.YES, Key.NO):
        return Turn(replace(visit, screen=screen.under), sound=Sound.READ)
    return None


def _whose_is_it(
    visit: Visit, screen: WhoseIsIt, press: Press, _moment: Moment, _setup: Setup
) -> Turn | None:
    if press == Press(Key.DIGIT, "1"):
        return Turn(visit, TakeForeign(screen.label))
    if press.key in (Key.YES, Key.NO):
        return Turn(replace(visit, screen=screen.under), sound=Sound.READ)
    return None


def _call_back_noted(
    visit: Visit, _screen: CallBackNoted, press: Press, _moment: Moment, _setup: Setup
) -> Turn | None:
    return _ask_again(visit) if press.key in (Key.YES, Key.NO) else None


def _help_about(visit: Visit, screen: HelpAbout, press: Press, _moment: Moment, _setup: Setup) -> Turn | None:
    if press.key in (Key.YES, Key.NO):
        return Turn(replace(visit, screen=screen.under), sound=Sound.READ)
    return wrong(visit)


def _no(visit: Visit, screen: No, press: Press, _moment: Moment, _setup: Setup) -> Turn | None:
    if press == Press(Key.DIGIT, "1") and looking.may_ask_when(screen.refusal):
        return looking.at_line(visit, screen.refusal.product)
    return None


# Each takes its own screen's type, which a mapping from types cannot say: hence Any.
_HANDLERS: Mapping[type, Callable[[Visit, Any, Press, Moment, Setup], Turn | None]] = {
    Welcome: _welcome,
    ChooseLanguage: _choose_language,
    AskCard: _ask_card,
    ConfirmPhone: _confirm_phone,
    ConfirmThing: _confirm_thing,
    Lent: _lent,
    OnlyOne: _only_one,
    Home: _home,
    TroubleNoted: _trouble_noted,
    GiveBackOrKeep: _give_back_or_keep,
    JustBorrowed: _give_back_or_keep,
    WhoseCard: _whose_card,
    AskWeight: _ask_weight,
    TooLight: _too_light,
    AskUndo: _ask_undo,
    Help: _help,
    HelpAbout: _help_about,
    NotUnderstood: _aside,
    ThisIs: _aside,
    WhoseIsIt: _whose_is_it,
    CallBackNoted: _call_back_noted,
    BadgePin: staff.typed,
    NoMoreTries: staff.read,
    HandedOver: staff.gone,
    No: _no,
    **looking.HANDLERS,
    **waiting.HANDLERS,
    **mine.HANDLERS,
    **missing.HANDLERS,
}
