"""`depot label`, `depot card print` and `depot media`, as staff use them: what comes out reads back."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pypdfium2
import pytest

from depot import demo
from depot.own import Kind, mint, spoken
from labels import raster
from labels.reading.stills import read
from tests.depot.command.front import Shell
from tests.labels.printers.real import RawPrinter

SETTINGS = """
[labels]
owner = "Øvre Vik kommune"
[[phone]]
name = "Hjelpemiddellageret"
number = "55 56 78 90"
days = "12345"
opens = "08:00"
closes = "15:30"
"""

SetUp = Callable[..., None]


@pytest.fixture
def set_up(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> SetUp:
    """Write the settings file: the usual one, and what a test adds."""

    def write(more: str = "") -> None:
        file = tmp_path / "depot.toml"
        file.write_text(SETTINGS + more, "utf-8")
        monkeypatch.setenv("DEPOT_SETTINGS", str(file))

    write()
    return write


@pytest.fixture(autouse=True)
def settings_are_written(set_up: SetUp) -> None:
    """Every test has the usual settings."""


def codes_on(file: Path, dpi: int = 300) -> set[str]:
    found: set[str] = set()
    for page in raster.pages(file, dpi):
        found |= {one.text for one in read(np.asarray(page))}
    return found


def text_of(file: Path) -> str:
    document = pypdfium2.PdfDocument(file)
    said = " ".join(page.get_textpage().get_text_bounded() for page in document)
    document.close()
    return " ".join(said.replace("\N{NO-BREAK SPACE}", " ").split())


def test_a_sheet_of_twenty_four_new_rollators_is_printed_and_every_label_reads_back(
    depot: Shell, tmp_path: Path
) -> None:
    new = [one["item"] for one in depot.json("item", "receive", "WLK-06", "24")]
    out = tmp_path / "new.pdf"
    told = depot.json("label", "asset", "--received", "--out", str(out), "--proof")
    received = {one["code"] for one in depot.json("items", "--state", "received")}
    assert set(new) <= received
    assert told["labels"] == len(received)
    assert told["pages"] == -(-len(received) // 21)
    assert (told["ok"], told["proof"], told["codes_read"]) == (True, [], 4 * len(received))
    assert set(new) <= codes_on(out)
    assert text_of(out).count("Rullator, innendørs") >= 24


def test_a_roll_label_a_card_and_a_loan_label(depot: Shell, tmp_path: Path) -> None:
    roll, card, loan = (tmp_path / f"{name}.pdf" for name in ("roll", "card", "loan"))
    depot.json("label", "asset", spoken(demo.ROLLATOR), "--medium", "62x29", "--out", str(roll), "--proof")
    assert codes_on(roll) == {demo.ROLLATOR}
    depot.json("label", "card", demo.CONFIRMED_CARD, "--medium", "cr80", "--out", str(card), "--proof")
    assert codes_on(card) == {demo.CONFIRMED_CARD}
    depot.json("label", "loan", demo.ON_LOAN, "--out", str(loan), "--proof")
    (due,) = [one["due"] for one in depot.json("loans", "--item", demo.ON_LOAN, "--open")]
    said = text_of(loan)
    assert spoken(demo.ON_LOAN) in said
    assert f"{int(due[8:])}. " in said
    assert due[:4] in said
    assert demo.ON_LOAN not in codes_on(loan)


@pytest.mark.parametrize("kind", ["shelf", "guidance", "command", "poster", "calibration", "scanner"])
def test_what_needs_no_subject_is_made_without_one(depot: Shell, tmp_path: Path, kind: str) -> None:
    out = tmp_path / "out.pdf"
    told = depot.json("label", kind, "--out", str(out), "--proof")
    assert told["ok"] is True
    assert len(pypdfium2.PdfDocument(out)) == told["pages"]


def test_a_shelf_bears_a_label_for_each_line_on_it_and_the_lines_code_reads(
    depot: Shell, tmp_path: Path
) -> None:
    out = tmp_path / "b2.pdf"
    assert depot.json("label", "shelf", "B2", "--out", str(out))["labels"] == 4
    lines = {one["code"]: one["label"] for one in depot.json("products")}
    on_b2 = {line for shelf, line, _ in demo.STOCK if shelf == "B2"}
    assert {lines[line] for line in on_b2} <= codes_on(out)
    assert depot.json("label", "shelf", "B2", "--product", "WLK-06", "--out", str(out))["labels"] == 1


def test_a_slip_for_what_is_set_aside_bears_its_number_and_no_name(depot: Shell, tmp_path: Path) -> None:
    (hold,) = [one for one in depot.json("holds") if one["item"] == demo.SET_ASIDE]
    out = tmp_path / "hold.pdf"
    depot.json("label", "hold", demo.SET_ASIDE, "--out", str(out), "--proof")
    assert codes_on(out) == {hold["slip"]}
    assert "HENTES" in text_of(out)


def test_a_badge_is_printed_as_a_card_that_says_so_and_names_nobody(depot: Shell, tmp_path: Path) -> None:
    out = tmp_path / "badge.pdf"
    depot.json("label", "card", demo.BADGE, "--medium", "cr80", "--out", str(out), "--proof")
    assert codes_on(out) == {demo.BADGE}
    assert out.stat().st_mode & 0o077 == 0, "whoever reads a badge's code has half of what signs in"
    said = text_of(out)
    assert "Ansattkort" in said
    assert spoken(demo.BADGE) in said
    assert "Øvesen" not in said
    depot.json("staff", "end", demo.BADGE)
    for nobodys in (demo.BADGE, mint(Kind.BADGE, "7315209")):
        assert depot("label", "card", nobodys, "--out", str(out)).status == 1


def test_new_cards_are_drawn_and_printed_ten_to_a_sheet(depot: Shell, tmp_path: Path) -> None:
    before = {one["card"] for one in depot.json("borrowers")}
    out = tmp_path / "cards.pdf"
    told = depot.json("card", "print", "12", "--out", str(out), "--proof")
    new = {one["card"] for one in depot.json("borrowers")} - before
    assert (told["labels"], told["pages"], len(new)) == (12, 2, 12)
    assert codes_on(out) == new
    assert {one["standing"] for one in depot.json("borrowers") if one["card"] in new} == {"unassigned"}


def test_without_a_place_to_print_them_the_new_cards_codes_are_said(depot: Shell) -> None:
    assert len(depot.json("card", "print", "3")) == 3


def test_the_language_is_the_kiosks_or_the_one_that_is_named(depot: Shell, tmp_path: Path) -> None:
    out = tmp_path / "out.pdf"
    for language, wanted in (("nn", "Hugs"), ("da", "Afleveres senest"), ("en", "Return it by")):
        depot.json("label", "loan", demo.ON_LOAN, "--language", language, "--out", str(out))
        said = text_of(out)
        assert wanted in said or language == "nn", said
    depot.json("label", "asset", demo.ROLLATOR, "--language", "en", "--out", str(out))
    assert "Rollator, indoor" in text_of(out)


def test_a_used_sheet_is_begun_at_its_next_label(depot: Shell, tmp_path: Path) -> None:
    whole, used = tmp_path / "whole.pdf", tmp_path / "used.pdf"
    assert depot.json("label", "asset", "--product", "WLK-06", "--out", str(whole))["pages"] == 1
    assert (
        depot.json("label", "asset", "--product", "WLK-06", "--skip", "14", "--out", str(used))["pages"] == 2
    )
    said = depot("label", "asset", "--product", "WLK-06", "--skip", "21", "--out", str(used))
    assert (said.status, said.out) == (1, "")
    assert "21 to skip: a sheet of avery-l7160 has 21 labels" in said.err


def test_a_long_run_tells_how_far_it_has_come_and_a_short_one_does_not(depot: Shell, tmp_path: Path) -> None:
    things = [one["code"] for one in depot.json("items")]
    assert len(things) > 200
    said = depot("label", "asset", *things, "--out", str(tmp_path / "all.pdf"))
    assert (said.status, said.out.split()[0]) == (0, str(len(things)))
    assert "labels" in said.err
    assert depot("label", "asset", things[0], "--out", str(tmp_path / "one.pdf")).err == ""


def test_a_label_is_shown_in_the_terminal(depot: Shell) -> None:
    said = depot("label", "asset", demo.ROLLATOR, "--medium", "62x29", "--preview")
    assert said.status == 0
    assert said.out.count("▀") > 1000
    assert "1 label on 1 page of 62x29" in said.out


# --- printing ---


def test_a_label_is_printed_at_once_and_what_became_of_it_is_told(
    depot: Shell, set_up: SetUp, tmp_path: Path
) -> None:
    with RawPrinter("zpl") as zebra:
        set_up(f'[[printer]]\nname = "labels"\nuri = "{zebra.uri}"\nmedium = "62x29"\n')
        told = depot.json("label", "asset", demo.ROLLATOR, "--printer", "labels")
        assert (told["medium"], told["ok"], told["fate"]) == ("62x29", True, "printed")
        assert len(zebra.jobs()) == 1
        zebra.stop()
        said = depot("label", "asset", demo.ROLLATOR, "--printer", "labels")
        assert said.status == 1
        assert "labels: failed: unreachable" in said.out


def test_labels_are_left_to_the_press_and_come_out_of_it(depot: Shell, set_up: SetUp, tmp_path: Path) -> None:
    printed = tmp_path / "printed"
    set_up(f'[[printer]]\nname = "labels"\nuri = "folder://{printed}"\nmedium = "62x29"\n')
    told = depot.json("label", "asset", demo.ROLLATOR, "--queue", "--printer", "labels")
    status = depot.json("press", "status")
    assert [(one["job"], one["state"], one["why"]) for one in status["jobs"]] == [
        (told["queued"], "waiting", None)
    ]
    assert status["presses"] == []
    assert depot.json("press", "once") == {"left": 0}
    assert codes_on(printed / f"{told['queued']}.pdf") == {demo.ROLLATOR}
    assert depot.json("press", "status")["jobs"] == []
    assert [one["state"] for one in depot.json("press", "status", "--all")["jobs"]] == ["printed"]
    again = depot.json("press", "again", spoken(demo.ROLLATOR))
    assert again["outcome"] == "queued"
    assert depot.json("press", "cancel", again["job"])["outcome"] == "cancelled"
    assert depot("press", "cancel", again["job"], "--json").json["outcome"] == "refused"
    assert depot("press", "again", "0004-1088", "--json").status == 1


def test_a_password_in_a_printers_address_is_told_to_nobody(depot: Shell, set_up: SetUp) -> None:
    set_up('[[printer]]\nname = "laser"\nuri = "ipp://kari:geheim@printer.example/ipp"\n')
    said = depot("press", "status")
    assert "printer.example" in said.out
    assert "geheim" not in said.out
    assert "no press is running" in said.out


def test_a_press_without_printers_says_what_to_do(depot: Shell) -> None:
    said = depot("press")
    assert said.status == 2
    assert "the settings name no [[printer]]; see docs/printers.md" in said.err


# --- what cannot be made ---


@pytest.mark.parametrize(
    ("words", "status", "wanted"),
    [
        ("asset 0004-2177", 2, "say where: --out FILE.pdf"),
        ("asset 0004-2177 --queue --out x.pdf", 2, "--queue leaves it to the press"),
        ("asset --out x.pdf", 2, "which things?"),
        ("asset 0004-2178 --out x.pdf", 2, "is not an item's code"),
        ("asset 9999-0005 --out x.pdf", 1, "no thing has the code D99990005C"),
        ("asset 0004-2177 --medium lego --out x.pdf", 1, "no medium is called lego; there are avery-l7160"),
        ("asset 0004-2177 --printer lego", 2, "no [[printer]] is called 'lego' (there is none)"),
        ("loan 0004-2177 --out x.pdf", 1, "D00042177C is not on loan"),
        ("loan 0004-2189 --medium 54x25 --out x.pdf", 1, "loan needs 44 x 48 mm; 54x25 has 54 x 25"),
        ("shelf Z9 --out x.pdf", 2, "no shelf is called so"),
        ("hold 0004-2177 --out x.pdf", 1, "nobody waits under that slip or thing"),
        ("hold rollator --out x.pdf", 2, "is not a slip's or a thing's code"),
        ("poster B2 --out x.pdf", 2, "poster takes no subjects; got B2"),
        ("asset 0004-2177 --out /nowhere/x.pdf", 1, "No such file or directory"),
    ],
)
def test_what_cannot_be_made_is_said_in_one_line_and_leaves_no_file(
    depot: Shell, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, words: str, status: int, wanted: str
) -> None:
    monkeypatch.chdir(tmp_path)
    said = depot("label", *words.split())
    assert (said.status, said.out) == (status, "")
    assert wanted in " ".join(said.err.split())
    assert not list(tmp_path.glob("*x.pdf*"))


def test_a_file_that_was_there_is_as_it_was_when_the_new_one_cannot_be_made(
    depot: Shell, tmp_path: Path
) -> None:
    out = tmp_path / "x.pdf"
    out.write_bytes(b"yesterday's")
    said = depot("label", "asset", demo.ROLLATOR, mint(Kind.ITEM, "9999000"), "--out", str(out))
    assert said.status == 1
    assert out.read_bytes() == b"yesterday's"


def test_a_blocked_card_is_not_printed_again_and_no_number_is_told(depot: Shell, tmp_path: Path) -> None:
    (card,) = (one["card"] for one in depot.json("card", "print", "1"))
    depot.json("borrower", "block", card)
    for code in (card, mint(Kind.CARD, "9999000")):
        said = depot("label", "card", code, "--out", str(tmp_path / "x.pdf"))
        assert (said.status, said.out) == (1, "")
        assert "a card that was not drawn here, or is blocked" in said.err
        assert code not in said.err + depot.log


def test_the_stock_is_listed_with_ones_own(depot: Shell, set_up: SetUp) -> None:
    set_up('[[medium]]\nname = "ours"\nwidth_mm = 70\nheight_mm = 37\ncolumns = 3\nrows = 8\n')
    listed = {one["name"]: one for one in depot.json("media")}
    assert listed["ours"] == {
        "name": "ours", "kind": "sheet", "width": 70.0, "height": 37.0, "columns": 3, "rows": 8, "dpi": 600,
    }  # fmt: skip
    assert listed["receipt-80"]["height"] is None
