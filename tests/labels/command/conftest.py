"""The command's two ledgers, for the verbs that labels hangs on it."""

from tests.depot.command.conftest import depot, empty, furnished, new, practice

__all__ = ["depot", "empty", "furnished", "new", "practice"]
