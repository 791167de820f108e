"""What the scanner's test page says: what came, what it means, what is wrong with the scanner and how to mend it."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass

from depot.codes import (
    BadgeCode,
    CardCode,
    CommandCode,
    Giai,
    Grai,
    Gtin,
    ItemCode,
    NavLabel,
    ProductCode,
    Scan,
    ShelfCode,
    SlipCode,
    Udi,
    Unreadable,
    UnreadableReason,
)
from depot.scanner_sheet import FUNCTION_KEYS, Asks, End, Fault, Finding
from depot.words import Words
from kiosk.scanner_looks import Look, readable
from kiosk.terminal.scans import Presence, Source


@dataclass(frozen=True, slots=True)
class Part:
    """A sentence of the page.

    Args:
        text: what it says.
        rank: how easily it may be left out where there is no room: 0 never, higher first.
        strong: whether it is seen first.
        gap: whether it stands apart from what is above it, where there is room.
        most: how many rows it may take; what is longer is cut, and says so.
    """

    text: str
    rank: int
    strong: bool = False
    gap: bool = False
    most: int = 99


_PRINTS = "depot label scanner --out sheet.pdf"
NEEDED, WANTED, DETAIL, PLACES, EARLIER = range(5)
"""Ranks of parts."""


def parts(
    looks: tuple[Look, ...], presences: tuple[Presence, ...], w: Words, *, findings: int
) -> tuple[Part, ...]:
    """Say everything that the page says.

    Args:
        looks: the last scans, the newest first.
        presences: what is known of each scanner that is set up.
        findings: how many of the newest scan's findings are said; of the others it is said that there are more.
    """
    said: list[Part] = []
    if looks:
        said.extend(_newest(looks[0], w, findings=findings))
    else:
        begin = w.t("Scan code 1 of the sheet. It is printed by: %(command)s", command=_PRINTS)
        said.append(Part(begin, NEEDED, strong=True))
    said.extend(_presence(one, w, gap=at == 0) for at, one in enumerate(presences))
    said.extend(
        Part(f"{one.raw}  {_outcome(one, w)}", EARLIER, gap=at == 0, most=1)
        for at, one in enumerate(looks[1:])
    )
    return tuple(said)


def _newest(look: Look, w: Words, *, findings: int) -> Iterator[Part]:
    yield Part(look.raw or "–", NEEDED, most=3)
    yield Part(_details(look, w), WANTED, most=2)
    yield from _what(look, w)
    if look.repaired:
        yield Part(w.t("With [wedge] of the settings it is: %(text)s", text=look.repaired), DETAIL, most=2)
    if look.is_mended:
        yield Part(w.t("The scanner sends something else, and the settings undo it."), NEEDED, gap=True)
    found = look.diagnosis.findings
    for finding in found[:findings]:
        yield Part(advice(finding, look.source, w), NEEDED, strong=True, gap=True)
    if findings < len(found):
        more = len(found) - findings
        yield Part(
            w.n(
                "One more thing is wrong. Put this right first, and scan it again.",
                "%(n)d more things are wrong. Put this right first, and scan it again.",
                more,
            ),
            NEEDED,
        )
    if not found:
        yield Part(_without_findings(look, w), NEEDED, strong=True, gap=True)
    yield Part(_following(look, w), NEEDED, gap=True)


def _what(look: Look, w: Words) -> Iterator[Part]:
    if look.diagnosis.code is not None:
        yield Part(w.t("Code %(number)d of the sheet.", number=look.diagnosis.code.number), WANTED)
    elif not (look.is_keys and isinstance(look.scan, Unreadable)):
        yield Part(meaning(look.scan, w), WANTED)


def _without_findings(look: Look, w: Words) -> str:
    if look.diagnosis.code is not None:
        return w.t("Nothing is wrong.")
    if not look.is_keys:
        return w.t("This is none of the sheet's codes, so it says nothing about the scanner.")
    if len(look.text) > 1 and look.pace is not None:
        return w.t(
            "Keys, typed as by a person: %(ms)d ms for each. Was that the scanner? Then set its delay between "
            "characters to 0.",
            ms=round(look.pace * 1000),
        )
    return w.t("A key.")


def _following(look: Look, w: Words) -> str:
    following = look.diagnosis.following
    if following is None:
        return w.t("Those were all codes of the sheet. Esc ends.")
    if following.asks in {Asks.SQUARE, Asks.BEYOND}:
        return w.t("Now scan code %(number)d, if the scanner reads square codes.", number=following.number)
    return w.t("Now scan code %(number)d of the sheet.", number=following.number)


def _outcome(look: Look, w: Words) -> str:
    if look.diagnosis.code is None:
        return w.t("not of the sheet")
    number = len(look.diagnosis.findings)
    return w.n("%(n)d thing wrong", "%(n)d things wrong", number) if number else w.t("nothing wrong")


_SOURCES: Mapping[Source, Callable[[Words], str]] = {
    Source.WEDGE: lambda w: w.t("keyboard"),
    Source.PASTE: lambda w: w.t("pasted"),
    Source.EVDEV: lambda w: w.t("grabbed"),
    Source.SERIAL: lambda w: w.t("serial line"),
    Source.CAMERA: lambda w: w.t("camera"),
}

_ENDS: Mapping[End, str] = {
    End.CR: "CR", End.LF: "LF", End.CRLF: "CR LF", End.TAB: "Tab", End.ETX: "ETX",
}  # fmt: skip


def _details(look: Look, w: Words) -> str:
    """Say through what it came, how quickly, how it ended, and in which symbology."""
    source = _SOURCES[look.source](w)
    said = [f"{look.scanner} ({source})" if look.scanner else source]
    if look.pace is not None:
        said.append(w.t("%(ms)d ms a character", ms=round(look.pace * 1000)))
    if look.end is not None:
        said.append(
            w.t("ends with %(what)s", what=_ENDS[look.end])
            if look.end in _ENDS
            else w.t("ends with nothing")
            if look.end is End.NOTHING
            else w.t("ends with several signs")
        )
    if look.symbology:
        said.append(look.symbology)
    return ", ".join(said)


# --- what it means ---


def meaning(scan: Scan, w: Words) -> str:
    """Say what a scan is here, and nothing of whose it is."""
    match scan:
        case ItemCode():
            return w.t("A label of one of the depot's things.")
        case CardCode():
            return w.t("A borrower's card. Its digits are not shown.")
        case BadgeCode():
            return w.t("A storekeeper's badge. Its digits are not shown.")
        case ShelfCode():
            return w.t("A shelf's own code.")
        case ProductCode():
            return w.t("A line's code, as shelves bear it.")
        case SlipCode():
            return w.t("A slip of the waiting list.")
        case CommandCode():
            return w.t("A command, of the command card.")
        case Gtin() | Udi():
            return w.t("A maker's label: product number %(number)s.", number=scan.gtin14)
        case Giai() | Grai():
            return w.t("An owner's label for one thing (GS1).")
        case NavLabel():
            return w.t("A label of NAV.")
        case Unreadable():
            return _unreadable(scan.reason, w)


def _unreadable(reason: UnreadableReason, w: Words) -> str:
    match reason:
        case UnreadableReason.LAYOUT:
            return w.t("Nothing that the depot knows: letters that no label has.")
        case UnreadableReason.CUT | UnreadableReason.TOO_LONG:
            return w.t("Nothing that the depot knows: a part is missing, or it is too long.")
        case UnreadableReason.GLUED:
            return w.t("Nothing that the depot knows: two codes in one.")
        case UnreadableReason.CHECK_FAILED:
            return w.t("Nothing that the depot knows: like a code of its own, but misread.")
        case _:
            return w.t("Nothing that the depot knows.")


# --- what is wrong ---

_LAYOUTS: Mapping[str, Callable[[Words], str]] = {
    "us": lambda w: w.t("American"),
    "gb": lambda w: w.t("British"),
    "no": lambda w: w.t("Norwegian"),
    "dk": lambda w: w.t("Danish"),
    "se": lambda w: w.t("Swedish"),
    "fi": lambda w: w.t("Finnish"),
    "de": lambda w: w.t("German"),
    "fr": lambda w: w.t("French"),
}


def _layouts(names: tuple[str, ...], w: Words) -> str:
    """Name layouts, as people and as the settings do: "American (us)"."""
    said = [f"{_LAYOUTS[name](w)} ({name})" for name in names]
    if len(said) == 1:
        return said[0]
    return w.t("%(several)s or %(last)s", several=", ".join(said[:-1]), last=said[-1])


def advice(finding: Finding, source: Source, w: Words) -> str:
    """Say what is wrong, and how it is put right.

    Args:
        finding: what was found; source: what the scan came through, which decides where it is put right.
    """
    match finding.fault:
        case Fault.LAYOUT:
            return _layout(finding, source, w)
        case Fault.TERMINATOR:
            return _terminator(finding, w)
        case Fault.START_LOST:
            return w.n(
                "The code's first character is lost. Switch off whatever cuts codes in the scanner, and plug it "
                "in without a hub.",
                "The code's first %(n)d characters are lost. Switch off whatever cuts codes in the scanner, and plug "
                "it in without a hub.",
                finding.count,
            )
        case Fault.GS_SENT_AS:
            return _gs_sent_as(finding, source, w)
        case Fault.BEYOND_ASCII if finding.what:
            return w.t(
                "Letters such as æ, ø and å come as %(encoding)s. The depot's labels have none; for others set the "
                "scanner to UTF-8.",
                encoding=finding.what,
            )
        case _:
            return _PLAIN[finding.fault](finding, w)


_PLAIN: Mapping[Fault, Callable[[Finding, Words], str]] = {
    Fault.SLOW: lambda finding, w: w.t(
        "The scanner types a character in %(ms)d ms, as slowly as a person, so its codes are taken for keys. Set its "
        "delay between characters to 0.",
        ms=finding.count,
    ),
    Fault.CAPS_LOCK: lambda _, w: w.t("Caps Lock is on. Press it once, and scan again."),
    Fault.CAPITALS: lambda _, w: w.t("The scanner makes capitals of small letters. Switch that off in it."),
    Fault.SMALL_LETTERS: lambda _, w: w.t(
        "The scanner makes small letters of capitals. Switch that off in it."
    ),
    Fault.BEFORE: lambda finding, w: w.t(
        "Before the code comes %(what)s. Switch the scanner's prefix off.", what=_quoted(finding.what)
    ),
    Fault.AFTER: lambda finding, w: w.t(
        "After the code comes %(what)s. Switch the scanner's suffix off, all but CR.",
        what=_quoted(finding.what),
    ),
    Fault.GS_LOST: lambda _, w: w.t(
        "The sign between two fields (GS) is lost, so a maker's serial number runs into its lot. Set the scanner to "
        "send GS; if it cannot, another sign for it such as #, and write that as separator in the settings."
    ),
    Fault.BEYOND_ASCII: lambda _, w: w.t(
        "Letters such as æ, ø and å do not arrive. The depot's labels have none; for others set the scanner to UTF-8."
    ),
    Fault.NO_AIM: lambda _, w: w.t(
        "It does not say what kind of code it was. If the scanner can, switch the AIM identifier on."
    ),
}


def _layout(finding: Finding, source: Source, w: Words) -> str:
    scanner, keyboard = _layouts(finding.scanners, w), _layouts(finding.keyboards, w)
    if source is Source.EVDEV:
        return w.t(
            "This scanner believes that the keyboard is %(theirs)s; the settings say %(keyboard)s. Write "
            'layout = "%(name)s" for it in the settings.',
            theirs=scanner,
            keyboard=keyboard,
            name=finding.scanners[0],
        )
    wrong = w.t(
        "This scanner believes that the keyboard is %(theirs)s; this machine believes it is %(keyboard)s. Set the "
        "scanner to %(keyboard)s.",
        theirs=scanner,
        keyboard=keyboard,
    )
    if len(finding.scanners) > 1:
        return wrong
    keys = f'scanner_layout = "{finding.scanners[0]}", keyboard_layout = "{finding.keyboards[0]}"'
    otherwise = w.t("If it cannot be: %(keys)s in [wedge].", keys=keys)
    return f"{wrong} {otherwise}"


def _terminator(finding: Finding, w: Words) -> str:
    if finding.end is not None and finding.end in _ENDS:
        return w.t(
            "The code ends with %(what)s. Set the scanner to end each code with CR (Enter).",
            what=_ENDS[finding.end],
        )
    if finding.end is End.NOTHING:
        return w.t("The code ends with nothing. Set the scanner to end each code with CR (Enter).")
    return w.t("The code ends with several signs. Set the scanner to end each code with CR (Enter) alone.")


def _gs_sent_as(finding: Finding, source: Source, w: Words) -> str:
    is_key = finding.what in FUNCTION_KEYS
    if not (is_key or (len(finding.what) == 1 and finding.what.isprintable())):  # the settings take no other
        return w.t(
            "Instead of the sign between two fields (GS) comes %(what)s. Set the scanner to send GS.",
            what=_quoted(finding.what),
        )
    where = "[wedge]" if source in {Source.WEDGE, Source.PASTE} else "[[scanner]]"
    return w.t(
        "Instead of the sign between two fields (GS) comes %(what)s. Set the scanner to send GS, or write "
        'separator = "%(name)s" in %(where)s.',
        what=_quoted(finding.what),
        name=finding.what.replace("\\", r"\\").replace('"', r"\""),
        where=where,
    )


def _quoted(what: str) -> str:
    """Write characters so that nobody mistakes one of them for a part of the sentence."""
    return f"<{what.upper()}>" if what in FUNCTION_KEYS else readable(tuple(what))


# --- the scanners ---


def _presence(presence: Presence, w: Words, *, gap: bool) -> Part:
    name = f"{presence.scanner} ({_SOURCES[presence.source](w)})"
    if presence.is_there:
        return Part(w.t("%(name)s is there.", name=name), PLACES, gap=gap)
    if _is_held(presence.why):
        held = w.t(
            "%(name)s is held by another program. Close the kiosk and the desk on this machine first.",
            name=name,
        )
        return Part(held, WANTED, gap=gap)
    return Part(w.t("%(name)s is not there: %(why)s", name=name, why=presence.why), WANTED, gap=gap, most=2)


def _is_held(why: str) -> bool:
    """Say whether a scanner is busy, by the line for the log: the kernel's words, or pyserial's."""
    return any(
        word in why.lower() for word in ("busy", "exclusively lock", "grabbed by another", "unavailable")
    )
