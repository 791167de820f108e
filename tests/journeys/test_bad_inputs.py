"""Whatever is scanned or hit on the keys: the kiosk lives, nothing is written, the next scan works.

The numbers are those of the list that the house keeps of bad inputs. What has its own story stands in the
other modules: 5 and 39 in test_manners, 21, 26 and 29 in test_scanner, 28 and 36 in test_returns, 34 in
test_typing, 58 to 61 in test_clocks. 16 is for imports and 27 for scanners: a kiosk has neither to check.
"""

from __future__ import annotations

import pytest

from depot import codes, tables
from depot.states import State
from tests.depot.house import STICK, TONGS, House
from tests.journeys.conftest import NewStation
from tests.journeys.station import ENTER, HINT, MINUS, WELCOME, Station

UNKNOWN = "Vi kjenner ikke denne lappen"
LAYOUT = "Skanneren snakker et annet språk"
TWO = "Det var to lapper på én gang"
PHONES = "Dette er en kode for mobiltelefoner"

NAME = "[/] [bold]x[/] {0.__class__} %s '); DROP TABLE loan;--"
NASTY = "\x1b[2J\x9b2J\x07\u202e\u200b"
LONG = "Ski" * 66
EMOJI = "Krykke 🦽 <script>alert(1)</script> א"


def furnish(house: House) -> None:
    """Lines of the catalogue with names as an import or a typing hand may leave them."""
    for line, name in ((STICK, NAME), (TONGS, NASTY + "Tang"), ("REA-02", LONG), ("WLK-04", EMOJI)):
        house.change(tables.product_text, product=line, language="nb", name=name, note=name)


@pytest.fixture(scope="module")
def running(new_station: NewStation) -> Station:
    return new_station(furnish=furnish)


BAD: dict[str, tuple[bytes, str]] = {
    # number and what it is                what is sent                                        what is said
    "1 only Enter":                        (b"\r",                                             WELCOME),
    "1 an empty scan with CR LF":          (b"\r\n",                                           WELCOME),
    "2 well-formed, unknown":              (b"D99990005C\r",                                   UNKNOWN),
    "3 a wrong check letter":              (b"D99990005D\r",                                   UNKNOWN),
    "3 a wrong digit":                     (b"D99990015C\r",                                   UNKNOWN),
    "6 SQL":                               (b"'; DROP TABLE loan;--\r",                        UNKNOWN),
    "7 a closing tag, as keys":            (b"[/]",                                            HINT),
    "7 closing tags":                      (b"[/][/][/]\r",                                    UNKNOWN),
    "8 half a tag":                        (b"[/[/[/[/\r",                                     UNKNOWN),
    "8 half a tag, escaped":               (b"\\[/\\[/\\[/\r",                                 UNKNOWN),
    "9 a click":                           (b"[@click=app.quit]ok[/]\r",                       UNKNOWN),
    "10 bold":                             (b"[bold]ABC[/bold]\r",                             UNKNOWN),
    "10 red":                              (b"[red]ABC\r",                                     UNKNOWN),
    "10 a link":                           (b"[link=https://example.org]x[/link]\r",           UNKNOWN),
    "10 a theme's variable":               (b"[$error]ABC\r",                                  UNKNOWN),
    "11 format":                           (b"{0.__class__}\r",                                UNKNOWN),
    "11 percent":                          (b"%s%s%s%(x)s\r",                                  UNKNOWN),
    "11 a shell":                          (b"$(id)$(id)\r",                                   UNKNOWN),
    "11 backticks":                        (b"`id``id``id`\r",                                 UNKNOWN),
    "12 ESC inside a code":                (b"D9999\x1b[2J0005C\r",                            UNKNOWN),
    "12 clear the screen":                 (b"\x1b[2J\x1b[2J",                                 HINT),
    "12 a title":                          (b"\x1b]0;mine\x07\r",                              UNKNOWN),
    "12 ask for the cursor":               (b"\x1b[6n\x1b[6n",                                 HINT),
    "12 another console":                  (b"\x1b[12;2]\x1b[12;2]",                           HINT),
    "13 C1":                               ("D9999\x9b2J0005C\r".encode(),                     UNKNOWN),
    "13 DEL":                              (b"D9999\x7f0005C\r",                               UNKNOWN),
    "13 BEL":                              (b"D9999\x070005C\r",                               UNKNOWN),
    "13 BS":                               (b"D9999\x080005C\r",                               UNKNOWN),
    "14 NUL":                              (b"D9999\x000005C\r",                               UNKNOWN),
    "15 no UTF-8":                         (b"\xe5\xff\xc3(\xed\xa0\x80\xf5\r",                UNKNOWN),
    "17 right to left":                    ("D9999\u202e0005C\r".encode(),                     UNKNOWN),
    "17 zero width":                       ("D9999\u200b0005C\r".encode(),                     UNKNOWN),
    "17 a letter that looks like ours":    ("А99990005С\r".encode(),                           UNKNOWN),
    "18 Norwegian letters":                ("DÆ9990005Ø\r".encode(),                           LAYOUT),
    "19 full-width digits":                ("D９９９９０００５C\r".encode(),                   UNKNOWN),
    "19 Arabic digits":                    ("D٩٩٩٩٠٠٠٥C\r".encode(),                           UNKNOWN),
    "20 ten thousand characters":          (b"D" * 10_000 + b"\r",                             UNKNOWN),
    "22 two codes glued":                  (b"D99990005CD99990005C\r",                         TWO),
    "23 half a code and silence":          (b"D999900",                                        UNKNOWN),
    "25 a path":                           (b"../../etc/passwd\r",                             UNKNOWN),
    "25 a file":                           (b"file:///etc/passwd\r",                           PHONES),
    "25 an address":                       (b"https://example.org/depot\r",                    PHONES),
    "25 a card of somebody's":             (b"BEGIN:VCARD\nVERSION:3.0\nFN:X\nEND:VCARD\r",    PHONES),
    "25 a network":                        (b"WIFI:T:WPA;S:net;P:secret;;\r",                  PHONES),
    "25 a telephone":                      (b"tel:+4755555555\r",                              PHONES),
    "30 control keys":                     (b"\x03\x1a\x1c\x10\x04",                           HINT),
    "30 stop and go":                      (b"\x13",                                          HINT),
    "30 F5 and F12":                       (b"\x1b[15~\x1b[24~",                               HINT),
    "30 Alt-F4":                           (b"\x1b[1;3S",                                      HINT),
    "30 Alt-x":                            (b"\x1bx",                                          HINT),
    "31 a paste of ten kilobytes":         (b"\x1b[200~" + b"P" * 10_000 + b"\x1b[201~",       UNKNOWN),
    "31 a paste without an end":           (b"\x1b[200~RUBBISH",                               UNKNOWN),
    "31 half a control sequence":          (b"\x1b[1;2;3",                                     UNKNOWN),
    "31 mouse reports":                    (b"\x1b[<0;10;10M\x1b[<0;10;10m",                   WELCOME),
    "31 a keyboard report":                (b"\x1b[107:75;2;75u",                              HINT),
}  # fmt: skip


@pytest.mark.parametrize("bad", BAD)
def test_the_kiosk_lives_nothing_is_written_and_the_next_scan_works(kiosk: Station, bad: str) -> None:
    sent, says = BAD[bad]
    item = kiosk.house.stands("WLK-05")
    before = kiosk.stored()

    kiosk.terminal.send(sent)
    kiosk.says(says)
    kiosk.scan(item, "Vil du låne denne?", "GÅSTATIV", codes.spoken(item))

    assert kiosk.stored() == before


@pytest.mark.parametrize("bad", ["1 only Enter", "1 an empty scan with CR LF"])
def test_an_empty_scan_makes_no_sound(kiosk: Station, bad: str) -> None:
    kiosk.terminal.send(BAD[bad][0])
    kiosk.is_listening()
    kiosk.rings(2)  # one for each of the two screens of the help


def test_bytes_that_are_no_text_are_one_soft_sound(kiosk: Station) -> None:
    kiosk.terminal.send(BAD["15 no UTF-8"][0])
    kiosk.says(UNKNOWN)
    kiosk.is_listening()
    kiosk.rings(2 + 2)


def test_what_was_scanned_is_counted_and_logged_by_its_shape(kiosk: Station) -> None:
    counted = kiosk.house.counted().get(("wrong_shape", ""), 0)

    kiosk.scan("SECRET-OF-12345", UNKNOWN)

    assert kiosk.house.counted()[("wrong_shape", "")] == counted + 1
    log = kiosk.log.read_text("utf-8")
    assert "AAAAAA-AA-99999" in log
    assert "SECRET" not in log


def test_after_two_that_failed_the_digits_come_first(kiosk: Station) -> None:
    kiosk.scan("RUBBISH-ON-A-LABEL", UNKNOWN, "Hold den gule lappen", "Trykk 0 og tast de åtte tallene")
    kiosk.scan("RUBBISH-ON-A-PLATE", UNKNOWN, "Er det ingen tall? Trykk + for hjelp.")
    kiosk.says_no("Hold den gule lappen")
    kiosk.press("0", "Det står åtte tall på den gule lappen.")
    kiosk.press(MINUS, WELCOME)
    kiosk.scan("RUBBISH-ON-A-LABEL", UNKNOWN, "Hold den gule lappen")


@pytest.mark.parametrize(
    "way",
    ["  {lower}  \r\n", "]C1{code}\r", "]Q1{code}\r", "https://depot.example.org/d/{code}\r"],
    ids=["4 case and blanks", "26 Code 128", "26 QR", "25 our own address"],
)
def test_our_own_code_is_ours_however_it_comes(kiosk: Station, way: str) -> None:
    item = kiosk.house.stands("WLK-05")

    kiosk.terminal.send(way.format(code=item, lower=item.lower()).encode())
    kiosk.says("Vil du låne denne?", codes.spoken(item))


# --- names ------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("line", "says"),
    [
        (STICK, "[/] [BOLD]X[/] {0.__CLASS__} %S '); DROP TABLE LOAN;--"),
        (TONGS, "\ufffd[2J\ufffd2J\ufffd\ufffd\ufffdTANG".upper()),
        ("REA-02", "SKISKI"),
        ("WLK-04", "<SCRIPT>ALERT(1)</SCRIPT>"),
    ],
    ids=["7 to 11 markup", "12, 13, 17 controls", "40 two hundred characters", "40 emoji"],
)
def test_a_name_is_shown_as_it_stands_and_does_nothing(kiosk: Station, line: str, says: str) -> None:
    item, card = kiosk.house.stands(line), kiosk.house.confirmed()

    kiosk.scan(item, "Vil du låne denne?", says)
    kiosk.scan(card, "Lånet er i orden", says)
    kiosk.press(ENTER, "Takk, og ha det godt!")

    assert kiosk.lent_to(item, card)


def test_a_borrowers_name_is_never_shown(kiosk: Station) -> None:
    """Number 40: what is never shown can do no harm."""
    item, card = kiosk.house.stands("WLK-05"), kiosk.house.confirmed("<script>Robert'); -- [/]")

    kiosk.scan(card, "Kortet ditt er åpent")
    kiosk.says_no("Robert")
    kiosk.scan(item, "Lånet er i orden")
    kiosk.says_no("Robert")
    assert kiosk.house.state(item) is State.ON_LOAN
