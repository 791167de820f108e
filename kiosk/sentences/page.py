"""What a page is made of, and what it is told beside the screen it speaks of."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from depot.words import Words


@dataclass(frozen=True, slots=True)
class Line:
    """A catalogue line as the screen needs it, in one language. Weight in kg.

    `parts` are the pieces without a label that belong to it, by code, with their names and how many;
    `needs` and `suits` are the codes of other lines; `pieces` of it belong together.
    """

    name: str
    note: str | None = None
    max_weight_kg: int | None = None
    parts: Mapping[str, tuple[str, int]] = field(default_factory=dict)
    needs: tuple[str, ...] = ()
    suits: tuple[str, ...] = ()
    pieces: int = 1


class Slip(StrEnum):
    """Whether a slip of paper comes with a loan."""

    NEVER = "never"
    """No printer is set: nobody expects one."""
    COMES = "comes"
    """The press has just said that its printer would print."""
    NOT_NOW = "not_now"
    """There is a printer, but nothing comes out of it now."""


@dataclass(frozen=True, slots=True)
class Scene:
    """What a page is told beside the screen: words, lines, signs, phones, how the scanner is held.

    `shelves` are where lines stood free a moment ago, by the line's code; `slip` is whether paper comes;
    `can_scan` is False where the scanners that are set up have gone, all of them.
    """

    words: Words
    lines: Mapping[str, Line] = field(default_factory=dict)
    places: Mapping[str, str] = field(default_factory=dict)
    shelves: Mapping[str, str] = field(default_factory=dict)
    phones: tuple[tuple[str, str], ...] = ()
    languages: tuple[str, ...] = ("nb", "nn", "da", "en")
    fixed_scanner: bool = True
    cards_in_box: bool = True
    practice: bool = False
    can_speak: bool = False
    slip: Slip = Slip.NEVER
    can_scan: bool = True

    def name(self, product: str | None) -> str:
        """A thing's name, large; a thing of an unknown line is a thing."""
        line = self.lines.get(product or "")
        return (line.name if line else self.words.t("The thing")).upper()


@dataclass(frozen=True, slots=True)
class Name:
    """A thing's name, the largest word on the page."""

    text: str


@dataclass(frozen=True, slots=True)
class Para:
    """A sentence or two. `strong` is what must be seen first; `close` follows without a gap.

    `heard` is said instead where the text is made for the eye alone.
    """

    text: str
    strong: bool = False
    close: bool = False
    heard: str = ""


@dataclass(frozen=True, slots=True)
class Choice:
    """A key and what it does. `also` is said of it, beside it where there is room and else below."""

    key: str
    text: str
    also: str = ""


@dataclass(frozen=True, slots=True)
class Typed:
    """Digits as they are typed."""

    text: str


Block = Name | Para | Choice | Typed


@dataclass(frozen=True, slots=True)
class Page:
    """One screen in words: title, count of things, blocks, and the last line's three places.

    `mark` is said on every page of a station that is not in earnest.
    """

    title: str
    blocks: tuple[Block, ...]
    yes: str = ""
    no: str = ""
    count: str = ""
    hint: str = ""
    mark: str = ""
    plus: str = ""
