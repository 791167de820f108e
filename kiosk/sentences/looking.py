"""Screens for somebody who looks for a thing: kinds, lines, one line, and lines that are counted."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from depot.standing import Kind, LineNow
from depot.words import Words
from kiosk.journey import looking, shown
from kiosk.journey import values as v
from kiosk.sentences.page import Block, Choice, Name, Page, Para, Scene
from kiosk.sentences.phrases import back, go_on, undo, whom_to_call, yes

KINDS: Mapping[Kind, Callable[[Words], str]] = {
    Kind.WALKING: lambda w: w.t("For walking"),
    Kind.WHEELCHAIR: lambda w: w.t("Wheelchairs and ramps"),
    Kind.TOILET: lambda w: w.t("For the toilet"),
    Kind.BATH: lambda w: w.t("For bath and shower"),
    Kind.BED: lambda w: w.t("For the bed"),
    Kind.TRANSFER: lambda w: w.t("For moving and lifting"),
    Kind.SITTING: lambda w: w.t("For sitting"),
    Kind.DAILY: lambda w: w.t("For everyday life"),
    Kind.OTHER: lambda w: w.t("Other things"),
}


def _kinds(screen: shown.Kinds, _visit: v.Visit, scene: Scene) -> Page:
    w = scene.words
    blocks = [
        Choice(str(key), KINDS[kind](w), _free(sum(_here(line, kind) for line in screen.lines), w))
        for key, kind in enumerate(looking.kinds(screen.lines), 1)
    ]
    slip = Choice("0", w.t("Type the digits of your place on a waiting list"))
    return Page(w.t("What is free now?"), (*blocks, slip), yes=go_on(w), no=back(w))


def _here(line: LineNow, kind: Kind) -> int:
    return line.free if line.kind is kind else 0


def _free(number: int, w: Words) -> str:
    return w.n("%(n)d free", "%(n)d free", number) if number else w.t("none free")


def _lines(screen: shown.Lines, _visit: v.Visit, scene: Scene) -> Page:
    w = scene.words
    choices = [
        Choice(str(key), _name(line.product, scene), _in_short(line, w))
        for key, line in enumerate(looking.on_page(screen), 1)
    ]
    if looking.pages(screen.lines) > 1:
        at = w.t("page %(n)d of %(all)d", n=screen.page + 1, all=looking.pages(screen.lines))
        choices.append(Choice(looking.MORE, w.t("more of them"), at))
    title = KINDS[screen.kind](w) if screen.kind else w.t("What is on this shelf")
    return Page(title, tuple(choices), yes=go_on(w), no=back(w))


def _name(product: str, scene: Scene) -> str:
    line = scene.lines.get(product)
    return line.name if line else scene.words.t("The thing")


def _in_short(line: LineNow, w: Words) -> str:
    """How a line stands, in few words."""
    if line.free and line.self_service:
        return w.n(
            "%(n)d free, shelf %(shelf)s", "%(n)d free, shelf %(shelf)s", line.free, shelf=_shelves(line)
        )
    if line.free:
        return w.n("%(n)d free, with help from us", "%(n)d free, with help from us", line.free)
    if line.counted:
        return w.t("perhaps none left")
    if line.elsewhere:
        return w.t("none here, but free elsewhere")
    if line.expected is not None:
        return w.t("about %(day)s", day=w.day(line.expected))
    return w.t("none free")


def _shelves(line: LineNow) -> str:
    return ", ".join(shelf for shelf, _ in line.shelves[:3])


# --- one line ---


def _one_line(screen: shown.OneLine, _visit: v.Visit, scene: Scene) -> Page:
    line, w = screen.line, scene.words
    blocks: list[Block] = [Name(scene.name(line.product))]
    if line.counted:
        blocks.extend(_counted(line, w))
    elif not line.self_service:
        blocks.extend(_with_staff(line, scene))
    elif line.free:
        blocks.extend(_stands_free(line, w))
    else:
        blocks.extend(_none_free(line, w))
    blocks.extend(_about(line, scene))
    blocks.extend(_to_do(line, w))
    return Page(w.t("What is free now?"), tuple(blocks), yes=go_on(w), no=back(w))


def _to_do(line: LineNow, w: Words) -> tuple[Block, ...]:
    if line.counted:
        return (
            Choice("1", w.t("I take one")),
            Choice("2", w.t("I take more")),
            Choice("3", w.t("I am bringing some back")),
        )
    return (Choice("1", w.t("Put me on the waiting list")),) if looking.may_wait(line) else ()


def _counted(line: LineNow, w: Words) -> tuple[Block, ...]:
    if line.free:
        text = w.n(
            "There is %(n)d on shelf %(shelf)s.",
            "There are %(n)d on shelf %(shelf)s.",
            line.free,
            shelf=_shelves(line),
        )
    else:
        text = w.t("There may be none left. If you see one, take it.")
    return (Para(text, strong=True), Para(w.t("You need no card."), close=True))


def _with_staff(line: LineNow, scene: Scene) -> tuple[Block, ...]:
    w = scene.words
    free = w.n("%(n)d is free here.", "%(n)d are free here.", line.free) if line.free else _when(line, w)
    fit = w.t("Somebody must fit it to you or show you how to use it.")
    return (Para(free, strong=True), Para(fit), *whom_to_call(scene))


def _stands_free(line: LineNow, w: Words) -> tuple[Block, ...]:
    text = w.n(
        "%(n)d is free here, on shelf %(shelf)s.",
        "%(n)d are free here, on shelf %(shelf)s.",
        line.free,
        shelf=_shelves(line),
    )
    return (Para(text, strong=True), Para(w.t("Take one from the shelf and scan it."), close=True))


def _none_free(line: LineNow, w: Words) -> tuple[Block, ...]:
    blocks: list[Block] = [Para(w.t("None is free here now.") + " " + _when(line, w), strong=True)]
    if line.waiting:
        wait = w.n("%(n)d person waits already.", "%(n)d people wait already.", line.waiting)
        blocks.append(Para(wait, close=True))
    if line.elsewhere:
        place, number = line.elsewhere[0]
        at = w.n("%(n)d is free in %(place)s.", "%(n)d are free in %(place)s.", number, place=place)
        blocks.append(Para(at, close=True))
    return tuple(blocks)


def _when(line: LineNow, w: Words) -> str:
    if line.expected is None:
        return w.t("We do not know yet when one comes back.")
    return w.t("One is expected back about %(day)s.", day=w.day(line.expected))


def _about(line: LineNow, scene: Scene) -> tuple[Block, ...]:
    """What a line bears, needs and goes with. What goes with it is of use only to whom gets it now."""
    w = scene.words
    blocks: list[Block] = []
    if line.max_weight_kg:
        blocks.append(Para(w.t("It bears up to %(kg)d kg.", kg=line.max_weight_kg)))
    if line.needs:
        text = w.t("It needs this, too: %(thing)s", thing=_names(line.needs, scene))
        blocks.append(Para(text, close=bool(blocks)))
    elif line.suits and line.free:
        text = w.t("It goes with: %(thing)s", thing=_names(line.suits, scene))
        blocks.append(Para(text, close=bool(blocks)))
    return tuple(blocks)


def _names(products: tuple[str, ...], scene: Scene) -> str:
    return ", ".join(_name(product, scene) for product in products[:2])


# --- what is counted ---


def _how_many(screen: shown.HowMany, _visit: v.Visit, scene: Scene) -> Page:
    w = scene.words
    blocks = (Name(scene.name(screen.line.product)), Para(w.t("Press the number, 1 to 9."), strong=True))
    title = w.t("How many do you bring back?") if screen.back else w.t("How many do you take?")
    return Page(title, blocks, no=back(w))


def _some_taken(screen: shown.SomeTaken, _visit: v.Visit, scene: Scene) -> Page:
    w = scene.words
    blocks: list[Block] = [Name(scene.name(screen.product))]
    if screen.back:
        blocks.append(Para(w.n("You bring %(n)d back.", "You bring %(n)d back.", screen.n)))
        if screen.shelf:
            put = w.t("Put them on shelf %(shelf)s.", shelf=screen.shelf)
            blocks.append(Para(put, strong=True))
        return Page(w.t("Thank you!"), tuple(blocks), yes=go_on(w), no=undo(w))
    blocks.append(Para(w.n("You take %(n)d.", "You take %(n)d.", screen.n), strong=True))
    if screen.odd:
        blocks.append(Para(w.t("We thought that there were fewer. We will count them.")))
    blocks.append(Para(w.t("You are done and can go.")))
    return Page(w.t("It is noted"), tuple(blocks), yes=go_on(w), no=undo(w))


def _ask_undo_some(screen: shown.AskUndoSome, _visit: v.Visit, scene: Scene) -> Page:
    w = scene.words
    name = Name(scene.name(screen.under.product))
    blocks = (name, Choice("Enter", w.t("yes, undo")), Choice("-", w.t("no")))
    return Page(w.t("Do you want to undo this?"), blocks, yes=yes(w), no=w.t("no"))


# Each takes its own screen's type, which a mapping from types cannot say: hence Any.
PAGES: Mapping[type, Callable[[Any, v.Visit, Scene], Page]] = {
    shown.Kinds: _kinds,
    shown.Lines: _lines,
    shown.OneLine: _one_line,
    shown.HowMany: _how_many,
    shown.SomeTaken: _some_taken,
    shown.AskUndoSome: _ask_undo_some,
}
