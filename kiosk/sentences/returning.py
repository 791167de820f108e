"""Screens about a thing that comes home."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from depot.outcomes import Trouble, Was
from depot.words import Words
from kiosk.journey import missing, shown
from kiosk.journey import values as v
from kiosk.sentences.page import Choice, Name, Page, Para, Scene
from kiosk.sentences.phrases import back, go_on, named, put_at, undo, whom_to_call, yes


def _home(screen: shown.Home, visit: v.Visit, scene: Scene) -> Page:
    w, home = scene.words, screen.outcome
    line = scene.lines.get(home.product or "")
    with_it = _parts(line.parts) if line else ""
    all_right = w.t("Is everything all right, and is all with it?")
    if with_it:
        all_right = w.t("Is everything all right, and is this with it: %(parts)s?", parts=with_it)
    return Page(
        w.t("Thank you! It is returned now"),
        (
            Name(scene.name(home.product)),
            *put_at(home.place, scene, missed=home.was is Was.FOUND),
            Para(all_right, strong=True),
            Choice("Enter", w.t("yes")),
            Choice("1", w.t("something is broken or worn")),
            Choice("2", w.t("something is missing")),
            Choice("3", w.t("spills or infection: needs an extra wash")),
            *_more(home.product, visit, scene, brief=bool(with_it)),
        ),
        yes=yes(w),
        no=undo(w),
    )


def _more(product: str | None, visit: v.Visit, scene: Scene, *, brief: bool) -> tuple[Para, ...]:
    """Ask for the other piece of a pair while one of them has come; else for whatever there is beside it."""
    w, line = scene.words, scene.lines.get(product or "")
    come = sum(one.home and one.product == product for one in visit.listed)
    if line is not None and line.pieces > 1 and come % line.pieces:
        return (Para(w.t("They are two. Do you have the other one? Scan it, too.")),)
    return () if brief else (Para(w.t("Do you have more? Just scan on.")),)


def _parts(parts: Mapping[str, tuple[str, int]]) -> str:
    """Name parts, each with its number where there are several."""
    return ", ".join(f"{name} ({pieces})" if pieces > 1 else name for name, pieces in parts.values())


def _which_part(screen: shown.WhichPart, _visit: v.Visit, scene: Scene) -> Page:
    w, told = scene.words, screen.told
    line = scene.lines.get(screen.home.product or "")
    names = [name for code, (name, pieces) in line.parts.items() if told.count(code) < pieces] if line else []
    choices = [Choice(str(key), name) for key, name in enumerate(names, 1)]
    if missing.UNNAMED not in told:
        choices.append(Choice(missing.SOMETHING_ELSE, w.t("something else")))
    return Page(w.t("What is missing?"), (Name(scene.name(screen.home.product)), *choices), no=back(w))


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
    line = scene.lines.get(screen.home.product or "")
    named = {code: (name, screen.told.count(code)) for code, (name, _) in line.parts.items()} if line else {}
    lacking = _parts({code: one for code, one in named.items() if one[1]})
    blocks = (
        Name(scene.name(screen.home.product)),
        *put_at(screen.outcome.place, scene),
        *((Para(w.t("Missing: %(parts)s.", parts=lacking)),) if lacking else ()),
        Para(_TOLD[screen.what](w), close=bool(lacking)),
        *((Choice("2", w.t("something more is missing")),) if screen.more else ()),
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
    shown.WhichPart: _which_part,
    shown.AllRight: _all_right,
    shown.TroubleNoted: _trouble_noted,
    shown.AlreadyHome: _already_home,
    shown.NotOurs: _not_ours,
}
