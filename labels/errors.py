"""What keeps a label from being made.

    depot.errors.DepotError
    +-- LabelError
        +-- NothingToSay
        +-- DoesNotFit

A printer that does not print is no error of these: see `labels.printers.PrinterTrouble`.
"""

from __future__ import annotations

from depot.errors import DepotError


class LabelError(DepotError):
    """A label cannot be made."""


class NothingToSay(LabelError):
    """What a label was asked for is not in the ledger, or not any more."""


class DoesNotFit(LabelError):
    """What a label is to say has no room on the medium, or the medium has no such label."""
