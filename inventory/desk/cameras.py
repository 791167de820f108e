"""What a bench may ask of a camera at this desk: for a picture, and nothing else."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from kiosk.terminal.camera import Still


class Camera(Protocol):
    """A scanner that is a camera; it scans whether or not anybody looks at its picture."""

    @property
    def name(self) -> str:
        """The `name` of its `[[scanner]]`."""

    def still(self, timeout: float) -> Still | None:
        """Ask for a picture and wait at most so many seconds for it; None where none comes."""
