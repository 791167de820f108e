"""Screens about a person's own loans: seeing them, and those that stay for good."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from depot import codes
from depot.outcomes import Held, OpenLoan
from depot.words import Words
from kiosk.journey import loans
from kiosk.journey import values as v
from kiosk.sentences.keeping import CALL, WHY, just_now
from kiosk.sentences.page import Block, Choice, Name, Page, Para, Scene, Typed
from kiosk.sentences.phrases import back, erase, go_on, how_to_scan_a_card, plain, whom_to_call, yes

# --- seeing ---


def _show_the_card(_screen: loans.ShowTheCard, _visit: v.Visit, scene: Scene) -> Page:
    w = scene.words
    blocks = (
        Para(how_to_scan_a_card(scene), strong=True),
        Para(w.t("No card? Press + and we help you."), close=True),
        Choice("0", w.t("Type the digits on the card")),
    )
    return Page(w.t("My loans"), blocks, no=back(w))


def _type_to_see(screen: loans.TypeToSee, _visit: v.Visit, scene: Scene) -> Page:
    w = scene.words
    if screen.pin:
        ask, room = w.t("Type the card's PIN and press Enter."), loans.SHORTEST_PIN
        again = w.t("This PIN does not fit the card. Try once more.")
    else:
        ask = w.t("Type the last four digits of the phone number that you gave, and press Enter.")
        again, room = w.t("These digits do not fit the card. Try once more."), screen.longest
    missing = "_" * max(0, room - len(screen.typed))
    blocks: list[Block] = [Para(ask), Typed(" ".join("●" * len(screen.typed) + missing))]
    if screen.again:
        blocks.append(Para(again, strong=True))
    blocks.append(erase(w))
    return Page(w.t("Is the card yours?"), tuple(blocks), yes=go_on(w), no=back(w))


def _no_pin(_screen: loans.NoPin, _visit: v.Visit, scene: Scene) -> Page:
    w = scene.words
    told = (Para(w.t("What you have on loan is shown with a PIN. We give you one when you ask us.")),)
    return Page(w.t("This card has no PIN yet"), (*told, *_all_the_same(scene)), yes=go_on(w))


def _not_seen(_screen: loans.NotSeen, _visit: v.Visit, scene: Scene) -> Page:
    w = scene.words
    told = (Para(w.t("You can try again in an hour.")),)
    return Page(w.t("The digits did not fit the card"), (*told, *_all_the_same(scene)), yes=go_on(w))


def _all_the_same(scene: Scene) -> tuple[Block, ...]:
    w = scene.words
    return (
        *whom_to_call(scene),
        Para(w.t("You can keep everything longer all the same.")),
        Choice("1", w.t("Keep everything longer")),
    )


# --- the list ---


def _my_loans(screen: loans.MyLoans, _visit: v.Visit, scene: Scene) -> Page:
    w = scene.words
    rows = [
        Choice(
            str(key), plain(one.product, scene), _place(one, w) if isinstance(one, Held) else _until(one, w)
        )
        for key, one in enumerate(screen.shown, 1)
    ]
    if screen.goes_on:
        rows.append(
            Choice(
                "9", w.t("more of them"), w.t("page %(n)d of %(all)d", n=screen.page + 1, all=screen.pages)
            )
        )
    nothing = (Para(w.t("You have nothing on loan.")), Para(w.t("Scan what you want to borrow or return.")))
    return Page(w.t("What you have on loan"), tuple(rows) or nothing, yes=go_on(w))


def _until(loan: OpenLoan, w: Words) -> str:
    if loan.due is None:
        return ""
    if loan.late:
        return w.t("was due %(day)s", day=w.near(loan.due))
    return w.t("until %(day)s", day=w.near(loan.due))


def _place(held: Held, w: Words) -> str:
    if not held.item:
        return w.t("waiting list, number %(n)d", n=held.place)
    if held.pick_up_by is None:
        return w.t("ready at %(place)s", place=held.shelf)
    return w.t("fetch at %(shelf)s by %(day)s", shelf=held.shelf, day=w.near(held.pick_up_by))


def _one_loan(screen: loans.OneLoan, _visit: v.Visit, scene: Scene) -> Page:
    w, loan = scene.words, screen.loan
    blocks = [*_named(loan, scene)]
    if loan.due is not None:
        late = w.t("It should have been returned by %(day)s.", day=w.day(loan.due))
        blocks.append(
            Para(late if loan.late else w.t("Return it by %(day)s.", day=w.day(loan.due)), strong=True)
        )
    if loan.refused:
        blocks.append(Para(WHY.get(loan.refused[0], just_now)(w)))
        blocks.extend(whom_to_call(scene) if loan.refused[0] in CALL else ())
    else:
        blocks.append(Choice("1", w.t("Keep it longer")))
    blocks.append(Choice("2", w.t("It stays with me: NAV has taken it over")))
    return Page(w.t("You have this on loan"), tuple(blocks), yes=go_on(w), no=back(w))


def _named(loan: OpenLoan, scene: Scene) -> tuple[Block, ...]:
    """The name and the digits of every label: a pair has two."""
    labels = "     ".join(codes.spoken(item) for item in loan.items)
    return (Name(scene.name(loan.product)), Para(labels, close=True))


def _ask_kept(screen: loans.AskKept, _visit: v.Visit, scene: Scene) -> Page:
    w = scene.words
    blocks = (
        Name(scene.name(screen.loan.product)),
        Para(w.t("Then it stays with you for good. We ask NAV, and ring you.")),
        Choice("Enter", w.t("yes")),
        Choice("-", w.t("no")),
    )
    return Page(w.t("Has NAV taken it over?"), blocks, yes=yes(w), no=w.t("no"))


def _kept_for_good(screen: loans.KeptForGood, _visit: v.Visit, scene: Scene) -> Page:
    w = scene.words
    blocks = (
        Name(scene.name(screen.product)),
        Para(w.t("It stays with you. You need not return it here."), strong=True),
        Para(w.t("We ask NAV, and ring you.")),
    )
    return Page(w.t("Thank you for telling us"), blocks, yes=go_on(w))


# Each takes its own screen's type, which a mapping from types cannot say: hence Any.
PAGES: Mapping[type, Callable[[Any, v.Visit, Scene], Page]] = {
    loans.ShowTheCard: _show_the_card,
    loans.TypeToSee: _type_to_see,
    loans.NoPin: _no_pin,
    loans.NotSeen: _not_seen,
    loans.MyLoans: _my_loans,
    loans.OneLoan: _one_loan,
    loans.AskKept: _ask_kept,
    loans.KeptForGood: _kept_for_good,
}
