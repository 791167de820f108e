"""Text from outside is shown and never obeyed."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.cells import cell_len
from rich.segment import Segment
from textual.color import Color
from textual.widgets import Static

from kiosk.terminal.doorway import Doorway
from kiosk.terminal.safe import SafeLines, txt

HOSTILE = [
    "[/]",
    "[/",
    "[@click=app.quit]ok[/]",
    "[bold]stor[/bold]",
    "[link=file:///etc/passwd]x",
    "[type=x, v={'a[0]'}]",
    "[$error]x",
    "{0.__class__} %s $(id) `id`",
    "<script>alert(1)</script>",
    "Robert'); DROP TABLE loan;--",
]


@pytest.mark.parametrize("text", HOSTILE)
async def test_markup_in_a_name_is_shown_literally_and_the_application_lives(text: str) -> None:
    class Named(Doorway):
        pass

    app = Named()
    async with app.run_test(size=(56, 16)) as pilot:
        label = Static(txt(text))
        await app.mount(label)
        await pilot.pause()
        assert str(label.render()) == text
        drawn = "".join(segment.text for strip in app.screen._compositor.render_strips() for segment in strip)
        assert text in drawn


@pytest.mark.parametrize(
    ("hostile", "safe"),
    [
        ("\x1b[2J", "\ufffd[2J"),
        ("a\x00b\x07c\x7fd", "a\ufffdb\ufffdc\ufffdd"),
        ("\x9b12;2]", "\ufffd12;2]"),
        ("abc\u202egnp.exe", "abc\ufffdgnp.exe"),
        ("\u2066x\u2069", "\ufffdx\ufffd"),
        ("zero\u200bwidth\ufeff", "zero\ufffdwidth\ufffd"),
        ("two\nlines\r\u2028", "two\ufffdlines\ufffd\ufffd"),
        ("half\ud83d", "half\ufffd"),
    ],
)
def test_what_a_terminal_could_obey_is_replaced(hostile: str, safe: str) -> None:
    assert txt(hostile).plain == safe


@pytest.mark.parametrize(
    "text", ["Åse Ærø-Øyen", "Máhtte Čáhci", "412\u00a034\u00a0567", "漢字", "👵 hjelp", "5 – 7 €"]
)
def test_what_people_write_is_left_alone(text: str) -> None:
    assert txt(text).plain == text


@pytest.mark.parametrize(
    ("text", "limit", "cut"),
    [
        ("RULLATOR, INNENDØRS", 19, "RULLATOR, INNENDØRS"),
        ("RULLATOR, INNENDØRS", 9, "RULLATOR…"),
        ("漢字漢字", 5, "漢字…"),
        ("漢字漢字", 4, "漢 …"),
        ("abc", 1, "…"),
        ("abc", 0, ""),
    ],
)
def test_too_long_is_cut_by_cells_and_says_so(text: str, limit: int, cut: str) -> None:
    assert txt(text, limit).plain == cut


@given(st.text(st.characters(), max_size=60), st.integers(0, 40))
def test_nothing_is_ever_wider_than_its_place_or_unprintable(text: str, limit: int) -> None:
    content = txt(text, limit)
    assert content.cell_length <= limit
    assert not any(ord(char) < 32 or 127 <= ord(char) < 160 for char in content.plain)
    assert content.spans == []


@given(st.text(st.characters(), max_size=60))
def test_a_line_that_did_not_come_through_txt_is_cleaned_and_keeps_its_length(text: str) -> None:
    (segment,) = SafeLines().apply([Segment(text)], Color(0, 0, 0))
    assert not any(ord(char) < 32 or 127 <= ord(char) < 160 for char in segment.text)
    assert "\u202e" not in segment.text
    segment.text.encode()  # raises for a lone surrogate
    assert cell_len(segment.text) == cell_len(text)
