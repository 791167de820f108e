"""Label stock: every row fits on its page, and stock of the settings is checked before it is used."""

from __future__ import annotations

from pathlib import Path

import pytest

from depot.errors import SettingsError
from depot.settings import Settings, load
from labels import media
from labels.designs import DESIGNS
from labels.media import MEDIA, Medium, MediumKind, what_does_not_fit

OURS = """
[[medium]]
name = "ours"
width_mm = 70
height_mm = 37
columns = 3
rows = 8
"""


def settings(tmp_path: Path, text: str) -> Settings:
    file = tmp_path / "depot.toml"
    file.write_text(text, "utf-8")
    return load({}, file)


@pytest.mark.parametrize("medium", MEDIA.values(), ids=lambda one: one.name)
def test_every_label_lies_on_its_page_beside_the_others(medium: Medium) -> None:
    if medium.kind is MediumKind.SHEET:
        assert what_does_not_fit(medium) == ""
        corners = list(medium.cells())
        assert len(corners) == len(set(corners)) == medium.columns * medium.rows
    else:
        assert medium.labels_a_page == 1
        assert (medium.page_width, medium.page_height) == (medium.width, medium.height)
    assert medium.margin * 2 < medium.width


def test_every_design_has_a_medium_that_there_is() -> None:
    assert {one.medium for one in DESIGNS.values()} <= set(MEDIA)


def test_a_slip_in_a_published_table_is_caught() -> None:
    good = MEDIA["avery-l7162"]
    slipped = Medium(
        good.name,
        good.kind,
        good.width,
        good.height,
        2,
        8,
        good.left,
        good.top,
        good.pitch_x,
        338.7,
        210,
        297,
    )
    assert "8 rows reach to" in what_does_not_fit(slipped)


def test_a_depots_own_stock_stands_beside_the_tables(tmp_path: Path) -> None:
    found = media.known(settings(tmp_path, OURS))
    assert set(found) == {*MEDIA, "ours"}
    ours = found["ours"]
    assert (ours.labels_a_page, ours.pitch_x, ours.pitch_y) == (24, 70.0, 37.0)
    assert list(ours.cells())[-1] == (140.0, 259.0)


def test_a_depots_own_stock_may_replace_what_the_table_says(tmp_path: Path) -> None:
    found = media.known(settings(tmp_path, OURS.replace('"ours"', '"avery-l7160"')))
    assert found["avery-l7160"].labels_a_page == 24


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        (OURS.replace("rows = 8", "rows = 9"), "9 rows reach to 333 mm"),
        (OURS.replace("columns = 3", "columns = 4"), "4 columns reach to 280 mm"),
        (OURS + "pitch_x_mm = 60\n", "a pitch of 60 mm across for labels 70 mm wide"),
        (OURS.replace("height_mm = 37", "height_mm = 0"), "a height of 0 mm"),
        ('[[medium]]\nname = "r"\nkind = "roll"\nwidth_mm = 62\n', "a height above 0"),
    ],
)
def test_stock_that_does_not_fit_is_named_with_what_is_wrong(tmp_path: Path, text: str, wanted: str) -> None:
    with pytest.raises(SettingsError, match=wanted):
        media.known(settings(tmp_path, text))


def test_a_receipt_of_ones_own_is_as_long_as_what_stands_on_it(tmp_path: Path) -> None:
    found = media.known(settings(tmp_path, '[[medium]]\nname = "r76"\nkind = "receipt"\nwidth_mm = 76\n'))
    assert found["r76"].is_endless
