"""Two ledgers for the command: the practice depot, made once and copied, and a place where none is yet."""

from __future__ import annotations

import os
import shutil
from collections.abc import Mapping
from pathlib import Path

import pytest

from depot import catalogue, clock, keeping, settings, stock
from depot.ledger import open_ledger
from tests.depot.command.front import Shell


def surroundings(folder: Path) -> dict[str, str]:
    """The variables that keep a command in a folder: its ledger and log, and nothing of the machine's."""
    return {
        "DEPOT_DATABASE": f"sqlite:///{folder / 'depot.db'}",
        "DEPOT_STATION_CLOCK": "trusted",
        "DEPOT_STATION_BALLAST_MB": "0",
        "XDG_STATE_HOME": str(folder / "state"),
        "XDG_CONFIG_HOME": str(folder / "config"),
        "XDG_DATA_HOME": str(folder / "data"),
    }


def _enter(monkeypatch: pytest.MonkeyPatch, environment: Mapping[str, str]) -> None:
    for name in [name for name in os.environ if name.startswith("DEPOT_")]:
        monkeypatch.delenv(name)
    for name, value in environment.items():
        monkeypatch.setenv(name, value)


@pytest.fixture(scope="session")
def practice(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of a practice depot that nobody uses: it is copied."""
    folder = tmp_path_factory.mktemp("practice")
    chosen = settings.load(surroundings(folder))
    now = clock.SystemClock().now()
    assert keeping.make(chosen, now=now, demo=True, name="", station_name="", first_series=0)
    return folder


@pytest.fixture
def empty(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Shell:
    """A shell where no ledger is yet."""
    _enter(monkeypatch, surroundings(tmp_path))
    return Shell(tmp_path / "depot.db", surroundings(tmp_path), capsys)


@pytest.fixture(scope="session")
def furnished(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of a new depot, series 7, with the packaged catalogue and a shelf A1; it is copied."""
    folder = tmp_path_factory.mktemp("furnished")
    chosen, now = settings.load(surroundings(folder)), clock.SystemClock().now()
    keeping.make(chosen, now=now, demo=False, name="Vestby", station_name="K1", first_series=7)
    with open_ledger(chosen) as ledger:
        ledger.perform(lambda conn, _: catalogue.store(conn, catalogue.packaged(), now=now))
        ledger.perform(lambda conn, station: stock.add_shelf(conn, station, name="A1", now=now))
    return folder


@pytest.fixture
def new(furnished: Path, empty: Shell) -> Shell:
    """A shell at a new depot whose catalogue is there and whose shelf is empty."""
    for part in furnished.iterdir():
        shutil.copy(part, empty.file.parent)
    return empty


@pytest.fixture
def depot(practice: Path, empty: Shell) -> Shell:
    """A shell at the practice depot."""
    for part in practice.iterdir():
        shutil.copy(part, empty.file.parent)
    return empty
