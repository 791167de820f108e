"""A page made into sentences for the ear.

Everything that is to be seen is said, in the order in which it is of use to somebody who cannot look again:
what is the matter, what happened, what it is about, and last the keys, what each does before which it is, so
that nobody has to remember a number until it is clear that it was wanted. Digits are said one by one, in the
groups in which they stand. What is only for the eye (dots, lines for what is yet to be typed, capitals) is
put into words or left out. While digits are typed only what has changed is said.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from depot.words import Words
from kiosk.sentences.page import Block, Choice, Name, Page, Para, Typed
from kiosk.terminal.safe import shown

HIDDEN = "●"
"""Stands for a digit that is not shown, and so is not said either (EN 301 549 V3.2.1, 5.1.3.8)."""

_ROOM = "_"
"""Stands for a digit that is yet to be typed."""
_GROUPED = re.compile(r"(?<![\w.,])\+?\d{2,4}(?: \d{2,4})+(?!\w|[.,]\d)")
_LONG = re.compile(r"(?<!\w)\d{5,}(?!\w)")
_CAPITALS = re.compile(r"\b[^\W\d_a-zæøåäöéü]{4,}\b")
"""The name of a place as it stands on its sign; NAV is three letters, and is said so."""
_SPACES = {ord(character): " " for character in "\u00a0\u2009\u202f\ufffd"}
"""Numbers are grouped by spaces that no line is broken at, and the ear needs no sign for what cannot be shown."""
_KEY = re.compile(r"(?<!\S)[-+*](?=[\s,.:;]|$)")


def heard(page: Page, w: Words, before: Page | None = None) -> str:
    """Say a page.

    Args:
        page: the page as it is shown now.
        w: the words of its language.
        before: the page that was shown before this one; None to hear this one whole.

    Returns:
        One line of text. Never a digit that the page hides.
    """
    if before is not None and (change := _typing(before, page, w)):
        return change
    return " ".join(_sentence(one) for one in _said(page, w) if one)


def hint_heard(page: Page, w: Words) -> str:
    """Say the line under a page alone: the last word when reading aloud was just switched off."""
    return _sentence(for_the_ear(page.hint, w)) if page.hint else ""


def _said(page: Page, w: Words) -> Iterator[str]:
    yield for_the_ear(page.hint, w)
    yield for_the_ear(page.title, w)
    yield for_the_ear(page.mark, w)
    yield for_the_ear(page.count, w)
    for block in page.blocks:
        yield _block(block, w)
    named = {block.key for block in page.blocks if isinstance(block, Choice)}
    for key, does in (("Enter", page.yes), ("-", page.no), ("+", page.plus or w.t("help"))):
        if does and key not in named:
            yield _choice(key, does, w)


def _block(block: Block, w: Words) -> str:
    match block:
        case Name(text=text):
            return _capital(for_the_ear(text.lower(), w))
        case Para(text=text, heard=instead):
            return for_the_ear(instead or text, w)
        case Choice(key=key, text=text, also=also):
            return _choice(key, f"{text}, {also}" if also else text, w)
        case Typed(text=text):
            return _typed_so_far(text, w)


def _choice(key: str, does: str, w: Words) -> str:
    said = _capital(for_the_ear(does, w)).rstrip(".?!").replace(": ", ", ")
    return w.t("%(does)s: press %(key)s.", does=said, key=key_name(key, w))


def key_name(key: str, w: Words) -> str:
    """Say what a key is called, as somebody finds it with their fingers."""
    return {"-": w.t("minus"), "+": w.t("plus"), "*": w.t("star")}.get(key, key)


# --- digits ---


def _digits(page: Page) -> str | None:
    """What has been typed on a page, with its groups; None on a page where nothing is typed."""
    typed = next((block.text for block in page.blocks if isinstance(block, Typed)), None)
    return None if typed is None else typed.replace(_ROOM, "").strip()


def _typing(before: Page, page: Page, w: Words) -> str:
    """Say the one digit that came or went; nothing where something else is the matter."""
    old, new = _digits(before), _digits(page)
    if old is None or new is None or page.hint or before.title != page.title:
        return ""
    one_more = len(_bare(new)) - len(_bare(old))
    if HIDDEN in old + new and abs(one_more) == 1:
        return _typed_so_far(new, w)
    if one_more == 1 and _bare(new).startswith(_bare(old)):
        return _bare(new)[-1]
    if one_more == -1 and _bare(old).startswith(_bare(new)):
        left = _one_by_one(new, w)
        return w.t("Taken away. Left: %(digits)s.", digits=left) if left else w.t("Nothing is typed.")
    return ""


def _typed_so_far(text: str, w: Words) -> str:
    typed = text.replace(_ROOM, "").strip()
    if HIDDEN in typed:
        return w.n("%(n)d digit typed.", "%(n)d digits typed.", typed.count(HIDDEN))
    return w.t("Typed: %(digits)s.", digits=_one_by_one(typed, w)) if typed else ""


def _bare(digits: str) -> str:
    return digits.replace(" ", "")


def _one_by_one(digits: str, w: Words) -> str:
    """Spell digits, with a pause after each group, and the plus before a country."""
    return ", ".join(" ".join(group) for group in digits.split()).replace("+", w.t("plus"))


# --- words ---


def for_the_ear(text: str, w: Words) -> str:
    """Make a sentence for the eye one for the ear: digits, keys, units and capitals as they are said."""
    said = shown(text).translate(_SPACES).strip()
    said = re.sub(r" {2,}", ". ", said)
    said = _GROUPED.sub(lambda number: _spelt(number[0], w), said)
    said = _LONG.sub(lambda number: _spelt(number[0], w), said)
    said = _KEY.sub(lambda key: key_name(key[0], w), said)
    said = _CAPITALS.sub(lambda name: name[0].capitalize(), said)
    said = re.sub(r"(?<=\d )kg\b", w.t("kilograms"), said)
    return said.replace(" / ", ", ").replace("…", ",").replace(HIDDEN, "").replace(_ROOM, "")


def _spelt(number: str, w: Words) -> str:
    """Spell a number of many digits; two short groups are two numbers, and stay."""
    return _one_by_one(number, w) if sum(map(str.isdigit, number)) >= 5 else number


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]


def _sentence(text: str) -> str:
    return text if text.endswith((".", "?", "!", ":")) else text + "."
