"""The screens of somebody who looks for a thing, with their longest contents, for `every_screen`."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from functools import cache

from depot import catalogue
from depot.availability import kind_of
from depot.outcomes import Held
from depot.own import Kind, mint
from depot.standing import LineNow
from kiosk.journey import looking, shown

SLIP = mint(Kind.SLIP, "0021233")
LABEL = mint(Kind.PRODUCT, "0004001")
A_DAY = date(2026, 9, 30)
SHELVES = (("C3", 9), ("B12", 5), ("A1", 2))
ELSEWHERE = (("Nordre Vestby", 3),)


@cache
def lines() -> dict[str, LineNow]:
    """Every line of the packaged catalogue, with what it needs and goes with, and none of it free."""
    found = catalogue.packaged()
    suits = {
        one.code: tuple(other.code for other in found if other.accessory_of == one.code) for one in found
    }
    return {
        one.code: LineNow(
            product=one.code,
            label=LABEL,
            kind=kind_of(one.iso9999),
            self_service=one.self_service,
            max_weight_kg=one.max_weight_kg,
            needs=one.needs or (),
            suits=suits[one.code] or ((one.accessory_of,) if one.accessory_of else ()),
        )
        for one in found
    }


def _stands(line: LineNow) -> Iterator[LineNow]:
    """How a line may stand, each in the most words."""
    free = replace(line, shelves=SHELVES, free=16)
    yield free
    yield replace(line, expected=A_DAY, waiting=12, elsewhere=ELSEWHERE)
    yield replace(line, waiting=1, elsewhere=ELSEWHERE)
    yield line
    yield replace(free, self_service=not line.self_service)
    yield replace(line, self_service=not line.self_service, expected=A_DAY)
    if line.max_weight_kg is None:  # what is counted bears nobody
        yield replace(free, counted=True)
        yield replace(line, counted=True)


def screens_of_finding(product: str) -> Iterator[shown.Screen]:
    """Go through the screens of somebody who looks for a thing of one line."""
    line = lines()[product]
    every = tuple(lines().values())
    kind = tuple(one for one in every if one.kind is line.kind)
    kinds = shown.Kinds(every)
    yield kinds
    for how in (
        {"free": 16, "shelves": SHELVES},
        {"expected": A_DAY},
        {"elsewhere": ELSEWHERE},
        {"counted": True},
        {},
    ):
        told = tuple(replace(one, **how) for one in kind)
        for page in range(looking.pages(told)):
            yield shown.Lines(told, line.kind, page, kinds)
    yield shown.Lines(kind[:2])
    for stands in _stands(line):
        yield shown.OneLine(stands, kinds)
    for back in (True, False):
        yield shown.HowMany(line, back, kinds)
        for odd in (True, False):
            yield shown.SomeTaken(product, 9, "B12", "d", back, odd)
    yield shown.AskUndoSome(shown.SomeTaken(product, 9, "B12", "d"))
    yield shown.AskCardToWait(line)
    for held in _held(product):
        for placed in (True, False):
            yield shown.InQueue(held, placed)
        yield shown.AskLeaveQueue(held, kinds)
    yield shown.LeftQueue(product)
    yield shown.NoSuchSlip()


def _held(product: str) -> Iterator[Held]:
    waits = Held(item="", product=product, key="k", slip=SLIP, place=12)
    yield waits
    yield replace(waits, expected=A_DAY)
    yield replace(waits, expected=A_DAY, already=True)
    ready = replace(waits, item=mint(Kind.ITEM, "0004217"), place=0, shelf="HENTES", pick_up_by=A_DAY)
    yield ready
    yield replace(ready, shelf=None, pick_up_by=None)
