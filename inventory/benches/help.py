"""Help: which key does what, everywhere and on the bench from which it was asked for."""

from __future__ import annotations

from inventory.desk.bench import At, Bench, Turn
from inventory.desk.views import Column, Row, Table, View


class Help(Bench):
    """The keys.

    Args:
        asked_from: what was shown when help was asked for.
    """

    def __init__(self, at: At, asked_from: View) -> None:
        super().__init__(at)
        self._from = asked_from

    def view(self) -> View:
        """Show the keys, those of the bench first."""
        t = self.at.t
        here = [(str(number), act.label) for number, act in enumerate(self._from.acts, 1)]
        everywhere = (
            (t("scanner"), t("does what the open page asks for; elsewhere it opens what was scanned")),
            ("Enter", t("opens the chosen row, or says yes")),
            ("Esc  -", t("goes back")),
            ("↑ ↓ PgUp PgDn", t("choose a row")),
            ("1 – 9", t("do what stands beside the digit, to the chosen row")),
            ("0", t("type the eight digits of a label that does not read")),
            ("F1  +", t("help")),
            ("F2  /", t("search")),
            ("F3", t("print what belongs to the page")),
            ("F4", t("undo what was done last")),
            ("F5", t("look again")),
            ("F9", t("sign out; what is half done is kept")),
            (t("badge"), t("signs in the next person")),
            (t("command card"), t("its fields are said by scanning them: yes, no, undo, broken, washed")),
        )
        rows = tuple(
            Row(f"{at}", pair, strong=at < len(here)) for at, pair in enumerate((*here, *everywhere))
        )
        columns = (Column(t("Key"), 17), Column(t("What it does")))
        return View(t("Help"), lead=self._from.lead, table=Table(columns, rows), yes=t("back"))

    def opened(self, row: str) -> Turn:  # noqa: ARG002 - a row of help opens nothing
        """Leave."""
        return Turn(leave=True)
