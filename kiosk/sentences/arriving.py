"""The first screen, the open card, more time, goodbye."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from depot.outcomes import Met
from depot.words import Words, words_in
from kiosk.journey import shown
from kiosk.journey import values as v
from kiosk.sentences.page import Block, Choice, Page, Para, Scene
from kiosk.sentences.phrases import (
    back,
    card,
    card_heard,
    how_to_scan,
    language_words,
    stands_ready,
    yes,
)


def _welcome(_screen: shown.Welcome, _visit: v.Visit, scene: Scene) -> Page:
    w = scene.words
    first = (
        w.t("First time? Take a card from the box.")
        if scene.cards_in_box
        else w.t("First time? Press + and we help you.")
    )
    blocks: list[Block] = [*_gesture(scene), Para(first)]
    blocks.append(Choice("1", w.t("What is free now?")))
    blocks.append(Choice("2", w.t("My loans")))
    blocks.append(Choice("3", w.t("I cannot work it out")))
    blocks.append(Choice("0", w.t("Type the digits on the label")))
    if len(scene.languages) > 1:
        blocks.append(Choice("9", language_words(scene)))
    return Page(w.t("Do you want to borrow or return?"), tuple(blocks))


def _gesture(scene: Scene) -> tuple[Para, ...]:
    """Say what to do with a thing: scan it, or where no scanner answers, what does as well."""
    if scene.can_scan:
        return (Para(how_to_scan(scene)),)
    away, instead = (
        scene.words.t("The scanner does not answer just now."),
        scene.words.t("Press 0 and type the eight digits on the yellow label."),
    )
    return Para(away), Para(instead, strong=True, close=True)


def _choose_language(_screen: shown.ChooseLanguage, _visit: v.Visit, scene: Scene) -> Page:
    choices = tuple(
        Choice(str(number), words_in(language).name) for number, language in enumerate(scene.languages, 1)
    )
    return Page(language_words(scene), choices, no=back(scene.words))


def _card_open(screen: shown.CardOpen, visit: v.Visit, scene: Scene) -> Page:
    w, met = scene.words, screen.met
    blocks: list[Block] = [Para(card(visit, w), strong=True, heard=card_heard(visit, w))]
    if screen.just_started:
        blocks.append(Para(w.t("The card is yours now. We will ring you to say hello.")))
    elif met.lines == 0:
        blocks.append(Para(w.t("You have nothing on loan.")))
    else:
        blocks.append(Para(w.n("You have %(n)d thing on loan.", "You have %(n)d things on loan.", met.lines)))
        if met.nearest_due is not None:
            blocks.append(Para(_due(met, w.day(met.nearest_due), w), close=True))
    blocks.extend(_ready(met, scene))
    blocks.append(Para(w.t("Scan what you want to borrow or return.")))
    if met.lines:
        blocks.append(Choice("1", w.t("Keep everything longer")))
    if not screen.just_started:
        blocks.append(Choice("2", w.t("My loans")))
    if not met.ready:
        blocks.append(Choice("3", w.t("What is free now?")))
    return Page(w.t("Your card is open"), tuple(blocks), yes=w.t("done"))


def _due(met: Met, day: str, w: Words) -> str:
    """When what is out is due, or the first of it."""
    if met.lines == 1 and met.late:
        return w.t("It should have been returned by %(day)s.", day=day)
    if met.lines == 1:
        return w.t("Return it by %(day)s.", day=day)
    if met.late:
        return w.t("The first should have been returned by %(day)s.", day=day)
    return w.t("The first is to be returned by %(day)s.", day=day)


def _ready(met: Met, scene: Scene) -> tuple[Block, ...]:
    """Where something stands ready, and until when; not what it is."""
    if not met.ready:
        return ()
    w, first, more = scene.words, met.ready[0], len(met.ready) - 1
    stands = stands_ready(first, scene)
    if more:
        stands += " " + w.n("So does %(n)d more.", "So do %(n)d more.", more)
    blocks = [Para(stands, strong=True)]
    if first.pick_up_by is not None:
        blocks.append(Para(w.t("Fetch it by %(day)s.", day=w.day(first.pick_up_by)), close=True))
    return tuple(blocks)


def _more_time(_screen: shown.MoreTime, _visit: v.Visit, scene: Scene) -> Page:
    w = scene.words
    blocks = (
        Para(w.t("Press any key."), strong=True),
        Para(w.t("Else the screen is cleared in half a minute. Everything that you have scanned is stored.")),
    )
    return Page(w.t("Do you need more time?"), blocks, yes=yes(w))


def _finished(screen: shown.Finished, _visit: v.Visit, scene: Scene) -> Page:
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


# Each takes its own screen's type, which a mapping from types cannot say: hence Any.
PAGES: Mapping[type, Callable[[Any, v.Visit, Scene], Page]] = {
    shown.Welcome: _welcome,
    shown.ChooseLanguage: _choose_language,
    shown.CardOpen: _card_open,
    shown.MoreTime: _more_time,
    shown.Finished: _finished,
}
