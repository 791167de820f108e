"""A page of the desk in cells: what stands where, and what gives way when there is little room."""

from __future__ import annotations

import pytest
from rich.cells import cell_len

from inventory.desk.views import (
    Act,
    Column,
    Field,
    Form,
    Hint,
    Pixel,
    Row,
    Said,
    Shown,
    Side,
    Table,
    Takes,
    Tone,
    View,
)
from inventory.screens.layout import Line, lay_out

SIZES = [(80, 24), (100, 30), (120, 40), (200, 60)]
LONG = "Toilet seat raiser with armrests, height adjustable, for the heaviest of us"
COLUMNS = (
    Column("Thing"),
    Column("Digits", 9),
    Column("Days", 6, right=True),
    Column("Why", 20, from_width=100),
)
ROWS = tuple(
    Row(f"row {n}", (f"{LONG} {n}", "0004 2177", str(n), "wet wash"), strong=n == 3) for n in range(80)
)
VIEW = View(
    "Wash",
    lead="Scan what has been washed and looked over, one thing after the other, wet gloves and all.",
    facts=(("Line", "Rollator, indoor"), ("Shelf", "B2"), ("Owner", "Vestby"), ("Since", "Friday")),
    text=("Wipe the handles. " * 12,),
    table=Table(COLUMNS, ROWS),
    side=(Side("Put aside", tuple(f"{LONG}: not ours" for _ in range(9)), strong=True),),
    counts=(("washed", 12), ("aside", 3)),
    acts=tuple(Act(f"act{n}", f"Does something long {n}") for n in range(9)),
)
HINTS = tuple(Hint(f"F{n}", "does a thing", f"f{n}") for n in range(1, 10))


def page(view: View = VIEW, cursor: str | None = "row 0", **said: object) -> Shown:
    facts = {"who": "Liv Lagermann", "clock": "12:34", "path": ("Today",), "hints": HINTS} | said
    return Shown(view=view, cursor=cursor, **facts)  # type: ignore[arg-type] # each a field of Shown


def texts(lines: list[Line]) -> list[str]:
    return ["".join(span.text for span in line) for line in lines]


@pytest.mark.parametrize("size", SIZES)
def test_a_page_fills_its_terminal_and_no_row_is_too_long(size: tuple[int, int]) -> None:
    columns, rows = size
    lines = texts(lay_out(page(said=Said("Washed. " * 30, Tone.GOOD)), columns, rows))
    assert len(lines) == rows
    assert max(map(cell_len, lines)) <= columns


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("cursor", ["row 0", "row 41", "row 79"])
def test_the_chosen_row_is_always_in_sight(size: tuple[int, int], cursor: str) -> None:
    chosen = [
        line for line in texts(lay_out(page(cursor=cursor), *size)) if line.startswith(">") and "0004" in line
    ]
    assert len(chosen) == 1


@pytest.mark.parametrize("size", SIZES)
def test_title_counts_acts_answer_and_keys_are_always_there(size: tuple[int, int]) -> None:
    lines = texts(lay_out(page(said=Said("Washed.", Tone.GOOD)), *size))
    assert "Today > Wash" in lines[0]
    assert lines[0].rstrip().endswith("Liv Lagermann  12:34")
    assert lines[2].rstrip().endswith("washed 12   aside 3")
    whole = "\n".join(lines)
    for wanted in ("9 Does something long 8", "Washed.", "F9 does a thing", "Put aside (9)"):
        assert wanted in whole


def test_columns_that_need_a_wide_screen_are_left_out_on_a_narrow_one() -> None:
    assert "wet wash" not in "\n".join(texts(lay_out(page(), 80, 24)))
    assert "wet wash" in "\n".join(texts(lay_out(page(), 200, 60)))


def test_numbers_stand_to_the_right_and_digits_are_never_cut() -> None:
    lines = [line for line in texts(lay_out(page(), 80, 40)) if "0004 2177" in line]
    assert {line.index("0004 2177") for line in lines} == {lines[0].index("0004 2177")}
    assert {len(line.rstrip()) for line in lines} == {len(lines[0].rstrip())}


def test_a_long_table_says_which_part_of_it_is_seen() -> None:
    assert " / 80" in "\n".join(texts(lay_out(page(cursor="row 40"), 80, 24)))


def test_what_is_wrong_is_told_by_more_than_its_colour() -> None:
    assert "!! Not ours." in "\n".join(texts(lay_out(page(said=Said("Not ours.", Tone.BAD)), 80, 24)))


def test_a_secret_is_dots_and_the_open_line_shows_where_one_types() -> None:
    fields = (
        Field("name", "Name"),
        Field("pin", "PIN", takes=Takes.SECRET, hint="4 to 12 digits", wrong="Too short."),
    )
    view = View("Sign in", form=Form(fields))
    lines = "\n".join(
        texts(lay_out(page(view, None, typed={"name": "Åse", "pin": "4711"}, at_field=1), 80, 24))
    )
    assert "4711" not in lines
    assert "●●●●_" in lines
    assert "Too short." in lines
    assert "4 to 12 digits" not in lines


def test_text_from_outside_moves_nothing_on_the_terminal() -> None:
    evil = View("Wash", lead="\x1b[2J", table=Table((Column("\x07"),), (Row("k", ("[/]\u202e\x9b",)),)))
    drawn = "\n".join(texts(lay_out(page(evil, "k", said=Said("\x1b]0;x\x07")), 80, 24)))
    assert not {char for char in drawn if not char.isprintable() and char != "\n"}
    assert "[/]" in drawn


def test_a_click_finds_what_stands_under_it() -> None:
    lines = lay_out(page(), 80, 24)
    targets = {span.target for line in lines for span in line if span.target}
    assert ("row", "row 0") in targets
    assert ("act", "act8") in targets
    assert ("key", "f9") in targets


def test_a_picture_is_drawn_two_dots_a_cell() -> None:
    view = View("Print", picture=((Pixel(0xFFFFFF, 0x000000),) * 20,) * 5)
    dots = [span.dots for line in lay_out(page(view, None), 80, 24) for span in line if span.dots]
    assert dots == [(0xFFFFFF, 0x000000)] * 100


def test_a_table_s_columns_are_as_wide_as_its_own_cells_whatever_was_drawn_before() -> None:
    columns = (Column("Thing"), Column("Where", 30))
    pages = [
        page(View("Wash", table=Table(columns, (Row("row 0", ("Rollator", where)),))))
        for where in ("A1", "A very long way away")
    ]
    first = [texts(lay_out(one, 80, 24)) for one in pages]
    again = [texts(lay_out(one, 80, 24)) for one in (*pages, *pages)]
    assert again == [*first, *first]
    assert "A very long way away" in "".join(again[1])


def test_where_there_is_nothing_but_a_choice_it_stands_in_the_page_one_below_the_other() -> None:
    view = View("Labels", lead="Which?", acts=(Act("new", "Print new labels"), Act("old", "Printed already")))
    lines = lay_out(page(view, None), 80, 24)
    said = [line.strip() for line in texts(lines)]
    assert said.index("1 Print new labels") + 1 == said.index("2 Printed already") < 8
    assert ("act", "old") in {span.target for line in lines for span in line}


def test_what_is_cut_in_the_chosen_row_is_said_whole_under_the_table() -> None:
    rows = (Row("short", ("Stick", "1")), Row("long", (LONG, "2")))
    view = View("Lines", table=Table((Column("Thing"), Column("Days", 6)), rows))
    on_short, on_long = (texts(lay_out(page(view, cursor=key), 60, 24)) for key in ("short", "long"))
    assert not any(LONG in line for line in on_short)
    assert " ".join(" ".join(on_long[5:8]).split()) == LONG
    assert [line[1:] for line in on_short[3:5]] == [line[1:] for line in on_long[3:5]]


def test_a_column_has_room_for_its_heading_and_for_its_cells_where_nobody_else_needs_it() -> None:
    columns = (Column("Thing"), Column("Asked for twice", 10), Column("Why", 5))
    view = View("Lines", table=Table(columns, (Row("one", ("Stick", "no", "somebody waits")),)))
    seen = "\n".join(texts(lay_out(page(view, cursor="one"), 80, 24)))
    assert "Asked for twice" in seen
    assert "somebody waits" in seen


def test_a_long_hint_is_said_whole() -> None:
    hint = "scan a thing or the label of a shelf, or type the code of the line, as it stands on the list"
    view = View("Recall", form=Form((Field("line", "Which things are recalled by", hint=hint),)))
    assert hint in " ".join(" ".join(texts(lay_out(page(view), 80, 24))).split())
