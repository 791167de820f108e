"""Screens that help: a label that said nothing, the telephone, something that failed."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from depot.words import Words
from kiosk.journey import hearing, shown
from kiosk.journey import values as v
from kiosk.sentences.page import Block, Choice, Name, Page, Para, Scene
from kiosk.sentences.phrases import back, go_on, how_to_scan, how_to_scan_a_card, wants_a_card, whom_to_call


def _not_understood(screen: shown.NotUnderstood, visit: v.Visit, scene: Scene) -> Page:
    w = scene.words
    if screen.reason == "layout":
        blocks: tuple[Block, ...] = (
            Para(w.t("The scanner needs to be set up again. Press 0 and type the digits instead.")),
            *whom_to_call(scene),
        )
        return Page(w.t("The scanner speaks another language"), blocks, yes=go_on(w))
    if wants_a_card(visit):
        how, type_it = how_to_scan_a_card(scene), w.t("Press 0 and type the eight digits on the card.")
    else:
        how, type_it = how_to_scan(scene), w.t("Press 0 and type the eight digits on the yellow label.")
    digits = Para(type_it, strong=screen.times > 1)
    no_digits = Para(w.t("No digits? Press + for help."))
    blocks = (digits, no_digits) if screen.times > 1 else (Para(how), digits)
    title = _TITLES.get(screen.reason)
    said = title(w) if title is not None else w.t("We do not know this label. Try once more")
    return Page(said, blocks, yes=go_on(w))


# What reads well and is no label of ours: to try once more would lead nowhere.
_TITLES: Mapping[str, Callable[[Words], str]] = {
    "other_label": lambda w: w.t("This is the maker's own label"),
    "parcel": lambda w: w.t("This is the label of a parcel"),
    "url": lambda w: w.t("This is a code for telephones"),
    "glued": lambda w: w.t("That was two labels at once"),
}


KINDS: Mapping[str, Callable[[Words], str]] = {
    "shelf": lambda w: w.t("This is the label of a shelf"),
    "product": lambda w: w.t("This is the label of a shelf"),
    "slip": lambda w: w.t("This is a slip of paper"),
    "maker": lambda w: w.t("This is the maker's own label"),
    "command": lambda w: w.t("That does nothing just now"),
}


def _this_is(screen: shown.ThisIs, visit: v.Visit, scene: Scene) -> Page:
    w = scene.words
    how = how_to_scan_a_card(scene) if wants_a_card(visit) else how_to_scan(scene)
    name = (Name(scene.name(screen.product)),) if screen.product is not None else ()
    return Page(KINDS[screen.kind](w), (*name, Para(how)), yes=go_on(w))


def _whose_is_it(screen: shown.WhoseIsIt, _visit: v.Visit, scene: Scene) -> Page:
    w = scene.words
    blocks = (
        Name(scene.name(screen.product)),
        Para(w.t("We have some like it, and so has NAV.")),
        Para(w.t("Is there a yellow label on it, too? Scan that one."), strong=True),
        Choice("1", w.t("no, it belongs to NAV")),
    )
    return Page(w.t("Whose is it?"), blocks, no=back(w))


def _help(screen: shown.Help, visit: v.Visit, scene: Scene) -> Page:
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
    if visit.voice:
        blocks.extend(_voice(visit, w))
        return Page(w.t("Help"), tuple(blocks), yes=w.t("hear again"), no=back(w), plus=w.t("say again"))
    plus = w.t("read aloud") if scene.can_speak else ""
    return Page(w.t("Help"), tuple(blocks), yes=go_on(w), no=back(w), plus=plus)


def _voice(visit: v.Visit, w: Words) -> tuple[Block, ...]:
    """What the keys do for whoever is read to: on help, and the star everywhere."""
    return (
        Choice(hearing.QUIETER, w.t("quieter")),
        Choice(hearing.OFF, w.t("stop reading aloud")),
        Choice(hearing.LOUDER, w.t("louder"), w.t("now %(n)d of 3", n=visit.volume)),
        Choice("*", w.t("hear the screen again, at any time")),
    )


def _help_about(screen: shown.HelpAbout, _visit: v.Visit, scene: Scene) -> Page:
    w = scene.words
    if screen.topic == "died":
        text = w.t("Set down what you have. We see to the rest.")
        return Page(
            w.t("Are you returning for somebody who has died?"), (Para(text),), yes=go_on(w), no=back(w)
        )
    place = scene.places.get("unknown", "")
    blocks = (
        Para(w.t("Put it at the blue sign: %(place)s", place=place), strong=True),
        Para(w.t("We find out what it is. Thank you for bringing it.")),
    )
    return Page(w.t("Is there no label on it?"), blocks, yes=go_on(w), no=back(w))


def _call_back_noted(screen: shown.CallBackNoted, _visit: v.Visit, scene: Scene) -> Page:
    w = scene.words
    when = w.t("We ring you on %(day)s.", day=w.day(screen.day)) if screen.day else w.t("We ring you.")
    return Page(w.t("We have your number"), (Para(when, strong=True),), yes=go_on(w))


def _not_stored(_screen: shown.NotStored, _visit: v.Visit, scene: Scene) -> Page:
    w = scene.words
    return Page(
        w.t("That was not registered"),
        (
            Para(w.t("Please scan it once more."), strong=True),
            Para(w.t("Does it happen again? Press + for help.")),
        ),
        yes=go_on(w),
    )


def _out_of_service(screen: shown.OutOfService, _visit: v.Visit, scene: Scene) -> Page:
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


# Each takes its own screen's type, which a mapping from types cannot say: hence Any.
PAGES: Mapping[type, Callable[[Any, v.Visit, Scene], Page]] = {
    shown.NotUnderstood: _not_understood,
    shown.ThisIs: _this_is,
    shown.WhoseIsIt: _whose_is_it,
    shown.Help: _help,
    shown.HelpAbout: _help_about,
    shown.CallBackNoted: _call_back_noted,
    shown.NotStored: _not_stored,
    shown.OutOfService: _out_of_service,
}
