"""What faults, reasons, destinations, places and lists are called on the upkeep's pages."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from inventory import washing
from inventory.checklists import CLEANING, EVERYTHING, INFECTION
from inventory.desk.bench import At
from inventory.upkeep import Fate

_Say = Callable[[Callable[..., str]], str]


def fault_said(at: At, fault: str | None) -> str:
    """Say what is the matter with a thing; a fault that this version does not know as it is."""
    said = FAULTS.get(fault or "")
    return said(at.t) if said is not None else fault or ""


def aside_said(at: At, reason: str, why: str | None = None) -> str:
    """Say why a thing lies to one side in a run."""
    return fault_said(at, why) if why else _ASIDE[reason](at.t)


def purpose_said(at: At, purpose: str) -> str:
    """Say what a place is for."""
    said = _PURPOSES.get(purpose)
    return said(at.t) if said is not None else purpose


def list_said(at: At, purpose: str) -> str:
    """Say what a checklist is for."""
    return at.t("when it is cleaned") if purpose == CLEANING else at.t("when it is looked over")


def subject_said(at: At, subject: str) -> str:
    """Say what a checklist is about; a line's code and a number of ISO 9999 that has no words here as they are."""
    if subject == EVERYTHING:
        return at.t("everything else")
    said = _PURPOSES.get(subject) or _CLASSES.get(subject)
    return said(at.t) if said is not None else subject


FAULTS: Mapping[str, _Say] = {
    "broken": lambda t: t("something is broken"),
    "worn": lambda t: t("worn"),
    "missing_part": lambda t: t("a part is missing"),
    "brakes": lambda t: t("brakes"),
    "wheels": lambda t: t("wheels or castors"),
    "tips": lambda t: t("rubber tips"),
    "fabric": lambda t: t("fabric or cover"),
    "electric": lambda t: t("battery, charger or cable"),
    "other": lambda t: t("something else"),
}

_ASIDE: Mapping[str, _Say] = {
    Fate.TO_INSPECT: lambda t: t("inspection is due"),
    Fate.FAULT: lambda t: t("something was reported"),
    Fate.INFECTED: lambda t: t("infection: to be disinfected"),
    Fate.RECALLED: lambda t: t("called back by the maker"),
    Fate.SINGLE_USER: lambda t: t("one person's only: write it off"),
    Fate.CAME_HOME: lambda t: t("came home by this: wash it"),
    Fate.CLEAN_ALREADY: lambda t: t("is clean already"),
    Fate.NOT_SHELVED: lambda t: t("has never been on a shelf"),
    Fate.UNKNOWN: lambda t: t("nobody knows this label"),
    washing.NOT_OURS: lambda t: t("no label of ours"),
}

_PURPOSES: Mapping[str, _Say] = {
    "surface": lambda t: t("surface wash"),
    "wet": lambda t: t("wet wash"),
    "textile": lambda t: t("textile"),
    "electric": lambda t: t("electric"),
    "single_user": lambda t: t("one person's only"),
    "repair": lambda t: t("to be mended"),
    INFECTION: lambda t: t("risk of infection"),
    "pick_up": lambda t: t("set aside for somebody"),
    "nav": lambda t: t("NAV's things"),
    "unknown": lambda t: t("nobody knows what it is"),
}

_CLASSES: Mapping[str, _Say] = {
    "04 33": lambda t: t("cushions (04 33)"),
    "09 12": lambda t: t("toilet aids (09 12)"),
    "09 33": lambda t: t("bath and shower aids (09 33)"),
    "12 03": lambda t: t("sticks and crutches (12 03)"),
    "12 06": lambda t: t("rollators and walking frames (12 06)"),
    "12 22": lambda t: t("wheelchairs (12 22)"),
    "12 36": lambda t: t("hoists (12 36)"),
    "12 36 21": lambda t: t("slings (12 36 21)"),
    "18 09": lambda t: t("chairs (18 09)"),
    "18 12": lambda t: t("beds (18 12)"),
    "18 30": lambda t: t("ramps (18 30)"),
}
"""Parts of ISO 9999 that lists come along for, with their numbers."""

REASONS: Mapping[str, _Say] = {
    "worn_out": lambda t: t("worn out"),
    "damaged": lambda t: t("damaged beyond mending"),
    "not_worth_repair": lambda t: t("not worth mending"),
    "cannot_be_cleaned": lambda t: t("cannot be cleaned"),
    "single_user": lambda t: t("one person's only"),
    "recalled": lambda t: t("called back by the maker"),
    "wrong_size": lambda t: t("a size that nobody needs"),
    "surplus": lambda t: t("there are too many of them"),
}

DESTINATIONS: Mapping[str, _Say] = {
    "scrap": lambda t: t("thrown away"),
    "parts": lambda t: t("kept for parts"),
    "gift": lambda t: t("given away"),
    "sale": lambda t: t("sold"),
}
