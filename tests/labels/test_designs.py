"""Every design, on everything it is made for, in every language, with the longest real names.

What was drawn is looked at as marks (nothing leaves its label, nothing lies on another thing) and as pixels
(every code reads back). A picture of each is in docs/labels.md, looked at by people.
"""

from __future__ import annotations

import itertools
from dataclasses import replace

import pytest

from depot.words import words_in
from labels import sheet
from labels.board import Mark
from labels.designs import DESIGNS
from labels.errors import DoesNotFit
from labels.letters import fit, has, width_of, wrap
from labels.media import MEDIA, Medium, MediumKind
from labels.proof import RESOLUTIONS, prove
from labels.says import Asset, Calibration, Says
from labels.sheet import Drawn, Setup
from tests.labels.examples import BARE, HOUSE, ITEM, POLISH, SAMI, examples, lines

LANGUAGES = ("nb", "nn", "da", "en")

ON = {
    "asset": [
        "avery-l7160", "avery-l7651", "avery-l4731", "avery-l4736", "herma-4345", "avery-3490", "avery-5160",
        "62x29", "17x54", "29x90", "54x25", "54x25-300", "51x25", "51x19", "57x32", "89x28", "102x51", "62x100",
    ],
    "asset-small": ["54x25", "54x25-300", "51x19", "51x25", "avery-l4731", "avery-l7651"],
    "shelf": ["avery-l7173", "avery-l7163", "102x51", "102x51-300", "62x100", "89x28", "29x90"],
    "loan": ["receipt-80", "receipt-58", "62", "62x100", "102x51-300"],
    "card": ["cards-a4", "cr80"],
    "hold": ["receipt-80", "receipt-58", "62", "62x100", "102x51", "102x51-300"],
    "guidance": ["receipt-80", "receipt-58", "62", "62x100"],
    "command": ["a4"],
    "poster": ["a4"],
    "scanner": ["a4"],
    "calibration": ["avery-l7160", "62x29", "102x51", "receipt-80"],
}  # fmt: skip

EVERYWHERE = [(design, medium) for design, media in ON.items() for medium in media]


def drawn(design: str, medium: Medium, language: str, dpi: int = 0) -> tuple[bytes, list[Drawn]]:
    seen: list[Drawn] = []
    words = words_in(language)
    labels = ((_for(one, medium), words) for one in examples(design, language))
    setup = Setup(medium, dpi or medium.dpi)
    document, _ = sheet.document(labels, DESIGNS[design], setup, each=seen.append)
    return document, seen


def _for(says: Says, medium: Medium) -> Says:
    return replace(says, medium=medium) if isinstance(says, Calibration) else says


def overlap(one: Mark, other: Mark) -> float:
    wide = min(one.x + one.width, other.x + other.width) - max(one.x, other.x)
    high = min(one.y + one.height, other.y + other.height) - max(one.y, other.y)
    return max(0.0, min(wide, high))


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize(("design", "medium"), EVERYWHERE)
def test_nothing_leaves_its_label_and_nothing_lies_on_another_thing(
    design: str, medium: str, language: str
) -> None:
    _, labels = drawn(design, MEDIA[medium], language)
    for label in labels:
        for mark in label.marks:
            assert -0.01 <= mark.x <= label.width - mark.width + 0.01, mark
            assert -0.01 <= mark.y <= label.height - mark.height + 0.01, mark
        things = [mark for mark in label.marks if mark.what in ("text", "code")]
        for one, other in itertools.combinations(things, 2):
            # Lines of letters are boxes with room for rings and tails; codes are their quiet zones.
            room = 0.6 if {one.what, other.what} == {"text"} else 0.3
            assert overlap(one, other) <= room, (one, other)


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize(("design", "medium"), EVERYWHERE)
def test_every_code_reads_back(design: str, medium: str, language: str) -> None:
    """At 203 and 300 dots an inch; where only the words differ, at 203, which is the harder."""
    document, labels = drawn(design, MEDIA[medium], language)
    at = RESOLUTIONS if language == "nb" else RESOLUTIONS[:1]
    proof = prove(document, labels, at=at)
    assert proof.flaws == ()
    wanted = len(at) * sum(mark.what == "code" for label in labels for mark in label.marks)
    assert proof.read == wanted
    if design != "poster":
        assert wanted > 0


@pytest.mark.parametrize(("design", "medium"), EVERYWHERE)
def test_the_name_of_a_thing_stands_on_its_label_in_every_language(design: str, medium: str) -> None:
    if design not in ("asset", "asset-small", "loan", "hold", "shelf") or medium == "avery-l4731":
        return
    for language in LANGUAGES:
        _, labels = drawn(design, MEDIA[medium], language)
        for says, label in zip(examples(design, language), labels, strict=True):
            name = str(getattr(says, "name", "") if design != "shelf" else getattr(says, "line", ""))
            said = " ".join(mark.said for mark in label.marks if mark.what == "text")
            assert name.split(" ", maxsplit=1)[0].rstrip(",")[:6] in said, (language, name)


def test_the_typefaces_have_every_letter_from_iceland_to_poland() -> None:
    everything = "".join(name + note for language in LANGUAGES for name, note in lines(language))
    assert has(everything + SAMI + POLISH + "áčđŋšŧžÁČĐŊŠŦŽ ąćęłńóśźż ðþæöÐÞ «»–—…×°€§")


def test_a_long_name_is_set_smaller_then_wrapped_then_shortened_and_never_cut_in_the_middle() -> None:
    name = "Toalettforhøyer, fritstående (med armlener)"
    wide = fit(name, 95, 6, largest=14, smallest=6, bold=True)
    assert (wide.lines, wide.size) == ((name,), 14)
    narrow = fit(name, 40, 12, largest=14, smallest=6, bold=True)
    assert " ".join(narrow.lines) == name
    assert len(narrow.lines) == 2
    assert [fit(name, room, 2.6, largest=14, smallest=6).lines for room in (45, 30, 19)] == [
        (name,),
        ("Toalettforhøyer, fritstående",),
        ("Toalettforhøyer",),
    ]
    tight = fit(name, 9, 2.6, largest=14, smallest=6)
    assert tight.lines[0].endswith("…")
    assert name.startswith(tight.lines[0][:-1])
    assert width_of(tight.lines[0], 6, bold=False) <= 9


def test_a_word_wider_than_its_column_is_broken_and_nothing_of_it_lost() -> None:
    address = "https://hjelpemidler.vestby.example/bruksanvisninger/rullator"
    broken = wrap(address, 20, 9)
    assert "".join(broken.lines) == address
    assert all(width_of(line, 9, bold=False) <= 20 for line in broken.lines)


@pytest.mark.parametrize(
    ("design", "medium"),
    [("loan", "54x25"), ("poster", "avery-l7160"), ("command", "cr80"), ("card", "62x29")],
)
def test_a_medium_that_is_too_small_is_said_and_nothing_is_printed_over_the_edge(
    design: str, medium: str
) -> None:
    with pytest.raises(DoesNotFit, match="mm"):
        drawn(design, MEDIA[medium], "nb")


def test_a_label_of_a_depot_with_a_gs1_prefix_says_so_to_those_who_know_gs1() -> None:
    from labels.says import House

    house = House("Vestby", gs1_prefix="7038010")
    seen: list[Drawn] = []
    words = words_in("nb")
    document, _ = sheet.document(
        [(Asset(ITEM, "Stokk", house), words)], DESIGNS["asset"], Setup(MEDIA["62x29"], 300), each=seen.append
    )
    assert {mark.said for mark in seen[0].marks if mark.what == "code"} == {ITEM, f"80047038010{ITEM}"}
    assert prove(document, seen).flaws == ()


@pytest.mark.parametrize("medium", ["avery-3490", "62x29"])
def test_no_line_of_letters_is_taken_for_a_code(medium: str) -> None:
    """A name set large was once read as an EAN, check digit right, by two looks."""
    one = MEDIA[medium]
    labels = [
        (Asset(ITEM, name, HOUSE), words_in(language))
        for language in LANGUAGES
        for name, _ in lines(language)
    ]
    seen: list[Drawn] = []
    document, _ = sheet.document(labels, DESIGNS["asset"], Setup(one, one.dpi), each=seen.append)
    assert prove(document, seen, at=(203,)).flaws == ()


# --- what stands on them ---


def text_of(design: str, language: str = "nb") -> list[str]:
    """What is read on each example of a design, as one text with single blanks."""
    _, labels = drawn(design, MEDIA[DESIGNS[design].medium], language)
    return [
        " ".join(mark.said for mark in label.marks if mark.what == "text").replace("\N{NO-BREAK SPACE}", " ")
        for label in labels
    ]


def test_a_loans_label_answers_what_people_ask_and_names_nobody() -> None:
    much, little = text_of("loan")
    for wanted in (
        "0004 2177",
        "Lever tilbake senest onsdag 22. september 2027",
        HOUSE.address,
        "når som helst. Du trenger ikke kort.",
        "ring 55 56 78 90 og les opp 0004 2177",
        "Er den ødelagt, eller passer den ikke?",
        "Skal du flytte? Lever den tilbake før du flytter.",
        f"Eies av {HOUSE.owner}.",
        "Tåler inntil 130 kg.",
        "fotstøtte × 2",
    ):
        assert wanted in much, wanted
    assert "Du kan ha den i 1 dag" in little
    assert ITEM not in much + little, "the slip is no label: held under the light it must return nothing"


def test_the_letters_of_a_code_are_small_and_its_digits_large() -> None:
    _, labels = drawn("asset", MEDIA["avery-l7160"], "nb")
    sizes = {mark.said: mark.height for mark in labels[0].marks if mark.what == "text"}
    digits = sizes["0004 2177"]
    letters = next(height for said, height in sizes.items() if ITEM in said)
    assert digits > 2 * letters


def test_yellow_is_printed_on_white_sheets_only() -> None:
    def fields(medium: str, *, yellow: bool = True) -> int:
        seen: list[Drawn] = []
        one = next(iter(examples("asset", "nb")))
        setup = Setup(MEDIA[medium], MEDIA[medium].dpi, yellow=yellow)
        sheet.document([(one, words_in("nb"))], DESIGNS["asset"], setup, each=seen.append)
        return sum(mark.what == "field" for mark in seen[0].marks)

    assert fields("avery-l7160") == 1
    assert fields("avery-l7160", yellow=False) == 0
    assert MEDIA["62x29"].kind is MediumKind.ROLL
    assert fields("62x29") == 0


def test_a_card_says_nothing_of_whose_it_is() -> None:
    assert BARE.depot in text_of("card")[1]
    for said in text_of("card"):
        assert "4960 2294" in said
