"""A ledger for every test: founded once a session, copied for each."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from hypothesis import settings

from tests.depot.house import House, found

settings.register_profile("depot", deadline=None, derandomize=True, print_blob=True)


def pytest_configure(config: pytest.Config) -> None:
    """Play the same examples every time; `--hypothesis-profile=default` plays others."""
    if not config.getoption("--hypothesis-profile"):
        settings.load_profile("depot")


@pytest.fixture(scope="session")
def founded(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of a ledger that nobody opens: it is copied."""
    folder = tmp_path_factory.mktemp("founded")
    found(folder / "depot.db")
    return folder


@pytest.fixture
def new_house(founded: Path, tmp_path: Path) -> Iterator[Callable[..., House]]:
    """Furnish houses in the test's own folder: `new_house(rules_strict="true")`."""
    houses: list[House] = []

    def furnish(**said: str) -> House:
        folder = tmp_path / f"house{len(houses)}"
        shutil.copytree(founded, folder)
        houses.append(House(folder / "depot.db", **said))
        return houses[-1]

    yield furnish
    for house in houses:
        house.close()


@pytest.fixture(scope="module")
def quiet_house(founded: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    """One house for all examples of a module, none of which may leave anything behind."""
    folder = tmp_path_factory.mktemp("quiet") / "house"
    shutil.copytree(founded, folder)
    furnished = House(folder / "depot.db")
    yield furnished
    furnished.close()


@pytest.fixture
def house(new_house: Callable[..., House]) -> Iterator[House]:
    """A depot with the catalogue and empty shelves; whatever its story, the ledger must be sound after it."""
    furnished = new_house()
    yield furnished
    assert furnished.unsoundness() == []
