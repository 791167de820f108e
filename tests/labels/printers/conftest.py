"""Printers, switched on for a test or for all of a module."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from depot import settings
from labels.printers import Printer
from labels.printers.choosing import open_printer
from labels.printers.manners import Limits
from tests.labels.printers.real import IppPrinter, RawPrinter

HURRIED = Limits(connect=2.0, ask=0.3, hand_over=0.5, status=0.2, settle=0.3)
"""For what is never answered: as the real limits, but quicker."""


def opened(
    uri: str, *, limits: Limits | None = None, cut: bool = True, status: bool = True, profile: str = "default"
) -> Printer:
    """Open a printer as the settings would have it."""
    said = settings.Printer(name="desk", uri=uri, cut=cut, status=status, profile=profile)
    return open_printer(said, limits)


@pytest.fixture(scope="module")
def office() -> Iterator[IppPrinter]:
    """An office printer with A4 in it."""
    with IppPrinter() as printer:
        yield printer


@pytest.fixture
def zebra() -> Iterator[RawPrinter]:
    """A label printer."""
    with RawPrinter("zpl") as printer:
        yield printer


@pytest.fixture
def till() -> Iterator[RawPrinter]:
    """A receipt printer."""
    with RawPrinter("escpos") as printer:
        yield printer
