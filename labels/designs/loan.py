"""The label of a loan: what was borrowed, until when, and what to do when; in the borrower's language.

What it says follows the loan certificate that Finland's hospitals hand out (the best list that is published):
what, its number, the due date, where and when to return it, how to keep it longer, what to do if it fails or
does not fit or one moves, whose it is, and a safety note. It has no name on it, and its code names the line
of the catalogue and not the thing: the slip, held under the light, returns nothing.
"""

from __future__ import annotations

from depot.own import spoken
from depot.words import Words
from labels import symbols
from labels.board import Board
from labels.designs.flow import Flow, flowed, unbroken
from labels.says import Loan


def loan(board: Board, says: Loan, w: Words) -> float:
    """Draw a loan's label. Raises DoesNotFit where the medium is too small for it."""
    return flowed(
        board,
        lambda flow: _what(flow, says, w),
        lambda flow: _questions(flow, says, w),
        lambda flow: _foot(flow, says, w),
    )


def _what(flow: Flow, says: Loan, w: Words) -> None:
    flow.para(says.house.depot, 8)
    flow.title(says.name, 16)
    flow.figures(spoken(says.item), 15)
    flow.gap(1)
    if says.due is not None:
        flow.boxed(w.t("Return it by"), w.day(says.due), 15)
    else:
        days = w.n("%(n)d day", "%(n)d days", says.days)
        flow.boxed(w.t("You can keep it for"), days, 15)
    if says.parts:
        flow.point(w.t("This came with it"), _parts(says))


def _questions(flow: Flow, says: Loan, w: Words) -> None:
    where = says.house.address or says.house.depot
    flow.point(
        w.t("Where and when do I return it?"),
        w.t("%(place)s, at any hour. You need no card.", place=where),
    )
    flow.point(w.t("May I keep it longer?"), _longer(says, w))
    flow.point(w.t("Is it broken, or does it not fit?"), _broken(says, w))
    flow.point(w.t("Are you moving?"), w.t("Return it before you move."))
    if says.note or says.bears:
        flow.point(w.t("Use it safely"), says.note)
        if says.bears:
            flow.para(w.t("It bears up to %(kg)d kg.", kg=says.bears), 9)


def _foot(flow: Flow, says: Loan, w: Words) -> None:
    flow.gap(1.5)
    flow.code(symbols.qr(_link(says)), _whose(says, w), 8, most=20.0)


def _parts(says: Loan) -> str:
    told = (f"{name} × {n}" if n > 1 else name for name, n in says.parts.items())
    return ", ".join(told)


def _longer(says: Loan, w: Words) -> str:
    phone = unbroken(says.house.phone)
    if not phone:
        return w.t("Scan your card at the screen and press 1.")
    return w.t(
        "Scan your card at the screen and press 1. Or call %(number)s and read out %(digits)s.",
        number=phone,
        digits=unbroken(spoken(says.item)),
    )


def _broken(says: Loan, w: Words) -> str:
    phone = unbroken(says.house.phone)
    if not phone:
        return w.t("Stop using it. Bring it back and take another one.")
    return w.t("Stop using it. Bring it back and take another one, or call %(number)s.", number=phone)


def _link(says: Loan) -> str:
    template = says.house.instructions
    return (
        template.replace("{label}", says.line).replace("{product}", says.product) if template else says.line
    )


def _whose(says: Loan, w: Words) -> str:
    owner = says.house.owner or says.house.depot
    told = [w.t("Owned by %(owner)s. Lent to you.", owner=owner)]
    if says.house.instructions:
        told.insert(0, w.t("How to use it: point your phone's camera here."))
    return " ".join(told)
