"""What is drawn: a page of words laid out on the cells that there are. Knows no ledger."""

from kiosk.screens.layout import lay_out
from kiosk.screens.view import KioskScreen

__all__ = ["KioskScreen", "lay_out"]
