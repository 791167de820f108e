"""Screens about a thing that comes home."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from depot.outcomes import Trouble, Was
from depot.words import Words
from kiosk.journey import shown
from kiosk.journey import values as v
from kiosk.sentences.page import Choice, Name, Page, Para, Scene
from kiosk.sentences.phrases import go_on, named, put_at, undo, whom_to_call, yes


def _home(screen: shown.Home, _visit: v.Visit, scene: Scene) -> Page:
    w, home = scene.words, screen.outcome
    return Page(
        w.t("Thank you! It is returned now"),
        (
            Name(scene.name(home.product)),
            *put_at(home.place, scene, missed=home.was is Was.FOUND),
            Para(w.t("Is everything all right, and is all with it?"), strong=True),
            Choice("Enter", w.t("yes")),
            Choice("1", w.t("something is broken or worn")),
            Choice("2", w.t("something is missing")),
            Choice("3", w.t("spills or infection: needs an extra wash")),
            Para(w.t("Do you have more? Just scan on.")),
        ),
        yes=yes(w),
        no=undo(w),
    )


def _all_right(_screen: shown.AllRight, _visit: v.Visit, scene: Scene) -> Page:
    w = scene.words
    blocks = (Para(w.t("Thank you for bringing it back.")), Para(w.t("Do you have more? Just scan on.")))
    return Page(w.t("Thank you!"), blocks, yes=go_on(w))


_TOLD: Mapping[Trouble, Callable[[Words], str]] = {
    Trouble.BROKEN: lambda w: w.t("We will repair it."),
    Trouble.MISSING_PART: lambda w: w.t("Bring the rest when you find it. We have noted it."),
    Trouble.SOILED: lambda w: w.t("We will wash it extra well."),
}


def _trouble_noted(screen: shown.TroubleNoted, _visit: v.Visit, scene: Scene) -> Page:
    w = scene.words
    blocks = (
        Name(scene.name(screen.outcome.product)),
        *put_at(screen.outcome.place, scene),
        Para(_TOLD[screen.what](w)),
        Para(w.t("Do you have more? Just scan on.")),
    )
    return Page(w.t("Thank you for telling us"), blocks, yes=go_on(w), no=undo(w))


def _already_home(screen: shown.AlreadyHome, _visit: v.Visit, scene: Scene) -> Page:
    w = scene.words
    where = put_at(screen.place, scene) if screen.place else ()
    blocks = (
        *named(screen.item, screen.product, scene),
        *where,
        Para(w.t("Do you have more? Just scan on.")),
    )
    return Page(w.t("It is already returned"), blocks, yes=go_on(w))


def _not_ours(screen: shown.NotOurs, _visit: v.Visit, scene: Scene) -> Page:
    w = scene.words
    if screen.nav and screen.place:
        return Page(
            w.t("Thank you! This belongs to NAV"),
            (
                Para(w.t("We send it on to them.")),
                Para(w.t("Put it at the blue sign: %(place)s", place=screen.place), strong=True),
                Para(
                    w.t("Write the name of the one who used it on a slip and put the slip in the closed box.")
                ),
            ),
            yes=go_on(w),
        )
    title = w.t("This belongs to NAV") if screen.nav else w.t("This is not ours")
    if screen.place:
        text = w.t("You may leave it here. Put it at the blue sign: %(place)s", place=screen.place)
    else:
        text = w.t("Please take it back to the place that lent it to you.")
    return Page(title, (Para(text), *whom_to_call(scene)), yes=go_on(w))


# Each takes its own screen's type, which a mapping from types cannot say: hence Any.
PAGES: Mapping[type, Callable[[Any, v.Visit, Scene], Page]] = {
    shown.Home: _home,
    shown.AllRight: _all_right,
    shown.TroubleNoted: _trouble_noted,
    shown.AlreadyHome: _already_home,
    shown.NotOurs: _not_ours,
}
