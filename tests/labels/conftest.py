"""Ledgers for the label queue: founded once a session, copied for each test."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.depot.house import House, found


@pytest.fixture(scope="session")
def founded(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of a ledger that nobody opens: it is copied."""
    folder = tmp_path_factory.mktemp("founded")
    found(folder / "depot.db")
    return folder


@pytest.fixture
def house(founded: Path, tmp_path: Path) -> Iterator[House]:
    """A depot whose loans ask for labels on the printer "slips"; sound after every story."""
    folder = tmp_path / "house"
    shutil.copytree(founded, folder)
    furnished = House(folder / "depot.db", station_printer="slips")
    yield furnished
    assert furnished.unsoundness() == []
    furnished.close()
