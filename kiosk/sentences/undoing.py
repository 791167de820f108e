"""Screens about taking a deed back."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping
from typing import Any

from depot.words import Words
from kiosk.journey import shown
from kiosk.journey import values as v
from kiosk.sentences.page import Block, Choice, Name, Page, Para, Scene
from kiosk.sentences.phrases import go_on, put_back, whom_to_call, yes


def _ask_undo(screen: shown.AskUndo, _visit: v.Visit, scene: Scene) -> Page:
    w = scene.words
    title = w.t("Do you want to undo the return?") if screen.home else w.t("Do you want to undo the loan?")
    blocks = (Name(scene.name(screen.product)), Choice("Enter", w.t("yes, undo")), Choice("-", w.t("no")))
    return Page(title, blocks, yes=yes(w), no=w.t("no"))


def _taken(screen: shown.Taken, _visit: v.Visit, scene: Scene) -> Page:
    w = scene.words
    blocks: list[Block] = []
    # Both pieces of a pair belong on one shelf and are told of once.
    alike = Counter((one.product, one.place, one.back_on_loan) for one in screen.things)
    for (product, shelf, back_on_loan), pieces in alike.items():
        blocks.append(Name(scene.name(product)))
        if back_on_loan:
            blocks.append(Para(w.t("It is on loan as before. Take it with you.")))
        elif screen.some is not None:
            blocks.extend(_some(screen.some, shelf, w))
        elif shelf:
            blocks.append(Para(put_back(shelf, scene, pieces=pieces), strong=True))
    return Page(w.t("It is undone"), tuple(blocks), yes=go_on(w))


def _some(some: shown.SomeTaken, shelf: str | None, w: Words) -> tuple[Block, ...]:
    """Where some of a counted line go: what was taken back to its shelf, what was brought along again."""
    if some.back:
        return (Para(w.t("Take it with you again."), strong=True),)
    return (Para(w.t("Put them on shelf %(shelf)s.", shelf=shelf), strong=True),) if shelf else ()


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
