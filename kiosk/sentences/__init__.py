"""What each screen says: a screen's value in, a page of words out. Pure.

The tone is SCREENS: what happened first, what to do next second, a thing's name before its number, the
same keys in the same places, never a word of blame. Text from outside (names, places) is put into
sentences as a fact and is made safe where it is drawn. Each module here holds the screens of one errand.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from depot.words import Words
from kiosk.journey import values as v
from kiosk.sentences import arriving, borrowing, digits, helping, refusing, returning, undoing
from kiosk.sentences.page import Block, Choice, Line, Name, Page, Para, Scene, Typed

__all__ = ["Block", "Choice", "Line", "Name", "Page", "Para", "Scene", "Typed", "page"]


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


_ERRANDS = (arriving, digits, borrowing, returning, refusing, undoing, helping)
_PAGES: Mapping[type, Callable[[Any, v.Visit, Scene], Page]] = {
    screen: say for errand in _ERRANDS for screen, say in errand.PAGES.items()
}
