"""Phrases that many screens share: how to scan, where to put a thing, whom to call, what the keys do."""

from __future__ import annotations

from depot import codes
from depot.outcomes import Ready
from depot.words import Words, words_in
from kiosk.journey import values as v
from kiosk.sentences.page import Block, Name, Para, Scene


def language_words(scene: Scene) -> str:
    """Say "language" in every language that may be chosen, each word once."""
    return " / ".join(dict.fromkeys(words_in(language).t("Language") for language in scene.languages))


def how_to_scan(scene: Scene) -> str:
    """Say the gesture that scans a thing."""
    if scene.fixed_scanner:
        return scene.words.t("Hold the yellow label on the aid under the red light until it beeps.")
    return scene.words.t("Point the scanner at the yellow label on the aid until it beeps.")


def how_to_scan_a_card(scene: Scene) -> str:
    """Say the gesture that scans a card."""
    w = scene.words
    return w.t("Hold your card under the red light.") if scene.fixed_scanner else w.t("Scan your card.")


def wants_a_card(visit: v.Visit) -> bool:
    """Whether a card is what comes next: a thing waits for one, or somebody came for what needs one."""
    return visit.waiting is not None or visit.errand is not None


def card(visit: v.Visit, w: Words) -> str:
    """Say which card is open, by its last two digits."""
    return w.t("card … %(digits)s", digits=codes.digits(visit.card)[-2:]) if visit.card else ""


def card_heard(visit: v.Visit, w: Words) -> str:
    """The same for the ear."""
    last = " ".join(codes.digits(visit.card)[-2:]) if visit.card else ""
    return w.t("Card ending in %(digits)s.", digits=last) if last else ""


def named(item: str, product: str | None, scene: Scene) -> tuple[Block, ...]:
    """Show a thing's name and, after it, the digits of its label."""
    return (Name(scene.name(product)), Para(codes.spoken(item), close=True))


def plain(product: str | None, scene: Scene) -> str:
    """Say a thing's name as it stands in a list or a sentence."""
    line = scene.lines.get(product or "")
    return line.name if line else scene.words.t("The thing")


def bears(product: str | None, scene: Scene) -> tuple[Block, ...]:
    """Say what a thing bears, before it is borrowed."""
    line = scene.lines.get(product or "")
    if line is None or not line.max_weight_kg:
        return ()
    return (Para(scene.words.t("It bears up to %(kg)d kg.", kg=line.max_weight_kg)),)


def is_a_sign(place: str | None, scene: Scene) -> bool:
    """Whether a place is one with a blue sign, and no shelf."""
    return place in scene.places.values()


def stands_ready(ready: Ready, scene: Scene) -> str:
    """Say where something stands ready for the open card, and by which slip; not what it is."""
    w, slip = scene.words, codes.spoken(ready.slip)
    if is_a_sign(ready.shelf, scene):
        return w.t(
            "Something stands ready for you at the blue sign %(place)s, slip %(digits)s.",
            place=ready.shelf,
            digits=slip,
        )
    return w.t(
        "Something stands ready for you on shelf %(shelf)s, slip %(digits)s.",
        shelf=ready.shelf or "–",
        digits=slip,
    )


def put_back(shelf: str, scene: Scene, *, pieces: int = 1) -> str:
    """Say where a thing, or both pieces of a pair, belong that are not borrowed."""
    w = scene.words
    if is_a_sign(shelf, scene):
        return w.t("Put it at the blue sign: %(place)s", place=shelf)
    if pieces > 1:
        return w.t("Put both back on shelf %(shelf)s.", shelf=shelf)
    return w.t("Put it back on shelf %(shelf)s.", shelf=shelf)


def put_at(place: str | None, scene: Scene, *, missed: bool = False) -> tuple[Block, ...]:
    """Say where a thing goes. `missed`: it was thought lost."""
    w = scene.words
    where = (
        w.t("Put it at the blue sign: %(place)s", place=place) if place else w.t("Put it on the floor here.")
    )
    return (
        (Para(w.t("Good to see it again!")), Para(where, strong=True, close=True))
        if missed
        else (Para(where, strong=True),)
    )


def whom_to_call(scene: Scene) -> tuple[Block, ...]:
    """Say whom to call, or how to be rung."""
    w = scene.words
    if not scene.phones:
        return (Para(w.t("Press + to have us ring you.")),)
    name, number = scene.phones[0]
    return (Para(w.t("Call %(name)s, %(number)s.", name=name, number=number)),)


def erase(w: Words) -> Para:
    """Say how a digit is taken back; before any is typed, for while they are typed only digits are said."""
    return Para(w.t("Comma takes the last digit away."))


def in_pairs(digits: str) -> str:
    """Group digits two by two, as a phone number is read."""
    return " ".join(digits[at : at + 2] for at in range(0, len(digits), 2))


def in_fours(typed: str) -> str:
    """Group the eight digits of a label four by four, with a place for each that is missing."""
    shown = typed.ljust(8, "_")
    return " ".join(shown[at : at + 4] for at in range(0, len(shown), 4))


def yes(w: Words) -> str:
    """What Enter does: yes."""
    return w.t("yes")


def go_on(w: Words) -> str:
    """What Enter does: go on."""
    return w.t("go on")


def back(w: Words) -> str:
    """What minus does: go back."""
    return w.t("back")


def undo(w: Words) -> str:
    """What minus does: undo."""
    return w.t("undo")
