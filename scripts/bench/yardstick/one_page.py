"""The least that an application behind the doorway can be: one label that counts keys. The desk is held against it.

Like the desk it takes its keys from the doorway, which keeps a character back until nobody can take it for the
beginning of a scan.
"""

from __future__ import annotations

from textual.app import ComposeResult
from textual.widgets import Label

from kiosk.terminal.doorway import Doorway


class OnePage(Doorway):
    """Says how many keys were pressed."""

    _count = 0

    def compose(self) -> ComposeResult:
        """Begin at none."""
        yield Label("0 keys")

    def on_pressed(self) -> None:
        """Count one."""
        self._count += 1
        self.query_one(Label).update(f"{self._count} keys")


if __name__ == "__main__":
    OnePage().run()
