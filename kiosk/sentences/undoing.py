"""Screens about taking a deed back."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from kiosk.journey import shown
from kiosk.journey import values as v
from kiosk.sentences.page import Block, Choice, Name, Page, Para, Scene
from kiosk.sentences.phrases import go_on, whom_to_call, yes


def _ask_undo(screen: shown.AskUndo, _visit: v.Visit, scene: Scene) -> Page:
    w = scene.words
    title = w.t("Do you want to undo the return?") if screen.home else w.t("Do you want to undo the loan?")
    blocks = (Name(scene.name(screen.product)), Choice("Enter", w.t("yes, undo")), Choice("-", w.t("no")))
    return Page(title, blocks, yes=yes(w), no=w.t("no"))


def _taken(screen: shown.Taken, _visit: v.Visit, scene: Scene) -> Page:
    w = scene.words
    blocks: list[Block] = []
    # Both pieces of a pair belong on one shelf and are told of once.
    for thing in {(one.product, one.place, one.back_on_loan): one for one in screen.things}.values():
        blocks.append(Name(scene.name(thing.product)))
        if thing.back_on_loan:
            blocks.append(Para(w.t("It is on loan as before. Take it with you.")))
        elif thing.place:
            blocks.append(Para(w.t("Put it back on shelf %(shelf)s.", shelf=thing.place), strong=True))
    return Page(w.t("It is undone"), tuple(blocks), yes=go_on(w))


def _undo_too_late(_screen: shown.UndoTooLate, _visit: v.Visit, scene: Scene) -> Page:
    w = scene.words
    return Page(
        w.t("It cannot be undone any more"),
        (Para(w.t("Something else has happened to it since.")), *whom_to_call(scene)),
        yes=go_on(w),
    )


# Each takes its own screen's type, which a mapping from types cannot say: hence Any.
PAGES: Mapping[type, Callable[[Any, v.Visit, Scene], Page]] = {
    shown.AskUndo: _ask_undo,
    shown.Taken: _taken,
    shown.UndoTooLate: _undo_too_late,
}
