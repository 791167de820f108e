"""Screens about the waiting list: joining it, where one stands, and leaving it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from depot import codes
from depot.outcomes import Held
from depot.words import Words
from kiosk.journey import shown, waiting
from kiosk.journey import values as v
from kiosk.sentences.page import Block, Choice, Name, Page, Para, Scene
from kiosk.sentences.phrases import (
    back,
    card,
    card_heard,
    go_on,
    how_to_scan_a_card,
    is_a_sign,
    undo,
    whom_to_call,
    yes,
)


def _ask_card_to_wait(screen: shown.AskCardToWait, visit: v.Visit, scene: Scene) -> Page:
    w = scene.words
    blocks: list[Block] = [
        Name(scene.name(screen.line.product)),
        Para(how_to_scan_a_card(scene), strong=True),
        Para(
            w.t("No card? Take one from the box and scan it.")
            if scene.cards_in_box
            else w.t("No card? Press + and we help you."),
            close=True,
        ),
        Choice("0", w.t("Type the digits on the card")),
    ]
    if visit.card is not None:
        ending = codes.digits(visit.card)[-2:]
        blocks.insert(3, Choice("Enter", w.t("yes, on the card ending in %(digits)s", digits=ending)))
    return Page(
        w.t("Who wants to be on the waiting list?"),
        tuple(blocks),
        yes=yes(w) if visit.card is not None else "",
        no=back(w),
    )


def _in_queue(screen: shown.InQueue, visit: v.Visit, scene: Scene) -> Page:
    w, held = scene.words, screen.held
    blocks: list[Block] = [Name(scene.name(held.product))]
    if screen.placed and visit.card is not None:
        blocks.append(Para(card(visit, w), close=True, heard=card_heard(visit, w)))
    if held.item:
        blocks.extend(_ready(held, visit, scene))
        title = w.t("It is ready for you")
    else:
        blocks.extend(_waiting(held, w))
        title = _standing(screen, w)
    if screen.placed:
        return Page(title, tuple(blocks), yes=w.t("done"), no=undo(w))
    if waiting.may_leave(visit, screen):
        blocks.append(Choice("1", w.t("I do not need it any more")))
    else:
        blocks.append(Para(w.t("You do not need it any more? Scan your card, then the slip.")))
    return Page(title, tuple(blocks), yes=go_on(w), no=back(w))


def _standing(screen: shown.InQueue, w: Words) -> str:
    if screen.placed:
        return w.t("You are on the waiting list")
    return w.t("You are on the list already") if screen.held.already else w.t("Your place on the list")


def _ready(held: Held, visit: v.Visit, scene: Scene) -> tuple[Block, ...]:
    w, digits = scene.words, codes.spoken(held.slip)
    if is_a_sign(held.shelf, scene):
        stands = w.t(
            "It stands at the blue sign %(place)s, slip %(digits)s.", place=held.shelf, digits=digits
        )
    elif held.shelf:
        stands = w.t("It stands on shelf %(shelf)s, slip %(digits)s.", shelf=held.shelf, digits=digits)
    else:
        stands = w.t("Its slip says %(digits)s.", digits=digits)
    blocks: list[Block] = [Para(stands, strong=True)]
    if held.pick_up_by is not None:
        blocks.append(Para(w.t("Fetch it by %(day)s.", day=w.day(held.pick_up_by))))
    how = w.t("Take it and scan it.") if visit.card else w.t("Take it and scan it, then your card.")
    blocks.append(Para(how, close=True))
    return tuple(blocks)


def _waiting(held: Held, w: Words) -> tuple[Block, ...]:
    """The place, the day and the number by which it can be asked about, which is all that ties them."""
    when = (
        w.t("We do not know yet when one comes back.")
        if held.expected is None
        else w.t("We expect one for you about %(day)s.", day=w.day(held.expected))
    )
    number = w.t(
        "Your number is %(digits)s. Note it down: with it you see here how far the list has come.",
        digits=codes.spoken(held.slip),
    )
    return (
        Para(w.t("You are number %(n)d in the queue.", n=held.place), strong=True),
        Para(when, close=True),
        Para(w.t("We ring you when it is ready.")),
        Para(number),
    )


def _ask_leave(screen: shown.AskLeaveQueue, _visit: v.Visit, scene: Scene) -> Page:
    w = scene.words
    blocks = (
        Name(scene.name(screen.held.product)),
        Choice("Enter", w.t("yes, take me off the list")),
        Choice("-", w.t("no, I still need it")),
    )
    return Page(w.t("Do you not need it any more?"), blocks, yes=yes(w), no=w.t("no"))


def _left(screen: shown.LeftQueue, _visit: v.Visit, scene: Scene) -> Page:
    w = scene.words
    blocks = (Name(scene.name(screen.product)), Para(w.t("Thank you for telling us.")))
    return Page(w.t("You are off the waiting list"), blocks, yes=go_on(w))


def _no_such_slip(_screen: shown.NoSuchSlip, _visit: v.Visit, scene: Scene) -> Page:
    w = scene.words
    blocks = (
        Para(w.t("It was fetched, or the days for fetching it are over. You may join the list again.")),
        *whom_to_call(scene),
    )
    return Page(w.t("Nobody waits with this slip now"), blocks, yes=go_on(w))


# Each takes its own screen's type, which a mapping from types cannot say: hence Any.
PAGES: Mapping[type, Callable[[Any, v.Visit, Scene], Page]] = {
    shown.AskCardToWait: _ask_card_to_wait,
    shown.InQueue: _in_queue,
    shown.AskLeaveQueue: _ask_leave,
    shown.LeftQueue: _left,
    shown.NoSuchSlip: _no_such_slip,
}
