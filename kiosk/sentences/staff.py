"""Screens for somebody with a storekeeper's badge."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from kiosk.journey import shown
from kiosk.journey import values as v
from kiosk.sentences.page import Block, Page, Para, Scene, Typed
from kiosk.sentences.phrases import back, go_on


def _badge_pin(screen: shown.BadgePin, _visit: v.Visit, scene: Scene) -> Page:
    w = scene.words
    dots = " ".join("●" * len(screen.typed) + "_")
    blocks: list[Block] = [Para(w.t("Type the PIN of your badge, and press Enter.")), Typed(dots)]
    if screen.again:
        blocks.append(Para(w.t("These digits do not fit the badge. Try once more."), strong=True))
    blocks.append(Para(w.t("Not yours? Press -.")))
    return Page(w.t("This is a badge for staff"), tuple(blocks), yes=go_on(w), no=back(w))


def _no_more_tries(_screen: shown.NoMoreTries, _visit: v.Visit, scene: Scene) -> Page:
    w = scene.words
    blocks = (
        Para(w.t("These digits do not fit the badge."), strong=True),
        Para(w.t("It has been tried too often. Wait an hour.")),
    )
    return Page(w.t("This is a badge for staff"), blocks, yes=go_on(w), no=back(w))


def _handed_over(_screen: shown.HandedOver, _visit: v.Visit, scene: Scene) -> Page:
    return Page(scene.words.t("One moment …"), ())


# Each takes its own screen's type, which a mapping from types cannot say: hence Any.
PAGES: Mapping[type, Callable[[Any, v.Visit, Scene], Page]] = {
    shown.BadgePin: _badge_pin,
    shown.NoMoreTries: _no_more_tries,
    shown.HandedOver: _handed_over,
}
