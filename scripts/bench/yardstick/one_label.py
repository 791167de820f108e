"""The least that a Textual application can be: one label that counts keys. The kiosk is held against it.

With `--sqlalchemy` it imports that, too, as whatever keeps a ledger with it must.
"""

from __future__ import annotations

import sys

from textual.app import App, ComposeResult
from textual.widgets import Label


class OneLabel(App[None]):
    """Says how many keys were pressed."""

    _count = 0

    def compose(self) -> ComposeResult:
        """Begin at none."""
        yield Label("0 keys")

    def on_key(self) -> None:
        """Count one."""
        self._count += 1
        self.query_one(Label).update(f"{self._count} keys")


if __name__ == "__main__":
    if "--sqlalchemy" in sys.argv:
        import sqlalchemy  # noqa: F401 - for what it costs
    OneLabel().run()
