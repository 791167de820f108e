"""The same house as the ledger's own tests have, and a shell whose command has the storekeeper's verbs."""

from __future__ import annotations

import pytest

from depot import command
from inventory import today_command
from tests.depot.command.conftest import depot, empty, furnished, new, practice
from tests.depot.command.front import Shell
from tests.depot.conftest import founded, house, new_house

__all__ = ["depot", "empty", "founded", "furnished", "house", "new", "new_house", "practice"]

_VERBS = {"today": today_command.today, "jobs": today_command.jobs}


@pytest.fixture
def desk(depot: Shell, monkeypatch: pytest.MonkeyPatch) -> Shell:
    """A shell at the practice depot, with the verbs that say what waits."""
    monkeypatch.setattr(command, "_hung_on", _VERBS.get)
    return depot


@pytest.fixture
def new_desk(new: Shell, monkeypatch: pytest.MonkeyPatch) -> Shell:
    """The same at a depot where nothing has happened yet."""
    monkeypatch.setattr(command, "_hung_on", _VERBS.get)
    return new
