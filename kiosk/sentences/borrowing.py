"""Screens about a thing that leaves: whose card, the loan, a thing that is on loan already."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from depot import codes
from depot.outcomes import CheckedOut, Reason
from depot.words import Words
from kiosk.journey import shown
from kiosk.journey import values as v
from kiosk.sentences.page import Block, Choice, Name, Page, Para, Scene, Slip
from kiosk.sentences.phrases import (
    back,
    bears,
    card,
    card_heard,
    go_on,
    how_to_scan_a_card,
    named,
    plain,
    put_back,
    undo,
    whom_to_call,
    yes,
)


def _ask_card(screen: shown.AskCard, _visit: v.Visit, scene: Scene) -> Page:
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
            *named(thing.item, thing.product, scene),
            *bears(thing.product, scene),
            *set_aside,
            Para(how_to_scan_a_card(scene), strong=True),
            Para(no_card, close=True),
            Choice("0", w.t("Type the digits on the card")),
            Choice("1", w.t("I am bringing it back")),
        ),
        no=back(w),
    )


def _lent(screen: shown.Lent, visit: v.Visit, scene: Scene) -> Page:
    w, loan = scene.words, screen.loan
    blocks = [*_loan(loan, visit, scene)]
    if screen.second:
        blocks.append(Para(w.t("These are two and belong together. Scan the other one, too."), strong=True))
        return Page(w.t("One of the pair is yours"), tuple(blocks), yes=w.t("only one"), no=undo(w))
    blocks.extend(_advice(loan, scene))
    goes_with = _goes_with(loan, visit, scene)
    blocks.extend(goes_with)
    blocks.extend(_at_the_end(loan, scene))
    if not loan.flags and not goes_with:
        blocks.append(Para(w.t("Do you want more? Scan it."), close=True))
    title = w.t("Both are on loan to you") if screen.whole else w.t("The loan is in order")
    return Page(title, tuple(blocks), yes=w.t("done"), no=undo(w))


def _at_the_end(loan: CheckedOut, scene: Scene) -> tuple[Block, ...]:
    """Say that nothing more is to be done, but for a slip that comes; of a loan that is short, only the slip."""
    w = scene.words
    if loan.flags:
        return (Para(w.t("Take the slip with the date."), close=True),) if scene.slip is Slip.COMES else ()
    return (Para(_DONE[scene.slip](w)),)


_DONE: Mapping[Slip, Callable[[Words], str]] = {
    Slip.NEVER: lambda w: w.t("You are done and can go."),
    Slip.COMES: lambda w: w.t("Take the slip with the date. Then you are done and can go."),
    Slip.NOT_NOW: lambda w: w.t("No slip comes now, and you need none. You are done and can go."),
}


def _loan(loan: CheckedOut, visit: v.Visit, scene: Scene) -> tuple[Block, ...]:
    w = scene.words
    whose = f"{codes.spoken(loan.item)}     {card(visit, w)}"
    heard = f"{codes.spoken(loan.item)}. {card_heard(visit, w)}"
    if loan.due is not None:
        until = w.t("Return it by %(day)s.", day=w.day(loan.due))
    else:
        until = w.n("You can keep it for %(n)d day.", "You can keep it for %(n)d days.", loan.days)
    return (Name(scene.name(loan.product)), Para(whose, close=True, heard=heard), Para(until, strong=True))


def _advice(loan: CheckedOut, scene: Scene) -> tuple[Block, ...]:
    """Why the loan is short and whom to call; else the safety note and the weight that it bears."""
    w = scene.words
    if loan.flags:
        why = tuple(Para(FLAGS[flag](w), close=bool(number)) for number, flag in enumerate(loan.flags[:2]))
        return (*why, *whom_to_call(scene))
    line = scene.lines.get(loan.product or "")
    blocks: list[Block] = []
    if line and line.note:
        blocks.append(Para(line.note))
    if line and line.max_weight_kg:
        blocks.append(Para(w.t("It bears up to %(kg)d kg.", kg=line.max_weight_kg), close=True))
    return tuple(blocks)


def _goes_with(loan: CheckedOut, visit: v.Visit, scene: Scene) -> tuple[Block, ...]:
    """What the thing needs; else what suits it and stands free. One sentence, and none on a short loan's page."""
    line = scene.lines.get(loan.product or "")
    if line is None or loan.flags:
        return ()
    taken = {one.product for one in visit.listed if not one.home}
    w, shelves = scene.words, scene.shelves
    for other in line.needs:
        if other not in taken and other in shelves:
            said = w.t(
                "You also need: %(name)s, shelf %(shelf)s.", name=plain(other, scene), shelf=shelves[other]
            )
            return (Para(said, strong=True),)
        if other not in taken and other in scene.lines:
            return (Para(w.t("You also need: %(name)s.", name=plain(other, scene)), strong=True),)
    for other in line.suits:
        if other not in taken and other in shelves:
            said = w.t(
                "This goes with it: %(name)s, shelf %(shelf)s.",
                name=plain(other, scene),
                shelf=shelves[other],
            )
            return (Para(said),)
    return ()


FLAGS: Mapping[Reason, Callable[[Words], str]] = {
    Reason.TOO_MANY_LINES: lambda w: w.t("You have many things on loan, so this loan is short."),
    Reason.OVERDUE: lambda w: w.t("Other things should have been returned, so this loan is short."),
    Reason.CARD_EXPIRED: lambda w: w.t("The card has run out, so this loan is short."),
    Reason.CARD_UNCONFIRMED: lambda w: w.t("We have not reached you by phone yet, so this loan is short."),
    Reason.CAP_REACHED: lambda w: w.t(
        "When a need lasts over two years, NAV is to help you. We help you to ask. This loan is short."
    ),
}


def _only_one(screen: shown.OnlyOne, visit: v.Visit, scene: Scene) -> Page:
    w = scene.words
    blocks = [*_loan(screen.loan, visit, scene), *_advice(screen.loan, scene)]
    blocks.extend(_at_the_end(screen.loan, scene))
    return Page(w.t("Just the one, then"), tuple(blocks), yes=w.t("done"), no=undo(w))


def _whose_card(screen: shown.WhoseCard, visit: v.Visit, scene: Scene) -> Page:
    w = scene.words
    digits = codes.digits(visit.card or "")[-2:]
    whose = w.t("Shall this go on the card ending in %(digits)s, too?", digits=digits)
    heard = w.t("Shall this go on the card ending in %(digits)s, too?", digits=" ".join(digits))
    blocks = (
        *named(screen.thing.item, screen.thing.product, scene),
        *bears(screen.thing.product, scene),
        Para(whose, strong=True, heard=heard),
        Choice("Enter", w.t("yes")),
        Choice("-", w.t("no, on another card")),
        Para(w.t("Or just scan your own card.")),
    )
    return Page(w.t("Whose loan is this?"), blocks, yes=yes(w), no=w.t("no"))


def _already_listed(screen: shown.AlreadyListed, _visit: v.Visit, scene: Scene) -> Page:
    w = scene.words
    blocks = (
        *named(screen.item, screen.product, scene),
        Para(w.t("It is on your card. Nothing has changed.")),
        Para(w.t("Do you want more? Scan it.")),
    )
    return Page(w.t("It is already in your list"), blocks, yes=go_on(w))


def _ask_weight(screen: shown.AskWeight, _visit: v.Visit, scene: Scene) -> Page:
    w, thing = scene.words, screen.thing
    blocks = (
        *named(thing.item, thing.product, scene),
        *bears(thing.product, scene),
        Choice("Enter", w.t("yes, that is enough")),
        Choice("-", w.t("no, I put it back")),
    )
    return Page(w.t("Does it bear enough?"), blocks, yes=yes(w), no=w.t("no"))


def _too_light(screen: shown.TooLight, _visit: v.Visit, scene: Scene) -> Page:
    w = scene.words
    shelf = scene.shelves.get(screen.product or "")
    where = put_back(shelf, scene) if shelf is not None else w.t("Put it back where it stood.")
    blocks = (
        Name(scene.name(screen.product)),
        Para(where, strong=True),
        Para(w.t("There may be others that bear more.")),
        Choice("1", w.t("What is free now?")),
    )
    return Page(w.t("Then you do not borrow it"), blocks, yes=go_on(w))


def _give_back_or_keep(screen: shown.GiveBackOrKeep, _visit: v.Visit, scene: Scene) -> Page:
    w, thing = scene.words, screen.thing
    until = (Para(w.t("Return it by %(day)s.", day=w.day(thing.due))),) if thing.due is not None else ()
    blocks = (
        *named(thing.item, thing.product, scene),
        *until,
        Choice("Enter", w.t("it stays on loan")),
        Choice("1", w.t("I am bringing it back")),
        Choice("2", w.t("Keep it longer")),
    )
    return Page(w.t("You have this on loan"), blocks, yes=w.t("keep"))


def _just_borrowed(screen: shown.JustBorrowed, _visit: v.Visit, scene: Scene) -> Page:
    w = scene.words
    blocks = (
        *named(screen.thing.item, screen.thing.product, scene),
        Choice("Enter", w.t("it stays on loan")),
        Choice("1", w.t("I am bringing it back")),
    )
    return Page(w.t("It was borrowed here just now"), blocks, yes=w.t("keep"))


# Each takes its own screen's type, which a mapping from types cannot say: hence Any.
PAGES: Mapping[type, Callable[[Any, v.Visit, Scene], Page]] = {
    shown.AskCard: _ask_card,
    shown.Lent: _lent,
    shown.OnlyOne: _only_one,
    shown.AlreadyListed: _already_listed,
    shown.GiveBackOrKeep: _give_back_or_keep,
    shown.JustBorrowed: _just_borrowed,
    shown.WhoseCard: _whose_card,
    shown.AskWeight: _ask_weight,
    shown.TooLight: _too_light,
}
