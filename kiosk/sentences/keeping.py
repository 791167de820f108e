"""Screens about keeping things longer: asked first, done, not done and why, undone."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping
from datetime import date
from typing import Any

from depot.outcomes import Already, Reason, Refused, Renewed
from depot.words import Words
from kiosk.journey import loans
from kiosk.journey import values as v
from kiosk.sentences.page import Block, Choice, Name, Page, Para, Scene
from kiosk.sentences.phrases import back, go_on, named, undo, whom_to_call, yes


def _still_needed(screen: loans.StillNeeded, visit: v.Visit, scene: Scene) -> Page:
    w, long = scene.words, screen.long
    blocks: list[Block] = []
    if visit.seen and len(long) == 1:
        blocks.append(Name(scene.name(long[0].product)))
    blocks.append(
        Para(w.n("You have had %(n)d thing for long.", "You have had %(n)d things for long.", len(long)))
    )
    blocks.append(Choice("Enter", w.t("yes, keep everything longer")))
    blocks.append(Choice("1", w.t("no, I bring it back")))
    if visit.seen:
        blocks.append(Choice("2", w.t("It stays with me: NAV has taken it over")))
    else:
        blocks.append(Choice("2", w.t("Which ones? See my loans")))
    return Page(w.t("Do you still need it?"), tuple(blocks), yes=yes(w), no=back(w))


def _bring_it_back(screen: loans.BringItBack, _visit: v.Visit, scene: Scene) -> Page:
    w = scene.words
    blocks: list[Block] = [
        Para(w.t("Bring it back when it suits you, at any hour. Scan it here."), strong=True),
        Para(w.t("You need no card for it.")),
    ]
    if screen.rest:
        blocks.append(Choice("1", w.t("Keep everything longer until then")))
    return Page(w.t("Thank you for telling us"), tuple(blocks), yes=go_on(w))


WHY: Mapping[Reason, Callable[[Words], str]] = {
    Reason.SOMEONE_WAITS: lambda w: w.t("Somebody waits for it, so it cannot be kept longer."),
    Reason.RENEWALS_USED: lambda w: w.t("It has been kept longer as often as it can be."),
    Reason.CAP_REACHED: lambda w: w.t(
        "You have had it for long. When a need lasts over two years, NAV is to help you."
    ),
    Reason.CARD_BLOCKED: lambda w: w.t("The card cannot be used now."),
    Reason.NOT_ON_LOAN: lambda w: w.t("It is not on loan to you any more."),
    Reason.RECALLED: lambda w: w.t("The maker has called it back."),
}
CALL = frozenset({Reason.RENEWALS_USED, Reason.CAP_REACHED, Reason.CARD_BLOCKED, Reason.RECALLED})


def just_now(w: Words) -> str:
    """Say that there is a reason that a person can do nothing about."""
    return w.t("It cannot be kept longer just now.")


MANY: Mapping[Reason, Callable[[Words, int], str]] = {
    Reason.SOMEONE_WAITS: lambda w, n: w.n(
        "Somebody waits for %(n)d thing. Return it as agreed.",
        "Somebody waits for %(n)d of the things. Return them as agreed.",
        n,
    ),
    Reason.RENEWALS_USED: lambda w, n: w.n(
        "%(n)d thing has been kept longer as often as it can be.",
        "%(n)d things have been kept longer as often as they can be.",
        n,
    ),
    Reason.CAP_REACHED: lambda w, n: w.n(
        "You have had %(n)d thing for long. When a need lasts over two years, NAV is to help you.",
        "You have had %(n)d things for long. When a need lasts over two years, NAV is to help you.",
        n,
    ),
}


def _kept_longer(screen: loans.KeptLonger, _visit: v.Visit, scene: Scene) -> Page:
    w = scene.words
    blocks = _one(screen, scene) if screen.named else _several(screen, scene)
    longer = w.t("You can keep it longer") if screen.lengthened else w.t("Nothing has changed")
    no = undo(w) if screen.deed is not None else ""
    return Page(longer, tuple(blocks), yes=go_on(w), no=no)


def _one(screen: loans.KeptLonger, scene: Scene) -> tuple[Block, ...]:
    w, answer = scene.words, screen.answers[0]
    name = named(answer.item, answer.product, scene)
    if isinstance(answer, Refused):
        reason = answer.reasons[0]
        why = Para(WHY.get(reason, just_now)(w), strong=True)
        return (*name, why, *_return_by(screen, w), *(whom_to_call(scene) if reason in CALL else ()))
    until: tuple[Block, ...] = ()
    if answer.due is not None:
        until = (Para(w.t("Return it by %(day)s.", day=w.day(answer.due)), strong=True),)
    elif isinstance(answer, Renewed):
        days = w.n("You can keep it for %(n)d day.", "You can keep it for %(n)d days.", answer.days)
        until = (Para(days, strong=True),)
    capped = isinstance(answer, Renewed) and Reason.CAP_REACHED in answer.flags
    return (*name, *until, *((Para(_capped(w)), *whom_to_call(scene)) if capped else ()))


def _return_by(screen: loans.KeptLonger, w: Words) -> tuple[Block, ...]:
    return () if screen.due is None else (Para(w.t("Return it by %(day)s.", day=w.day(screen.due))),)


def _capped(w: Words) -> str:
    return w.t("When a need lasts over two years, NAV is to help you. Call us, and we help you to ask.")


def _several(screen: loans.KeptLonger, scene: Scene) -> tuple[Block, ...]:
    """How many things until when, and how many not and why: no names, which nobody has asked to see."""
    w = scene.words
    kept = [one for one in screen.answers if not isinstance(one, Refused)]
    refused = Counter(one.reasons[0] for one in screen.answers if isinstance(one, Refused))
    capped = any(isinstance(one, Renewed) and Reason.CAP_REACHED in one.flags for one in kept)
    blocks: list[Block] = list(_kept_until(kept, w))
    # There is room for two reasons in all; the list of loans says each thing's own.
    for reason, number in refused.most_common(1 if capped else 2):
        blocks.append(Para(MANY.get(reason, _others)(w, number)))
    if capped and Reason.CAP_REACHED not in refused:
        blocks.append(Para(_capped(w)))
    if capped or refused.keys() & CALL:
        blocks.extend(whom_to_call(scene))
    if screen.asks_which:
        blocks.append(Choice("2", w.t("Which ones? See my loans")))
    return tuple(blocks)


def _others(w: Words, number: int) -> str:
    return w.n("%(n)d thing cannot be kept longer.", "%(n)d things cannot be kept longer.", number)


def _kept_until(kept: list[Renewed | Already], w: Words) -> tuple[Block, ...]:
    """One sentence a date; where there are many dates, the first of them."""
    if not kept:
        return ()
    until = Counter(one.due for one in kept)
    dates = sorted(day for day in until if day is not None)
    if len(until) <= 2 and len(dates) == len(until):
        return tuple(
            Para(
                w.n(
                    "%(n)d thing: return it by %(day)s.",
                    "%(n)d things: return them by %(day)s.",
                    until[day],
                    day=w.day(day),
                ),
                strong=True,
                close=bool(at),
            )
            for at, day in enumerate(dates)
        )
    number = w.n("You can keep %(n)d thing longer.", "You can keep %(n)d things longer.", len(kept))
    first = w.t("The first is to be returned by %(day)s.", day=w.day(dates[0])) if dates else ""
    return (Para(number, strong=True), *((Para(first, close=True),) if first else ()))


def _ask_undo(screen: loans.AskUndoRenewal, _visit: v.Visit, scene: Scene) -> Page:
    w, before = scene.words, screen.under
    blocks: list[Block] = []
    if before.named:
        blocks.append(Name(scene.name(before.answers[0].product)))
    blocks.extend(_as_it_was(before.due, before.lengthened, w))
    blocks += [Choice("Enter", w.t("yes, undo")), Choice("-", w.t("no"))]
    return Page(w.t("Do you want to undo the longer time?"), tuple(blocks), yes=yes(w), no=w.t("no"))


def _as_before(screen: loans.AsBefore, _visit: v.Visit, scene: Scene) -> Page:
    w = scene.words
    return Page(w.t("It is undone"), _as_it_was(screen.due, screen.things, w), yes=go_on(w))


def _as_it_was(due: date | None, things: int, w: Words) -> tuple[Block, ...]:
    if due is None:
        return ()
    day = w.day(due)
    if things == 1:
        return (Para(w.t("It is to be returned by %(day)s then, as before.", day=day), strong=True),)
    return (Para(w.t("The first is to be returned by %(day)s then, as before.", day=day), strong=True),)


# Each takes its own screen's type, which a mapping from types cannot say: hence Any.
PAGES: Mapping[type, Callable[[Any, v.Visit, Scene], Page]] = {
    loans.StillNeeded: _still_needed,
    loans.BringItBack: _bring_it_back,
    loans.KeptLonger: _kept_longer,
    loans.AskUndoRenewal: _ask_undo,
    loans.AsBefore: _as_before,
}
