"""Screens that ask for digits, and show them back."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from depot.words import Words
from kiosk.journey import shown
from kiosk.journey import values as v
from kiosk.sentences.page import Block, Choice, Page, Para, Scene, Typed
from kiosk.sentences.phrases import back, bears, erase, go_on, in_fours, in_pairs, named, yes


def _type_phone(screen: shown.TypePhone, _visit: v.Visit, scene: Scene) -> Page:
    w = scene.words
    own = w.t("Type a phone number that reaches you, your own or a relative's, and press Enter.")
    ring = w.t("Type your phone number and press Enter. We ring you.")
    blocks: list[Block] = [Para(ring if screen.card is None else own), Typed(in_pairs(screen.typed) + "_")]
    if screen.again:
        blocks.append(Para(w.t("We cannot ring this number. Look at the digits once more."), strong=True))
    elif not screen.typed:
        blocks.append(Para(w.t("We ask for no name.")))
    blocks.append(erase(w))
    return Page(w.t("Your phone number"), tuple(blocks), yes=go_on(w), no=back(w))


def _confirm_phone(screen: shown.ConfirmPhone, _visit: v.Visit, scene: Scene) -> Page:
    w = scene.words
    blocks = (
        Typed(screen.phone.grouped),
        Choice("Enter", w.t("yes")),
        Choice("-", w.t("no, I type it again")),
    )
    return Page(w.t("Is this number right?"), blocks, yes=yes(w), no=w.t("no"))


def _type_code(screen: shown.TypeCode, _visit: v.Visit, scene: Scene) -> Page:
    w = scene.words
    title, ask = _ASKED[screen.what](w)
    blocks: list[Block] = [Para(ask), Typed(in_fours(screen.typed))]
    if screen.again:
        blocks.append(Para(w.t("We do not know these digits. Look at them once more."), strong=True))
    blocks.append(erase(w))
    return Page(title, tuple(blocks), yes=go_on(w), no=back(w))


def _type_last_four(screen: shown.TypeLastFour, _visit: v.Visit, scene: Scene) -> Page:
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
    blocks.append(erase(w))
    return Page(w.t("Is the card yours?"), tuple(blocks), yes=go_on(w), no=back(w))


def _confirm_thing(screen: shown.ConfirmThing, _visit: v.Visit, scene: Scene) -> Page:
    w, thing = scene.words, screen.thing
    blocks = (
        *named(thing.item, thing.product, scene),
        *bears(thing.product, scene),
        Choice("Enter", w.t("yes")),
        Choice("-", w.t("no, I type the digits again")),
    )
    return Page(w.t("Is it this one?"), blocks, yes=yes(w), no=w.t("no"))


_ASKED: Mapping[shown.TypingFor, Callable[[Words], tuple[str, str]]] = {
    shown.TypingFor.ITEM: lambda w: (
        w.t("Type the digits on the label"),
        w.t("There are eight digits on the yellow label. Type them and press Enter."),
    ),
    shown.TypingFor.CARD: lambda w: (
        w.t("Type the digits on the card"),
        w.t("There are eight digits on the card. Type them and press Enter."),
    ),
    shown.TypingFor.SLIP: lambda w: (
        w.t("Your place on a waiting list"),
        w.t("Type the eight digits that you got with it and press Enter."),
    ),
}


# Each takes its own screen's type, which a mapping from types cannot say: hence Any.
PAGES: Mapping[type, Callable[[Any, v.Visit, Scene], Page]] = {
    shown.TypePhone: _type_phone,
    shown.ConfirmPhone: _confirm_phone,
    shown.TypeCode: _type_code,
    shown.TypeLastFour: _type_last_four,
    shown.ConfirmThing: _confirm_thing,
}
