"""How everything looks: white and yellow on black, lines from the fonts of a bare console, and nothing
else.

Older eyes in a lit corridor need contrast, and one colour in twelve men's eyes is not the one that was
meant; so white on black (21:1), yellow for what matters most, never a meaning by colour alone, and no
shades: Textual's own "muted" and "disabled" fall to 3:1. On a console with 16 colours both become its
bright white and bright yellow.
"""

from typing import Final, NamedTuple

from textual.theme import Theme

BLACK: Final = "#000000"
WHITE: Final = "#ffffff"
YELLOW: Final = "#ffd700"


class Pair(NamedTuple):
    """Two colours that are used one upon the other."""

    foreground: str
    background: str


PAIRS: Final = (Pair(WHITE, BLACK), Pair(YELLOW, BLACK), Pair(BLACK, YELLOW), Pair(BLACK, WHITE))
"""Every combination there is; each has a contrast of 7:1 or more (WCAG 2.2, 1.4.6)."""

BORDER: Final = "heavy"
"""Borders of this kind, or solid, double or round, only: the others need glyphs that console fonts lack."""
RULE: Final = "─"
"""What a line across the screen is made of."""

_LINES = "─│┌┐└┘├┤┬┴┼━┃┏┓┗┛┣┫┳┻╋═║╔╗╚╝╠╣╦╩╬╭╮╯╰"
_SIGNS = "█░▒●■▲←↑→↓–—…€§°×±«»‘’“”‚„·½¼¾²³"
_LETTERS = "ÀÁÂÃÄÅÆÇÈÉÊËÌÍÎÏÐÑÒÓÔÕÖØÙÚÛÜÝÞßàáâãäåæçèéêëìíîïðñòóôõöøùúûüýþÿŒœŠšŽžČčĐđ"

GLYPHS: Final = frozenset(_LINES + _SIGNS + _LETTERS + "\u00a0\ufffd")
"""Every character beyond ASCII that our own texts and drawings may use.

All but Č, č and đ are in both the Lat15 and Uni2 builds of Debian's Terminus console fonts, those three in
Uni2 only; the Northern Sámi Ŋ, ŋ, Ŧ and ŧ are in neither (console-setup 1.221, read from the font files).
"""

THEME: Final = Theme(
    name="depot",
    primary=YELLOW,
    secondary=WHITE,
    warning=YELLOW,
    error=YELLOW,
    success=YELLOW,
    accent=YELLOW,
    foreground=WHITE,
    background=BLACK,
    surface=BLACK,
    panel=BLACK,
    boost=BLACK,
    luminosity_spread=0.0,
    text_alpha=1.0,
    variables={
        "text": WHITE,
        "text-muted": WHITE,
        "text-disabled": WHITE,
        "border": WHITE,
        "scrollbar": WHITE,
    },
)

CSS: Final = f"""
Screen {{ background: {BLACK}; color: {WHITE}; overflow: hidden hidden; }}
.strong {{ color: {YELLOW}; text-style: bold; }}
.banner {{ background: {YELLOW}; color: {BLACK}; text-style: bold; }}
.boxed {{ border: {BORDER} {WHITE}; }}
"""
"""The ground of every screen, and three classes: what matters most, a bar across, a box."""


def contrast(pair: Pair) -> float:
    """The contrast of two colours, from 1 to 21: WCAG 2.2, "contrast ratio" and "relative luminance"."""
    lighter, darker = sorted((_luminance(pair.foreground), _luminance(pair.background)), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)


def _luminance(colour: str) -> float:
    channels = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    red, green, blue = (c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue
