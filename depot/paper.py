"""Paper that stands in the room, as text: the poster, the list for a power cut, the guide for the card box.

Plain text of at most 72 columns that any printer prints; `depot label poster` draws the poster. The poster
and the list are for citizens and are in their languages; no paper has room for a name, because what
somebody borrows is nobody else's business.
"""

from __future__ import annotations

import textwrap
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from depot.settings import Phone
from depot.words import Words

COLUMNS = 72
LINES = 66
"""Lines on one side of A4 at 10 points."""
ROWS, FEWEST_ROWS = 16, 4
"""Rows of the power-cut list, and how few are left where many can be called."""


@dataclass(frozen=True, slots=True)
class Room:
    """What a paper must know of the room it hangs in.

    Args:
        depot: the depot's name.
        phones: who can be rung.
        fixed_scanner: whether things are held under the scanner, or the scanner is pointed at them.
        cards_in_box: whether new cards lie in a box.
        reads_aloud: whether the station has a program that speaks.
        loan_days: how many days each line is lent for, by its name in the paper's language.
    """

    depot: str
    phones: tuple[Phone, ...] = ()
    fixed_scanner: bool = True
    cards_in_box: bool = True
    reads_aloud: bool = True
    loan_days: Mapping[str, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Section:
    """A heading, what stands below it point by point, and what is said after that."""

    title: str
    points: tuple[str, ...]
    after: str = ""


@dataclass(frozen=True, slots=True)
class Told:
    """What a paper tells, whatever it is set in."""

    title: str
    depot: str
    sections: tuple[Section, ...]


def poster(w: Words, room: Room) -> str:
    """Say on one page how to borrow and how to return."""
    told = poster_of(w, room)
    return _page(
        told.title, told.depot, *(_list(one.title, one.points, after=one.after) for one in told.sections)
    )


def poster_of(w: Words, room: Room) -> Told:
    """Say how to borrow and how to return, for whatever sets it."""
    first = (
        w.t("First time? Take a card from the box, scan it and type a phone number. We ask for no name.")
        if room.cards_in_box
        else w.t("First time? Press + and we help you.")
    )
    borrow = Section(
        w.t("To borrow"),
        (
            w.t("Take what you need from the shelf."),
            _scan(w, room),
            w.t("Scan your card in the same way."),
            w.t("Read on the screen when it is to be returned. Then you can go."),
        ),
        first,
    )
    back = Section(
        w.t("To return"),
        (
            w.t("Come at any hour. You need no card."),
            _scan(w, room),
            w.t("Put it where the screen says."),
        ),
        w.t("Is the label gone? Bring it all the same, and press +."),
    )
    longer = Section(w.t("To keep it longer"), (w.t("Scan your card and press 1."),))
    help_ = Section(
        w.t("Help"),
        (
            w.t("Press + at any time. Press + twice, and the screen is read aloud.")
            if room.reads_aloud
            else w.t("Press + at any time."),
            *_calls(w, room),
        ),
    )
    return Told(w.t("Borrow and return here"), room.depot, (borrow, back, longer, help_))


def power_cut(w: Words, room: Room) -> str:
    """Make the list that is written on by hand while the kiosk is dark; one page, however many can be called."""
    page = _power_cut(w, room, ROWS)
    over = len(page.splitlines()) - LINES
    return page if over <= 0 else _power_cut(w, room, max(FEWEST_ROWS, ROWS - (over + 1) // 2))


def _power_cut(w: Words, room: Room, rows: int) -> str:
    heads = (
        w.t("Time"),
        w.t("Borrow or return?"),
        w.t("Digits on the yellow label"),
        w.t("Digits on the card"),
    )
    widths = (8, 18, 22, 18)
    wrapped = [textwrap.wrap(head, width) for head, width in zip(heads, widths, strict=True)]
    tall = max(len(lines) for lines in wrapped)
    head = [
        "  ".join(
            (lines[at] if at < len(lines) else "").ljust(width)
            for lines, width in zip(wrapped, widths, strict=True)
        ).rstrip()
        for at in range(tall)
    ]
    row = "  ".join("_" * width for width in widths)
    new_card = (
        w.t(
            "No card? Take one from the box. Write your phone number and the digits on the card on a slip, "
            "and put it in the closed box."
        ),
    )
    return _page(
        w.t("When the screen is dark"),
        room.depot,
        _list(
            w.t("You can borrow and return all the same"),
            (
                w.t(
                    "Write one row for each thing: the time, the eight digits on its label and on your card."
                ),
                *(new_card if room.cards_in_box else ()),
                w.t("To return you need no card. Put the thing at the blue signs."),
                w.t("Write no names."),
            ),
        ),
        w.t("Date") + ": " + "_" * 16,  # gettext's tools do not look into f-strings
        "\n".join([*head, *(f"\n{row}" for _ in range(rows))]),
        _days(w, room),
        _list(w.t("Help"), _calls(w, room)),
        _fill(
            w.t(
                "For staff: enter each row with depot late-entry, with the time that stands on the paper. "
                "Then shred the list and the slips."
            )
        ),
    )


def card_box(w: Words, room: Room) -> str:
    """Say on one page what the person does who fills the box with new cards."""
    return _page(
        w.t("The box with new cards"),
        room.depot,
        _list(
            w.t("Each time you are here"),
            (
                w.t("Count the cards in the box. Fill up to twenty."),
                w.t("The cards lie with the code down, so that nobody reads them in passing."),
                w.t("Is there a pen, a pad of slips and the list for a power cut beside the screen?"),
                w.t("Does the screen say what to do, and is the light on? Scan the command card: Help."),
                w.t("Empty the closed box. Give the slips to the storekeeper the same day."),
            ),
        ),
        _list(
            w.t("New cards"),
            (
                w.t("The storekeeper makes new cards with depot card print, and prints them."),
                w.t("A card in the box is nobody's until somebody scans it and types a phone number."),
                w.t(
                    "Write nothing on a card, and make no list of numbers: the number is the key to the loans."
                ),
                w.t(
                    "Wards, home nursing and the service desk may hand out cards, too. Nobody registers to whom."
                ),
            ),
        ),
        _list(
            w.t("Used and found cards"),
            (
                w.t("Never put a card back that has been in use. Put it in the closed box."),
                w.t(
                    "Has somebody lost their card? Give them a new one. What they have on loan stays in order."
                ),
                w.t("A card that was found is blocked by the storekeeper, then shredded."),
            ),
        ),
        _list(w.t("Help"), _calls(w, room)),
    )


def _page(title: str, depot: str, *parts: str) -> str:
    head = f"{title.upper()}\n{depot}\n{'=' * COLUMNS}"
    return "\n\n".join([head, *(part for part in parts if part)]) + "\n"


def _list(title: str, points: Iterable[str], *, after: str = "") -> str:
    told = [_fill(point, f"  {number}  ") for number, point in enumerate(points, 1)]
    if after:
        told.append(_fill(after, "     "))
    return "\n".join([title.upper(), *told]) if told else ""


def _fill(text: str, start: str = "") -> str:
    return textwrap.fill(
        text, COLUMNS, initial_indent=start, subsequent_indent=" " * len(start), break_on_hyphens=False
    )


def _scan(w: Words, room: Room) -> str:
    if room.fixed_scanner:
        return w.t("Hold the yellow label on the aid under the red light until it beeps.")
    return w.t("Point the scanner at the yellow label on the aid until it beeps.")


def _calls(w: Words, room: Room) -> tuple[str, ...]:
    return tuple(
        w.t("Call %(name)s, %(number)s.", name=phone.name, number=phone.number) for phone in room.phones
    )


def _days(w: Words, room: Room) -> str:
    """How long each line may be kept, the longest first; lines of one length together."""
    by_length: dict[int, list[str]] = {}
    for name, days in room.loan_days.items():
        by_length.setdefault(days, []).append(name)
    told = []
    for days, names in sorted(by_length.items(), reverse=True):
        length = w.n("%(n)d day", "%(n)d days", days)
        told.append(_fill(f"{length}: {'; '.join(sorted(names))}.", "  "))
    return "\n".join([w.t("How long you may keep it").upper(), *told]) if told else ""
