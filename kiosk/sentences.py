"""What each screen says: a screen's value in, a page of words out. Pure.

The tone is SCREENS: what happened first, what to do next second, a thing's name before its number, the
same keys in the same places, never a word of blame. Text from outside (names, places) is put into
sentences as a fact and is made safe where it is drawn.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from depot import codes
from depot.outcomes import CheckedOut, Reason, Refused, Trouble, Was
from depot.words import NAMES, Words
from kiosk.journey import values as v


@dataclass(frozen=True, slots=True)
class Line:
    """A catalogue line as the screen needs it, in one language. Weight in kg."""

    name: str
    note: str | None = None
    max_weight_kg: int | None = None


@dataclass(frozen=True, slots=True)
class Scene:
    """What a page is told beside the screen: words, lines, signs, phones, how the scanner is held."""

    words: Words
    lines: Mapping[str, Line] = field(default_factory=dict)
    places: Mapping[str, str] = field(default_factory=dict)
    phones: tuple[tuple[str, str], ...] = ()
    languages: tuple[str, ...] = ("nb", "en")
    fixed_scanner: bool = True
    cards_in_box: bool = True

    def name(self, product: str | None) -> str:
        """A thing's name, large; a thing of an unknown line is a thing."""
        line = self.lines.get(product or "")
        return (line.name if line else self.words.t("The thing")).upper()


@dataclass(frozen=True, slots=True)
class Name:
    """A thing's name, the largest word on the page."""

    text: str


@dataclass(frozen=True, slots=True)
class Para:
    """A sentence or two. `strong` is what must be seen first; `close` follows without a gap."""

    text: str
    strong: bool = False
    close: bool = False


@dataclass(frozen=True, slots=True)
class Choice:
    """A key and what it does."""

    key: str
    text: str


@dataclass(frozen=True, slots=True)
class Typed:
    """Digits as they are typed."""

    text: str


Block = Name | Para | Choice | Typed


@dataclass(frozen=True, slots=True)
class Page:
    """One screen in words: title, count of things, blocks, and the last line's three places."""

    title: str
    blocks: tuple[Block, ...]
    yes: str = ""
    no: str = ""
    count: str = ""
    hint: str = ""


def page(visit: v.Visit, scene: Scene) -> Page:
    """Say what a visit's screen says."""
    made: Page = _PAGES[type(visit.screen)](visit.screen, visit, scene)
    count = scene.words.n("%(n)d thing", "%(n)d things", visit.count) if visit.count else ""
    return Page(made.title, made.blocks, made.yes, made.no, count, _hint(visit, scene.words))


def _hint(visit: v.Visit, w: Words) -> str:
    if visit.hint is v.Hint.KEYS:
        return w.t("Use the digits, Enter, - and +.")
    if visit.hint is v.Hint.CARD_FIRST:
        return w.t("Scan your card first, then the next thing.")
    if visit.hint is v.Hint.NUMBER_FIRST:
        return w.t("Type the number first, then we go on with the thing.")
    return ""


def _welcome(_screen: v.Welcome, _visit: v.Visit, scene: Scene) -> Page:
    w = scene.words
    first = (
        w.t("First time? Take a card from the box.")
        if scene.cards_in_box
        else w.t("First time? Press + and we help you.")
    )
    blocks: list[Block] = [Para(_how_to_scan(scene)), Para(first)]
    blocks.append(Choice("0", w.t("Type the digits on the label")))
    if len(scene.languages) > 1:
        blocks.append(Choice("9", " / ".join(_LANGUAGE[language] for language in scene.languages)))
    return Page(w.t("Do you want to borrow or return?"), tuple(blocks))


_LANGUAGE = {"nb": "Språk", "nn": "Språk", "da": "Sprog", "en": "Language"}


def _how_to_scan(scene: Scene) -> str:
    if scene.fixed_scanner:
        return scene.words.t("Hold the yellow label on the aid under the red light until it beeps.")
    return scene.words.t("Point the scanner at the yellow label on the aid until it beeps.")


def _how_to_scan_a_card(scene: Scene) -> str:
    w = scene.words
    return w.t("Hold your card under the red light.") if scene.fixed_scanner else w.t("Scan your card.")


def _choose_language(_screen: v.ChooseLanguage, _visit: v.Visit, scene: Scene) -> Page:
    choices = tuple(
        Choice(str(number), NAMES[language]) for number, language in enumerate(scene.languages, 1)
    )
    return Page(
        " / ".join(_LANGUAGE[language] for language in scene.languages), choices, no=_back(scene.words)
    )


def _card_open(screen: v.CardOpen, visit: v.Visit, scene: Scene) -> Page:
    w, met = scene.words, screen.met
    blocks: list[Block] = [Para(_card(visit, w), strong=True)]
    if screen.just_started:
        blocks.append(Para(w.t("The card is yours now. We will ring you to say hello.")))
    elif met.lines == 0:
        blocks.append(Para(w.t("You have nothing on loan.")))
    else:
        blocks.append(Para(w.n("You have %(n)d thing on loan.", "You have %(n)d things on loan.", met.lines)))
        if met.nearest_due is not None:
            late = w.t("The first should have been returned by %(day)s.", day=w.day(met.nearest_due))
            next_due = w.t("The first is to be returned by %(day)s.", day=w.day(met.nearest_due))
            blocks.append(Para(late if met.late else next_due, close=True))
    blocks.append(Para(w.t("Scan what you want to borrow or return.")))
    return Page(w.t("Your card is open"), tuple(blocks), yes=w.t("done"))


def _card(visit: v.Visit, w: Words) -> str:
    return w.t("card … %(digits)s", digits=codes.digits(visit.card)[-2:]) if visit.card else ""


def _ask_card(screen: v.AskCard, _visit: v.Visit, scene: Scene) -> Page:
    w, thing = scene.words, screen.thing
    set_aside: tuple[Block, ...] = ()
    if thing.state == "set_aside":
        set_aside = (Para(w.t("It is set aside for somebody who waits. Is that you?")),)
    no_card = (
        w.t("No card? Take one from the box and scan it.")
        if scene.cards_in_box
        else w.t("No card? Press + and we help you.")
    )
    return Page(
        w.t("Do you want to borrow this?"),
        (
            *_thing(thing.item, thing.product, scene),
            *set_aside,
            Para(_how_to_scan_a_card(scene), strong=True),
            Para(no_card, close=True),
            Choice("0", w.t("Type the digits on the card")),
            Choice("1", w.t("I am bringing it back")),
        ),
        no=_back(w),
    )


def _thing(item: str, product: str | None, scene: Scene) -> tuple[Block, ...]:
    return (Name(scene.name(product)), Para(codes.spoken(item), close=True))


def _type_phone(screen: v.TypePhone, _visit: v.Visit, scene: Scene) -> Page:
    w = scene.words
    own = w.t("Type a phone number that reaches you, your own or a relative's, and press Enter.")
    ring = w.t("Type your phone number and press Enter. We ring you.")
    blocks: list[Block] = [Para(ring if screen.card is None else own), Typed(_in_pairs(screen.typed) + "_")]
    if screen.again:
        blocks.append(Para(w.t("We cannot ring this number. Look at the digits once more."), strong=True))
    elif screen.typed:
        blocks.append(Para(w.t("Comma takes the last digit away.")))
    else:
        blocks.append(Para(w.t("We ask for no name.")))
    return Page(w.t("Your phone number"), tuple(blocks), yes=_on(w), no=_back(w))


def _in_pairs(digits: str) -> str:
    return " ".join(digits[at : at + 2] for at in range(0, len(digits), 2))


def _confirm_phone(screen: v.ConfirmPhone, _visit: v.Visit, scene: Scene) -> Page:
    w = scene.words
    blocks = (
        Typed(screen.phone.grouped),
        Choice("Enter", w.t("yes")),
        Choice("-", w.t("no, I type it again")),
    )
    return Page(w.t("Is this number right?"), blocks, yes=_yes(w), no=w.t("no"))


def _type_code(screen: v.TypeCode, _visit: v.Visit, scene: Scene) -> Page:
    w = scene.words
    is_card = screen.what is v.TypingFor.CARD
    title = w.t("Type the digits on the card") if is_card else w.t("Type the digits on the label")
    ask = (
        w.t("There are eight digits on the card. Type them and press Enter.")
        if is_card
        else w.t("There are eight digits on the yellow label. Type them and press Enter.")
    )
    blocks: list[Block] = [Para(ask), Typed(_in_fours(screen.typed))]
    if screen.again:
        blocks.append(Para(w.t("We do not know these digits. Look at them once more."), strong=True))
    if screen.typed:
        blocks.append(Para(w.t("Comma takes the last digit away.")))
    return Page(title, tuple(blocks), yes=_on(w), no=_back(w))


def _in_fours(typed: str) -> str:
    shown = typed.ljust(8, "_")
    return " ".join(shown[at : at + 4] for at in range(0, len(shown), 4))


def _type_last_four(screen: v.TypeLastFour, _visit: v.Visit, scene: Scene) -> Page:
    w = scene.words
    dots = " ".join("●" * len(screen.typed) + "_" * (4 - len(screen.typed)))
    blocks: list[Block] = [
        Para(w.t("Type the last four digits of the phone number that you gave, and press Enter.")),
        Typed(dots),
    ]
    if screen.again:
        blocks.append(
            Para(w.t("These digits do not fit the card. Try once more, or scan the card."), strong=True)
        )
    return Page(w.t("Is the card yours?"), tuple(blocks), yes=_on(w), no=_back(w))


def _confirm_thing(screen: v.ConfirmThing, _visit: v.Visit, scene: Scene) -> Page:
    w, thing = scene.words, screen.thing
    blocks = (
        *_thing(thing.item, thing.product, scene),
        Choice("Enter", w.t("yes")),
        Choice("-", w.t("no, I type the digits again")),
    )
    return Page(w.t("Is it this one?"), blocks, yes=_yes(w), no=w.t("no"))


def _lent(screen: v.Lent, visit: v.Visit, scene: Scene) -> Page:
    w, loan = scene.words, screen.loan
    blocks = [*_loan(loan, visit, scene)]
    if screen.second:
        blocks.append(Para(w.t("These are two and belong together. Scan the other one, too."), strong=True))
        return Page(w.t("One of the pair is yours"), tuple(blocks), yes=w.t("only one"), no=_undo(w))
    blocks.extend(_advice(loan, scene))
    if not loan.flags:
        blocks.append(Para(w.t("You are done and can go.")))
        blocks.append(Para(w.t("Do you want more? Scan it."), close=True))
    title = w.t("Both are on loan to you") if screen.whole else w.t("The loan is in order")
    return Page(title, tuple(blocks), yes=w.t("done"), no=_undo(w))


def _loan(loan: CheckedOut, visit: v.Visit, scene: Scene) -> tuple[Block, ...]:
    w = scene.words
    whose = f"{codes.spoken(loan.item)}     {_card(visit, w)}"
    if loan.due is not None:
        until = w.t("Return it by %(day)s.", day=w.day(loan.due))
    else:
        until = w.n("You can keep it for %(n)d day.", "You can keep it for %(n)d days.", loan.days)
    return (Name(scene.name(loan.product)), Para(whose, close=True), Para(until, strong=True))


def _advice(loan: CheckedOut, scene: Scene) -> tuple[Block, ...]:
    """Why the loan is short and whom to call; else the safety note and the weight that it bears."""
    w = scene.words
    if loan.flags:
        why = tuple(Para(_FLAGS[flag](w), close=bool(number)) for number, flag in enumerate(loan.flags[:2]))
        return (*why, *_call(scene))
    line = scene.lines.get(loan.product or "")
    blocks: list[Block] = []
    if line and line.note:
        blocks.append(Para(line.note))
    if line and line.max_weight_kg:
        blocks.append(Para(w.t("It bears up to %(kg)d kg.", kg=line.max_weight_kg), close=True))
    return tuple(blocks)


_FLAGS: Mapping[Reason, Callable[[Words], str]] = {
    Reason.TOO_MANY_LINES: lambda w: w.t("You have many things on loan, so this loan is short."),
    Reason.OVERDUE: lambda w: w.t("Other things should have been returned, so this loan is short."),
    Reason.CARD_EXPIRED: lambda w: w.t("The card has run out, so this loan is short."),
    Reason.CARD_UNCONFIRMED: lambda w: w.t("We have not reached you by phone yet, so this loan is short."),
    Reason.CAP_REACHED: lambda w: w.t(
        "For needs that last over two years NAV is the one to ask. This loan is short."
    ),
}


def _call(scene: Scene) -> tuple[Block, ...]:
    w = scene.words
    if not scene.phones:
        return (Para(w.t("Press + to have us ring you.")),)
    name, number = scene.phones[0]
    return (Para(w.t("Call %(name)s, %(number)s.", name=name, number=number)),)


def _only_one(screen: v.OnlyOne, visit: v.Visit, scene: Scene) -> Page:
    w = scene.words
    blocks = (*_loan(screen.loan, visit, scene), *_advice(screen.loan, scene))
    return Page(w.t("Just the one, then"), blocks, yes=w.t("done"), no=_undo(w))


def _home(screen: v.Home, _visit: v.Visit, scene: Scene) -> Page:
    w, home = scene.words, screen.outcome
    return Page(
        w.t("Thank you! It is returned now"),
        (
            Name(scene.name(home.product)),
            *_put_at(home.place, scene, missed=home.was is Was.FOUND),
            Para(w.t("Is everything all right, and is all with it?"), strong=True),
            Choice("Enter", w.t("yes")),
            Choice("1", w.t("something is broken or worn")),
            Choice("2", w.t("something is missing")),
            Choice("3", w.t("spills or infection: needs an extra wash")),
            Para(w.t("Do you have more? Just scan on.")),
        ),
        yes=_yes(w),
        no=_undo(w),
    )


def _put_at(place: str | None, scene: Scene, *, missed: bool = False) -> tuple[Block, ...]:
    w = scene.words
    where = (
        w.t("Put it at the blue sign: %(place)s", place=place) if place else w.t("Put it on the floor here.")
    )
    return (
        (Para(w.t("Good to see it again!")), Para(where, strong=True, close=True))
        if missed
        else (Para(where, strong=True),)
    )


def _all_right(_screen: v.AllRight, _visit: v.Visit, scene: Scene) -> Page:
    w = scene.words
    blocks = (Para(w.t("Thank you for bringing it back.")), Para(w.t("Do you have more? Just scan on.")))
    return Page(w.t("Thank you!"), blocks, yes=_on(w))


_TOLD: Mapping[Trouble, Callable[[Words], str]] = {
    Trouble.BROKEN: lambda w: w.t("We will repair it."),
    Trouble.MISSING_PART: lambda w: w.t("Bring the rest when you find it. We have noted it."),
    Trouble.SOILED: lambda w: w.t("We will wash it extra well."),
}


def _trouble_noted(screen: v.TroubleNoted, _visit: v.Visit, scene: Scene) -> Page:
    w = scene.words
    blocks = (
        Name(scene.name(screen.outcome.product)),
        *_put_at(screen.outcome.place, scene),
        Para(_TOLD[screen.what](w)),
        Para(w.t("Do you have more? Just scan on.")),
    )
    return Page(w.t("Thank you for telling us"), blocks, yes=_on(w), no=_undo(w))


_REASONS: Mapping[Reason, Callable[[Words], str]] = {
    Reason.ON_LOAN_TO_OTHER: lambda w: w.t("It is on loan."),
    Reason.IN_CLEANING: lambda w: w.t("It was returned, but it is not washed yet."),
    Reason.IN_REPAIR: lambda w: w.t("It is broken and waits to be repaired."),
    Reason.QUARANTINED: lambda w: w.t("It must be washed extra well first. Please wash your hands."),
    Reason.NOT_AVAILABLE: lambda w: w.t("It is not ready to be lent."),
    Reason.STAFF_ONLY: lambda w: w.t("Somebody must fit it to you or show you how to use it."),
    Reason.INSPECTION_EXPIRED: lambda w: w.t("It must be checked before it is lent again."),
    Reason.RECALLED: lambda w: w.t("The maker has called it back."),
    Reason.SET_ASIDE_FOR_OTHER: lambda w: w.t("It is set aside for somebody who waits."),
    Reason.CARD_UNKNOWN: lambda w: w.t("We do not know the card."),
    Reason.CARD_BLOCKED: lambda w: w.t("The card cannot be used now."),
    Reason.TOO_MANY_LINES: lambda w: w.t("The card has as many loans as it may have."),
    Reason.OVERDUE: lambda w: w.t("Other things should have been returned first."),
    Reason.CARD_EXPIRED: lambda w: w.t("The card has run out."),
    Reason.CARD_UNCONFIRMED: lambda w: w.t("We have not reached you by phone yet."),
    Reason.CAP_REACHED: lambda w: w.t("For needs that last over two years NAV is the one to ask."),
    Reason.LEDGER_FULL: lambda w: w.t("We can take things back, but not lend any just now."),
}
_KEEP_IT = frozenset({Reason.STAFF_ONLY, Reason.CARD_UNKNOWN, Reason.CARD_BLOCKED, Reason.LEDGER_FULL})


def _no(screen: v.No, _visit: v.Visit, scene: Scene) -> Page:
    refusal = screen.refusal
    if refusal.checked_in:
        return _came_home(refusal, scene)
    w = scene.words
    told = [_REASONS[reason](w) for reason in refusal.reasons if reason in _REASONS] or [
        w.t("It is not ready to be lent.")
    ]
    blocks: list[Block] = [Name(scene.name(refusal.product))]
    blocks.extend(Para(sentence, close=bool(number)) for number, sentence in enumerate(told[:3]))
    if refusal.place:
        blocks.append(Para(_where(refusal, w), strong=True))
    blocks.extend(_another(refusal, scene))
    return Page(w.t("You cannot borrow this now"), tuple(blocks), yes=_on(w), no=_back(w))


def _where(refusal: Refused, w: Words) -> str:
    if refusal.reasons[0] in _ON_ITS_SHELF or refusal.reasons[0] not in _REASONS:
        return w.t("Put it back on shelf %(shelf)s.", shelf=refusal.place)
    return w.t("Put it at the blue sign: %(place)s", place=refusal.place)


_ON_ITS_SHELF = frozenset(
    {
        Reason.STAFF_ONLY,
        Reason.SET_ASIDE_FOR_OTHER,
        Reason.RECALLED,
        Reason.INSPECTION_EXPIRED,
        Reason.CARD_UNKNOWN,
        Reason.CARD_BLOCKED,
        Reason.TOO_MANY_LINES,
        Reason.OVERDUE,
        Reason.CARD_EXPIRED,
        Reason.CARD_UNCONFIRMED,
        Reason.CAP_REACHED,
        Reason.LEDGER_FULL,
    }
)


def _another(refusal: Refused, scene: Scene) -> tuple[Block, ...]:
    w = scene.words
    if refusal.reasons[0] in _CALL:
        return _call(scene)
    if refusal.reasons[0] is Reason.CARD_UNKNOWN and scene.cards_in_box:
        return (Para(w.t("Take a new card from the box and scan it.")),)
    if refusal.others:
        shelf, number = refusal.others[0]
        text = w.n(
            "There is %(n)d more on shelf %(shelf)s. Take that one.",
            "There are %(n)d more on shelf %(shelf)s. Take one of them.",
            number,
            shelf=shelf,
        )
        return (Para(text),)
    return (Para(w.t("No other one is free here just now.")),)


_CALL = frozenset(
    {
        Reason.STAFF_ONLY,
        Reason.CARD_BLOCKED,
        Reason.TOO_MANY_LINES,
        Reason.OVERDUE,
        Reason.CARD_EXPIRED,
        Reason.CARD_UNCONFIRMED,
        Reason.CAP_REACHED,
        Reason.LEDGER_FULL,
    }
)


def _came_home(refusal: Refused, scene: Scene) -> Page:
    """The attempt proved that the thing had come home: thank, and nothing about who had it."""
    w = scene.words
    blocks = (
        Name(scene.name(refusal.product)),
        Para(w.t("It must be washed before it is lent again.")),
        *_put_at(refusal.place, scene),
        *_another(refusal, scene),
    )
    return Page(w.t("Thank you! It is returned now"), blocks, yes=_on(w))


_CARDS: Mapping[str, Callable[[Words], tuple[str, str]]] = {
    "unknown": lambda w: (w.t("We do not know this card"), w.t("Take a new card from the box and scan it.")),
    "staff": lambda w: (
        w.t("This card is not in use yet"),
        w.t("Somebody here must start it with you."),
    ),
    "blocked": lambda w: (
        w.t("This card cannot be used now"),
        w.t("What you have on loan is still in order."),
    ),
    "paused": lambda w: (
        w.t("Cards cannot be typed just now"),
        w.t("Scan your card, or take a new one from the box. Typing is open again in ten minutes."),
    ),
    "no_more": lambda w: (
        w.t("The digits did not fit the card"),
        w.t("Scan your card, or take a new one from the box."),
    ),
}


def _card_refused(screen: v.CardRefused, _visit: v.Visit, scene: Scene) -> Page:
    w = scene.words
    title, text = _CARDS[screen.card_is](w)
    if screen.card_is == "unknown" and not scene.cards_in_box:
        text = w.t("Press + and we help you.")
    call = _call(scene) if screen.card_is in ("blocked", "no_more", "staff") else ()
    return Page(title, (Para(text), *call), yes=_on(w), no=_back(w))


def _already_listed(screen: v.AlreadyListed, _visit: v.Visit, scene: Scene) -> Page:
    w = scene.words
    blocks = (
        *_thing(screen.item, screen.product, scene),
        Para(w.t("It is on your card. Nothing has changed.")),
        Para(w.t("Do you want more? Scan it.")),
    )
    return Page(w.t("It is already in your list"), blocks, yes=_on(w))


def _already_home(screen: v.AlreadyHome, _visit: v.Visit, scene: Scene) -> Page:
    w = scene.words
    where = _put_at(screen.place, scene) if screen.place else ()
    blocks = (
        *_thing(screen.item, screen.product, scene),
        *where,
        Para(w.t("Do you have more? Just scan on.")),
    )
    return Page(w.t("It is already returned"), blocks, yes=_on(w))


def _give_back_or_keep(screen: v.GiveBackOrKeep, _visit: v.Visit, scene: Scene) -> Page:
    return _keep_or_back(
        scene.words.t("You have this on loan"), screen.thing.item, screen.thing.product, scene
    )


def _just_borrowed(screen: v.JustBorrowed, _visit: v.Visit, scene: Scene) -> Page:
    return _keep_or_back(
        scene.words.t("It was borrowed here just now"), screen.thing.item, screen.thing.product, scene
    )


def _keep_or_back(title: str, item: str, product: str | None, scene: Scene) -> Page:
    w = scene.words
    blocks = (
        *_thing(item, product, scene),
        Choice("Enter", w.t("it stays on loan")),
        Choice("1", w.t("I am bringing it back")),
    )
    return Page(title, blocks, yes=w.t("keep"))


def _whose_card(screen: v.WhoseCard, visit: v.Visit, scene: Scene) -> Page:
    w = scene.words
    digits = codes.digits(visit.card or "")[-2:]
    blocks = (
        *_thing(screen.thing.item, screen.thing.product, scene),
        Para(w.t("Shall this go on the card ending in %(digits)s, too?", digits=digits), strong=True),
        Choice("Enter", w.t("yes")),
        Choice("-", w.t("no, on another card")),
        Para(w.t("Or just scan your own card.")),
    )
    return Page(w.t("Whose loan is this?"), blocks, yes=_yes(w), no=w.t("no"))


def _ask_undo(screen: v.AskUndo, _visit: v.Visit, scene: Scene) -> Page:
    w = scene.words
    title = w.t("Do you want to undo the return?") if screen.home else w.t("Do you want to undo the loan?")
    blocks = (Name(scene.name(screen.product)), Choice("Enter", w.t("yes, undo")), Choice("-", w.t("no")))
    return Page(title, blocks, yes=_yes(w), no=w.t("no"))


def _taken(screen: v.Taken, _visit: v.Visit, scene: Scene) -> Page:
    w = scene.words
    blocks: list[Block] = []
    # Both pieces of a pair belong on one shelf and are told of once.
    for thing in {(one.product, one.place, one.back_on_loan): one for one in screen.things}.values():
        blocks.append(Name(scene.name(thing.product)))
        if thing.back_on_loan:
            blocks.append(Para(w.t("It is on loan as before. Take it with you.")))
        elif thing.place:
            blocks.append(Para(w.t("Put it back on shelf %(shelf)s.", shelf=thing.place), strong=True))
    return Page(w.t("It is undone"), tuple(blocks), yes=_on(w))


def _undo_too_late(_screen: v.UndoTooLate, _visit: v.Visit, scene: Scene) -> Page:
    w = scene.words
    return Page(
        w.t("It cannot be undone any more"),
        (Para(w.t("Something else has happened to it since.")), *_call(scene)),
        yes=_on(w),
    )


def _not_ours(screen: v.NotOurs, _visit: v.Visit, scene: Scene) -> Page:
    w = scene.words
    if screen.nav and screen.place:
        return Page(
            w.t("Thank you! This belongs to NAV"),
            (
                Para(w.t("We send it on to them.")),
                Para(w.t("Put it at the blue sign: %(place)s", place=screen.place), strong=True),
                Para(
                    w.t("Write the name of the one who used it on a slip and put the slip in the closed box.")
                ),
            ),
            yes=_on(w),
        )
    title = w.t("This belongs to NAV") if screen.nav else w.t("This is not ours")
    if screen.place:
        text = w.t("You may leave it here. Put it at the blue sign: %(place)s", place=screen.place)
    else:
        text = w.t("Please take it back to the place that lent it to you.")
    return Page(title, (Para(text), *_call(scene)), yes=_on(w))


def _not_understood(screen: v.NotUnderstood, visit: v.Visit, scene: Scene) -> Page:
    w = scene.words
    if screen.reason == "layout":
        blocks: tuple[Block, ...] = (
            Para(w.t("The scanner needs to be set up again. Press 0 and type the digits instead.")),
            *_call(scene),
        )
        return Page(w.t("The scanner speaks another language"), blocks, yes=_on(w))
    if visit.waiting is not None:
        how, type_it = _how_to_scan_a_card(scene), w.t("Press 0 and type the eight digits on the card.")
    else:
        how, type_it = _how_to_scan(scene), w.t("Press 0 and type the eight digits on the yellow label.")
    digits = Para(type_it, strong=screen.times > 1)
    no_digits = Para(w.t("No digits? Press + for help."))
    blocks = (digits, no_digits) if screen.times > 1 else (Para(how), digits)
    return Page(w.t("We do not know this label. Try once more"), blocks, yes=_on(w))


_KINDS: Mapping[str, Callable[[Words], str]] = {
    "shelf": lambda w: w.t("This is the label of a shelf"),
    "product": lambda w: w.t("This is the label of a shelf"),
    "slip": lambda w: w.t("This is a slip of paper"),
    "badge": lambda w: w.t("This is a badge for staff"),
    "maker": lambda w: w.t("This is the maker's own label"),
    "command": lambda w: w.t("That does nothing just now"),
}


def _this_is(screen: v.ThisIs, _visit: v.Visit, scene: Scene) -> Page:
    w = scene.words
    return Page(_KINDS[screen.kind](w), (Para(_how_to_scan(scene)),), yes=_on(w))


def _help(screen: v.Help, _visit: v.Visit, scene: Scene) -> Page:
    w = scene.words
    blocks: list[Block] = [
        Para(w.t("Call %(name)s, %(number)s.", name=name, number=number), strong=True, close=bool(at))
        for at, (name, number) in enumerate(screen.calls[:3])
    ]
    if not screen.calls:
        blocks.append(Para(w.t("Nobody answers the phone just now.")))
    blocks.append(Choice("1", w.t("I am returning something without a label")))
    blocks.append(Choice("2", w.t("I am returning for somebody who has died")))
    if not screen.calls:
        ring = w.t("Ring me")
        if screen.next_day is not None:
            ring = w.t("Ring me on %(weekday)s", weekday=w.weekday(screen.next_day))
        blocks.append(Choice("3", ring))
    return Page(w.t("Help"), tuple(blocks), yes=_on(w), no=_back(w))


def _help_about(screen: v.HelpAbout, _visit: v.Visit, scene: Scene) -> Page:
    w = scene.words
    if screen.topic == "died":
        text = w.t("Set down what you have. We see to the rest.")
        return Page(
            w.t("Are you returning for somebody who has died?"), (Para(text),), yes=_on(w), no=_back(w)
        )
    place = scene.places.get("unknown", "")
    blocks = (
        Para(w.t("Put it at the blue sign: %(place)s", place=place), strong=True),
        Para(w.t("We find out what it is. Thank you for bringing it.")),
    )
    return Page(w.t("Is there no label on it?"), blocks, yes=_on(w), no=_back(w))


def _call_back_noted(screen: v.CallBackNoted, _visit: v.Visit, scene: Scene) -> Page:
    w = scene.words
    when = w.t("We ring you on %(day)s.", day=w.day(screen.day)) if screen.day else w.t("We ring you.")
    return Page(w.t("We have your number"), (Para(when, strong=True),), yes=_on(w))


def _more_time(_screen: v.MoreTime, _visit: v.Visit, scene: Scene) -> Page:
    w = scene.words
    blocks = (
        Para(w.t("Press any key."), strong=True),
        Para(w.t("Else the screen is cleared in half a minute. Everything that you have scanned is stored.")),
    )
    return Page(w.t("Do you need more time?"), blocks, yes=_yes(w))


def _finished(screen: v.Finished, _visit: v.Visit, scene: Scene) -> Page:
    w = scene.words
    blocks: list[Block] = []
    if screen.lent:
        blocks.append(
            Para(
                w.n("You have borrowed %(n)d thing.", "You have borrowed %(n)d things.", screen.lent),
                strong=True,
            )
        )
    if screen.home:
        blocks.append(
            Para(w.n("You have returned %(n)d thing.", "You have returned %(n)d things.", screen.home))
        )
    blocks.append(Para(w.t("You can return at any hour, and you need no card for it.")))
    return Page(w.t("Thank you, and take care!"), tuple(blocks))


def _not_stored(_screen: v.NotStored, _visit: v.Visit, scene: Scene) -> Page:
    w = scene.words
    return Page(
        w.t("That was not registered"),
        (
            Para(w.t("Please scan it once more."), strong=True),
            Para(w.t("Does it happen again? Press + for help.")),
        ),
        yes=_on(w),
    )


def _out_of_service(screen: v.OutOfService, _visit: v.Visit, scene: Scene) -> Page:
    w = scene.words
    blocks: list[Block] = [
        Para(w.t("We cannot register anything just now."), strong=True),
        Para(w.t("Are you returning something? Set it down here; we see to the rest.")),
    ]
    calls = screen.calls or scene.phones
    blocks.extend(
        Para(w.t("Call %(name)s, %(number)s.", name=name, number=number), close=bool(at))
        for at, (name, number) in enumerate(calls[:2])
    )
    return Page(w.t("The depot is resting"), tuple(blocks))


def _yes(w: Words) -> str:
    return w.t("yes")


def _on(w: Words) -> str:
    return w.t("go on")


def _back(w: Words) -> str:
    return w.t("back")


def _undo(w: Words) -> str:
    return w.t("undo")


# Each takes its own screen's type, which a mapping from types cannot say: hence Any.
_PAGES: Mapping[type, Callable[[Any, v.Visit, Scene], Page]] = {
    v.Welcome: _welcome,
    v.ChooseLanguage: _choose_language,
    v.CardOpen: _card_open,
    v.AskCard: _ask_card,
    v.TypePhone: _type_phone,
    v.ConfirmPhone: _confirm_phone,
    v.TypeCode: _type_code,
    v.TypeLastFour: _type_last_four,
    v.ConfirmThing: _confirm_thing,
    v.Lent: _lent,
    v.OnlyOne: _only_one,
    v.Home: _home,
    v.AllRight: _all_right,
    v.TroubleNoted: _trouble_noted,
    v.No: _no,
    v.CardRefused: _card_refused,
    v.AlreadyListed: _already_listed,
    v.AlreadyHome: _already_home,
    v.GiveBackOrKeep: _give_back_or_keep,
    v.JustBorrowed: _just_borrowed,
    v.WhoseCard: _whose_card,
    v.AskUndo: _ask_undo,
    v.Taken: _taken,
    v.UndoTooLate: _undo_too_late,
    v.NotOurs: _not_ours,
    v.NotUnderstood: _not_understood,
    v.ThisIs: _this_is,
    v.Help: _help,
    v.HelpAbout: _help_about,
    v.CallBackNoted: _call_back_noted,
    v.MoreTime: _more_time,
    v.Finished: _finished,
    v.NotStored: _not_stored,
    v.OutOfService: _out_of_service,
}
