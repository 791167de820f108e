"""What label and receipt printers on a bare socket have in common: they take bytes and keep no names of jobs."""

from __future__ import annotations

from abc import ABC, abstractmethod
from dataclasses import dataclass, field
from typing import ClassVar

from labels.printers import Condition, Fate, PrinterTrouble, Told, Why
from labels.printers.manners import Limits, trouble
from labels.printers.wire import PORT, Wire


@dataclass(frozen=True, slots=True)
class NamelessPrinter(ABC):
    """A printer on a bare socket.

    Args:
        name: of the `[[printer]]`; host, port: where it listens.
        cut: whether it cuts; status: whether it is asked how it is. One that never answers costs a second for
            each question.
        limits: how long it is waited for.
    """

    CALLED: ClassVar[str] = "such a printer"

    name: str
    host: str
    port: int = PORT
    cut: bool = True
    status: bool = True
    limits: Limits = field(default_factory=Limits)

    def condition(self) -> Condition:
        """Ask how it is; one that answers nothing is ready."""
        try:
            with self._wire() as wire:
                return self._asked(wire) or Condition(ready=True)
        except OSError as lost:
            raise trouble(self.name, Why.UNREACHABLE, str(lost)) from lost

    @abstractmethod
    def _asked(self, wire: Wire) -> Condition | None:
        """Ask on a wire how it is; None where it answers nothing, or is not to be asked."""

    def fate(self, remote: str) -> Told:
        """Printed: all of it was taken, and more can never be told."""
        return Told(Fate.PRINTED, said=f"handed over as {remote}")

    def cancel(self, remote: str) -> None:
        """Raise CANNOT_TELL: what it has it prints."""
        said = f"{self.CALLED} gives nothing back; {remote} may come out"
        raise PrinterTrouble(Why.CANNOT_TELL, said, may_have_printed=True)

    def find(self, key: str) -> str | None:
        """Raise CANNOT_TELL: it keeps no names."""
        raise PrinterTrouble(
            Why.CANNOT_TELL, f"{self.CALLED} keeps no names of jobs; {key} may have come out"
        )

    def _wire(self) -> Wire:
        try:
            return Wire(self.host, self.port, self.limits)
        except OSError as lost:
            raise trouble(self.name, Why.UNREACHABLE, str(lost)) from lost
