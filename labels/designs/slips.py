"""Slips: the one on a thing that is set aside, and the one that says whose job a need is."""

from __future__ import annotations

from depot.own import Command, command_code, spoken
from depot.words import Words
from labels import symbols
from labels.board import Align, Board
from labels.designs.flow import Flow, flowed, unbroken
from labels.says import Guidance, Hold


def hold(board: Board, says: Hold, w: Words) -> float:
    """Draw a slip for a place in the queue. It bears a short number and no name."""
    return flowed(
        board,
        lambda flow: _whose_turn(flow, says, w),
        lambda flow: _until(flow, says, w),
        lambda flow: flow.bars(symbols.code128(says.slip), 9.0),
    )


def _whose_turn(flow: Flow, says: Hold, w: Words) -> None:
    flow.para(says.house.depot, 8)
    flow.title(w.t("Set aside") if says.item else w.t("On the waiting list"), 14, lines=1)
    flow.figures(spoken(says.slip), 30, align=Align.CENTRE)
    flow.title(says.name, 14, lines=2)
    if says.item:
        flow.para(w.t("The number on the thing: %(digits)s", digits=unbroken(spoken(says.item))), 9)


def _until(flow: Flow, says: Hold, w: Words) -> None:
    if says.pick_up_by is not None:
        flow.gap(1)
        flow.boxed(w.t("To be fetched by"), w.day(says.pick_up_by), 13)
    if says.place:
        flow.gap(1)
        flow.para(w.t("Stands at the sign: %(place)s", place=says.place), 10, bold=True)
    flow.gap(1)
    flow.code(
        symbols.qr(says.slip),
        w.t("Is this your number? Scan this slip, then your card."),
        9,
        most=18.0,
    )
    flow.gap(0.5)


def guidance(board: Board, says: Guidance, w: Words) -> float:
    """Draw a slip that says which door to knock on; NAV's words for who lends what and for how long."""
    return flowed(
        board,
        lambda flow: _doors(flow, says, w),
        lambda flow: _more_doors(flow, w),
        lambda flow: _who_answers(flow, says, w),
    )


def _doors(flow: Flow, says: Guidance, w: Words) -> None:
    flow.para(says.house.depot, 8)
    flow.title(w.t("Who helps with what?"), 15)
    flow.point(
        w.t("You need it for less than two years"),
        w.t("The municipality lends it. Take it at the depot, without an application."),
    )
    flow.point(
        w.t("You need it for more than two years"),
        w.t("NAV's assistive technology centre lends it. The municipality helps you to apply."),
    )


def _more_doors(flow: Flow, w: Words) -> None:
    flow.point(
        w.t("A bed, a hoist, or something that must be fitted"),
        w.t("Call first. Somebody who knows it comes with it and shows you how."),
    )
    flow.point(w.t("You need it at work"), w.t("Ask your employer first, then NAV."))
    flow.point(
        w.t("It has NAV's label, and is broken or no longer needed"),
        w.t("You can return it to us. We send it on to NAV."),
    )


def _who_answers(flow: Flow, says: Guidance, w: Words) -> None:
    if says.house.phones:
        flow.gap(1.2)
        flow.para(w.t("Who answers"), 9, bold=True)
        for phone in says.house.phones:
            flow.para(f"{phone.name}: {unbroken(phone.number)}", 10)
    flow.gap(1.5)
    flow.code(
        symbols.qr(command_code(Command.HELP)),
        w.t("Scan this at the screen for help."),
        9,
        most=18.0,
    )
