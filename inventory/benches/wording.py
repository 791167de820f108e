"""What states, refusals and printers' troubles are called on the desk's screens."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from depot.outcomes import Reason
from depot.states import State
from depot.words import SOURCE
from inventory.benches import overriding
from inventory.desk.bench import At

_Say = Callable[[Callable[..., str]], str]


def state_said(at: At, state: State) -> str:
    """Say where a thing is in its life, in a few words."""
    return _STATES[state](at.t)


def reason_said(at: At, reason: Reason) -> str:
    """Say why something is refused, in one sentence."""
    said = _REASONS.get(reason)
    return said(at.t) if said is not None else overriding.reason_said(at, reason)


def trouble_said(at: At, why: str | None) -> str:
    """Say why a label does not come out; empty for no trouble, a code that has no words as it is."""
    said = _TROUBLES.get(why or "")
    return said(at.t) if said is not None else why or ""


def design_said(at: At, design: str) -> str:
    """Say what kind of label a design is; a newer one's name as it is."""
    said = _DESIGNS.get(design)
    return said(at.t) if said is not None else design


def number_said(at: At, number: float, places: int = 1) -> str:
    """Write a number with so many places at most, as people write it in the language of the screen."""
    from babel import localedata
    from babel.numbers import format_decimal

    locale = at.language if localedata.exists(at.language) else SOURCE
    return format_decimal(round(number, places), "0." + "#" * places, locale=locale)


_STATES: Mapping[State, _Say] = {
    State.RECEIVED: lambda t: t("received, not shelved yet"),
    State.AVAILABLE: lambda t: t("free"),
    State.SET_ASIDE: lambda t: t("set aside"),
    State.ON_LOAN: lambda t: t("on loan"),
    State.RETURNED: lambda t: t("returned, to be cleaned"),
    State.CLEANING: lambda t: t("being cleaned"),
    State.INSPECTION: lambda t: t("to be inspected"),
    State.REPAIR: lambda t: t("in the workshop"),
    State.QUARANTINE: lambda t: t("kept apart"),
    State.MISSING: lambda t: t("missing"),
    State.WRITTEN_OFF: lambda t: t("written off"),
    State.KEPT: lambda t: t("gone over to the state"),
    State.IN_TRANSIT: lambda t: t("on its way"),
}

_REASONS: Mapping[Reason, _Say] = {
    Reason.NOT_OURS: lambda t: t("This is another owner's."),
    Reason.NAV_LABEL: lambda t: t("This is NAV's, and we do not take such things in. Send it on to NAV."),
    Reason.UNDO_TOO_LATE: lambda t: t("Too late: something has happened to it since."),
}
"""What is not about a loan; the rest has its words where loans are refused."""

_TROUBLES: Mapping[str, _Say] = {
    "unreachable": lambda t: t("does not answer"),
    "busy": lambda t: t("busy"),
    "stopped": lambda t: t("paused or switched off"),
    "paper_out": lambda t: t("no paper"),
    "wrong_medium": lambda t: t("other labels lie in it"),
    "cover_open": lambda t: t("its cover is open"),
    "jammed": lambda t: t("jammed"),
    "ink_out": lambda t: t("no ink"),
    "refused": lambda t: t("does not take such labels"),
    "gave_up": lambda t: t("gave up"),
    "cancelled": lambda t: t("cancelled at the printer"),
    "cannot_tell": lambda t: t("may have come out"),
    "no_such_printer": lambda t: t("its printer is not in the settings"),
    "cannot_draw": lambda t: t("cannot be drawn any more"),
}

_DESIGNS: Mapping[str, _Say] = {
    "asset": lambda t: t("label of a thing"),
    "asset-small": lambda t: t("small label of a thing"),
    "shelf": lambda t: t("shelf label"),
    "loan": lambda t: t("loan label"),
    "card": lambda t: t("card"),
    "hold": lambda t: t("slip of the waiting list"),
    "guidance": lambda t: t("guidance slip"),
    "command": lambda t: t("command card"),
    "poster": lambda t: t("poster"),
    "calibration": lambda t: t("calibration sheet"),
    "scanner": lambda t: t("scanner sheet"),
}
