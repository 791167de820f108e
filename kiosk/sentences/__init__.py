"""What each screen says: a screen's value in, a page of words out. Pure.

The tone (docs/words.md): what happened first, what to do next second, a thing's name before its number, the
same keys in the same places, never a word of blame. Text from outside (names, places) is put into
sentences as a fact and is made safe where it is drawn. Each module here holds the screens of one errand.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from functools import cache
from typing import Any

from depot.words import Words
from kiosk.journey import values as v
from kiosk.sentences import arriving
from kiosk.sentences.heard import heard, hint_heard
from kiosk.sentences.page import Block, Choice, Line, Name, Page, Para, Scene, Slip, Typed

__all__ = [
    "Block",
    "Choice",
    "Line",
    "Name",
    "Page",
    "Para",
    "Scene",
    "Slip",
    "Typed",
    "heard",
    "hint_heard",
    "page",
    "pages",
]


def page(visit: v.Visit, scene: Scene) -> Page:
    """Say what a visit's screen says."""
    say = arriving.PAGES.get(type(visit.screen)) or pages()[type(visit.screen)]
    made: Page = say(visit.screen, visit, scene)
    count = scene.words.n("%(n)d thing", "%(n)d things", visit.count) if visit.count else ""
    mark = scene.words.t("Practice: nothing is lent") if scene.practice else ""
    return replace(made, count=count, hint=_hint(visit, scene.words), mark=mark)


def _hint(visit: v.Visit, w: Words) -> str:
    if visit.hint is v.Hint.KEYS:
        return w.t("Use the digits, Enter, - and +.")
    if visit.hint is v.Hint.CARD_FIRST:
        return w.t("Scan your card first, then the next thing.")
    if visit.hint is v.Hint.CARD_NEXT:
        return w.t("Then scan your card for what you borrow.")
    if visit.hint is v.Hint.ANSWER_FIRST:
        return w.t("Answer first, then scan the next thing.")
    if visit.hint is v.Hint.VOICE_ON:
        return w.t("Reading aloud is on. Others nearby may hear it.")
    if visit.hint is v.Hint.VOICE_OFF:
        return w.t("Reading aloud is off.")
    if visit.hint is v.Hint.VOLUME:
        return w.t("Volume %(n)d of 3.", n=visit.volume)
    if visit.hint is v.Hint.NUMBER_FIRST:
        return w.t("Type the number first, then we go on with the thing.")
    if visit.hint is v.Hint.NUMBER_THEN_SCAN:
        return w.t("Type the number first. Then scan it again.")
    return ""


@cache
def pages() -> Mapping[type, Callable[[Any, v.Visit, Scene], Page]]:
    """Return every screen's page; what the first one does not need is imported behind it."""
    from kiosk.sentences import (
        borrowing,
        digits,
        helping,
        holding,
        keeping,
        looking,
        mine,
        refusing,
        returning,
        staff,
        undoing,
    )

    errands = (
        arriving, digits, borrowing, returning, refusing, undoing, helping, staff, looking, holding, mine, keeping,
    )  # fmt: skip
    return {screen: say for errand in errands for screen, say in errand.PAGES.items()}
