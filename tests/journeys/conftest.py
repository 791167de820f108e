"""A kiosk for every module: on a ledger of its own, back on the first screen for every test."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest

from tests.depot.conftest import house, new_house
from tests.depot.house import found
from tests.journeys.station import Station

__all__ = ["house", "new_house"]

NewStation = Callable[..., Station]


@pytest.fixture(scope="session")
def founded(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of a ledger that nobody opens: it is copied."""
    folder = tmp_path_factory.mktemp("founded")
    found(folder / "depot.db")
    return folder


@pytest.fixture(scope="module")
def new_station(founded: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[NewStation]:
    """Open kiosks, each on a ledger of its own: `new_station(rules_strict="true")`."""
    with ExitStack() as stations:

        def open_one(**said: Any) -> Station:
            folder = tmp_path_factory.mktemp("station")
            shutil.copytree(founded, folder, dirs_exist_ok=True)
            return stations.enter_context(Station(folder, **said))

        yield open_one


@pytest.fixture(scope="module")
def running(new_station: NewStation) -> Station:
    """The module's kiosk; a module that wants other settings has its own."""
    return new_station()


@pytest.fixture
def kiosk(running: Station) -> Station:
    """The module's kiosk on its first screen, as a person finds it who comes in."""
    running.start_over()
    running.forget_bells()
    return running
