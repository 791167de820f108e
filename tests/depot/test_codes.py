"""Codes: what we print is what we read, and nothing else is."""

from __future__ import annotations

import itertools
import random
import subprocess
import sys
import time
from collections.abc import Iterator
from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from depot.codes import (
    BadgeCode,
    CardCode,
    Command,
    CommandCode,
    Giai,
    Grai,
    Gtin,
    ItemCode,
    Kind,
    NavLabel,
    OwnCode,
    ProductCode,
    ShelfCode,
    SlipCode,
    Udi,
    Unreadable,
    check_letter,
    command_code,
    damm,
    digits,
    mint,
    parse,
    parse_typed,
    spoken,
)
from depot.codes import UnreadableReason as Reason
from depot.foreign import FNC1

UNTIMED = settings(deadline=None)  # the first foreign label waits for an import
LETTERS = "BCDEFGHJKNPRSTUVX"
ITEM = "D00042177C"
"""0004217 by hand: Damm's table goes 0 0 0 5 7 9 7, the remainders by 17 end at 5, and -50 mod 17 is C."""

kinds = st.sampled_from(Kind)
sevens = st.text("0123456789", min_size=7, max_size=7)
any_text = st.text(st.characters(exclude_categories=()))


def reason(text: str | bytes, symbology: str | None = None) -> Reason | None:
    scan = parse(text, symbology)
    return scan.reason if isinstance(scan, Unreadable) else None


def sample(count: int) -> list[str]:
    """Codes of every kind with digits drawn by lot, always the same lot."""
    lot = random.Random(17)
    return [mint(lot.choice(list(Kind)), f"{lot.randrange(10**7):07}") for _ in range(count)]


# --- our own ---------------------------------------------------------------------------------------


def test_a_code_is_made_and_said_as_it_is_printed() -> None:
    assert mint(Kind.ITEM, "0004217") == ITEM
    assert digits(ITEM) == "00042177"
    assert spoken(ITEM) == "0004 2177"


def test_the_check_digit_is_the_one_of_damms_own_example() -> None:
    assert damm("572") == "4"
    assert damm("5724") == "0"


@pytest.mark.parametrize(
    ("kind", "means"),
    [
        (Kind.ITEM, ItemCode),
        (Kind.CARD, CardCode),
        (Kind.SHELF, ShelfCode),
        (Kind.PRODUCT, ProductCode),
        (Kind.SLIP, SlipCode),
        (Kind.COMMAND, CommandCode),
        (Kind.BADGE, BadgeCode),
    ],
)
def test_each_kind_is_told_by_its_letter(kind: Kind, means: type[OwnCode]) -> None:
    scan = parse(mint(kind, "7301964"))
    assert isinstance(scan, means)
    assert scan.code == mint(kind, "7301964")


@UNTIMED
@given(
    kinds, sevens, st.sampled_from(["", "\r", "\n", "\r\n", "\t"]), st.sampled_from(["", "]C0", "]Q1", "]d1"])
)
def test_whatever_we_mint_is_read_with_any_terminator_and_prefix(
    kind: Kind, seven: str, end: str, aim: str
) -> None:
    code = mint(kind, seven)
    for sent in (f"{aim}{code}{end}", f" {code.lower()}{end}", f"{code}{end}".encode()):
        scan = parse(sent)
        assert not isinstance(scan, Unreadable | Gtin | Udi | Giai | Grai | NavLabel)
        assert scan.kind is kind
        assert scan.code == code


def test_no_single_wrong_character_passes() -> None:
    for code in sample(60):
        for place, other in itertools.product(range(10), "0123456789" + LETTERS):
            if other != code[place]:
                assert isinstance(parse(code[:place] + other + code[place + 1 :]), Unreadable)


def test_no_wrong_kind_letter_passes() -> None:
    for code in sample(60):
        for other in set(LETTERS) - {code[0]}:
            assert reason(other + code[1:]) is Reason.CHECK_FAILED


def swapped(code: str, one: int, other: int) -> str:
    characters = list(code)
    characters[one], characters[other] = characters[other], characters[one]
    return "".join(characters)


def twins(code: str) -> Iterator[str]:
    """Every way to read a pair of equal digits as another pair."""
    for at in range(1, 8):
        if code[at] == code[at + 1]:
            yield from (code[:at] + 2 * d + code[at + 2 :] for d in "0123456789" if d != code[at])


def test_no_swap_of_neighbours_nor_over_one_place_passes() -> None:
    for code in sample(300):
        for distance in (1, 2):
            for at in range(10 - distance):
                wrong = swapped(code, at, at + distance)
                assert wrong == code or isinstance(parse(wrong), Unreadable)


def test_no_misread_pair_of_equal_digits_passes() -> None:
    misread = [wrong for code in sample(300) for wrong in twins(code)]
    assert len(misread) > 1000
    assert all(reason(wrong) is Reason.CHECK_FAILED for wrong in misread)


def test_a_right_check_letter_does_not_excuse_a_wrong_check_digit() -> None:
    nine = "D00042170"
    assert reason(nine + check_letter(nine)) is Reason.CHECK_FAILED


def test_a_kind_that_later_versions_add_is_not_taken_for_one_of_todays() -> None:
    nine = "K" + digits(ITEM)
    assert reason(nine + check_letter(nine)) is Reason.UNKNOWN_KIND


@pytest.mark.parametrize("seven", ["", "123456", "12345678", "12345é7", "１２３４５６７", "123456\n"])
def test_only_seven_plain_digits_are_minted(seven: str) -> None:
    with pytest.raises(ValueError, match="seven digits"):
        mint(Kind.ITEM, seven)


def test_check_characters_are_computed_over_nothing_odd() -> None:
    with pytest.raises(ValueError, match="digits"):
        damm("12x")
    with pytest.raises(ValueError, match="kind letter"):
        check_letter("A00042177")


def test_every_command_on_the_card_is_read_back() -> None:
    cards = {command_code(command): command for command in Command}
    assert len(cards) == len(Command)
    for code, command in cards.items():
        scan = parse(code)
        assert isinstance(scan, CommandCode)
        assert scan.command is command


def test_cards_printed_long_ago_keep_their_commands() -> None:
    numbers = {command_code(command)[1:8]: command.value for command in Command}
    assert numbers == {
        "0000001": "finish",
        "0000002": "yes",
        "0000003": "no",
        "0000004": "undo",
        "0000005": "help",
        "0000006": "language",
        "0000007": "all_right",
        "0000008": "broken",
        "0000009": "missing_part",
        "0000010": "soiled",
        "0000011": "bringing_back",
        "0000012": "cleaned",
        "0000013": "read_aloud",
        "0000014": "say_again",
        "0000015": "louder",
        "0000016": "quieter",
    }


def test_a_command_newer_than_this_version_is_known_to_be_unknown() -> None:
    scan = parse(mint(Kind.COMMAND, "0009999"))
    assert isinstance(scan, CommandCode)
    assert scan.command is None


@pytest.mark.parametrize(
    "address",
    [
        f"https://depot.example/{ITEM}",
        f"HTTPS://DEPOT.EXAMPLE/{ITEM}",
        f"http://depot.example/l/no/{ITEM.lower()}/",
        f"https://depot.example:8443/{ITEM}?from=label#top",
    ],
)
def test_our_code_is_read_from_the_end_of_a_web_address(address: str) -> None:
    assert parse(address) == ItemCode(ITEM)


# --- typed -----------------------------------------------------------------------------------------


@UNTIMED
@given(kinds, sevens)
def test_eight_digits_mean_what_the_screen_asked_for(kind: Kind, seven: str) -> None:
    code = mint(kind, seven)
    for typed in (digits(code), spoken(code), f" {code[1:5]}-{code[5:9]}\r"):
        scan = parse_typed(typed, expect=kind)
        assert not isinstance(scan, Unreadable | Gtin | Udi | Giai | Grai | NavLabel)
        assert scan.code == code


@pytest.mark.parametrize("typed", ["D00042177C", "d 0004 2177 c", "D-0004-2177-C", " d00042177c\n"])
def test_a_whole_code_may_be_typed_whatever_was_asked_for(typed: str) -> None:
    assert parse_typed(typed, expect=Kind.ITEM) == ItemCode(ITEM)
    assert parse_typed(typed, expect=Kind.CARD) == ItemCode(ITEM)


def test_no_single_slip_in_eight_digits_passes() -> None:
    for eight in map(digits, sample(100)):
        slips = {eight[:at] + d + eight[at + 1 :] for at in range(8) for d in "0123456789"}
        slips |= {swapped(eight, at, at + 1) for at in range(7)}
        for wrong in slips - {eight}:
            scan = parse_typed(wrong, expect=Kind.ITEM)
            assert isinstance(scan, Unreadable)
            assert scan.reason is Reason.CHECK_FAILED


def test_scanned_eight_digits_are_an_ean_8_and_never_an_item() -> None:
    assert reason("00042177") is Reason.CHECK_FAILED
    assert parse("73513537") == Gtin("00000073513537")


@pytest.mark.parametrize(
    ("typed", "means"),
    [
        ("950 110 153 100 0", Gtin("09501101531000")),
        ("012345", NavLabel("012345")),
        ("012345-000789", NavLabel("012345", "000789")),
        ("0004217", Unreadable(Reason.WRONG_SHAPE)),
        ("", Unreadable(Reason.EMPTY)),
        ("--", Unreadable(Reason.WRONG_SHAPE)),
        ("٠٠٠٤٢١٧٧", Unreadable(Reason.NOT_ASCII)),
        ("9" * 300, Unreadable(Reason.TOO_LONG)),
    ],
)
def test_other_things_typed_mean_what_they_mean_scanned(typed: str, means: object) -> None:
    assert parse_typed(typed, expect=Kind.ITEM) == means


def test_where_a_card_is_asked_for_other_digits_are_a_card_half_typed() -> None:
    for typed in ("012345", "9501101531000", "0004217"):
        scan = parse_typed(typed, expect=Kind.CARD)
        assert scan == Unreadable(Reason.WRONG_SHAPE)


# --- other people's --------------------------------------------------------------------------------

WHEELCHAIR = Udi(
    "09501101531000", serial="aB12", batch="L7", produced=date(2025, 2, 3), expires=date(2030, 2, 28)
)
ELEMENTS = "01095011015310001125020317300200" + "10L7\x1d21aB12"


@pytest.mark.parametrize(
    "label",
    [
        ELEMENTS,
        "\x1d" + ELEMENTS,
        "]C1" + ELEMENTS,
        "]d2" + ELEMENTS + "\r\n",
        "]Q3\x1d" + ELEMENTS,
        "]C111250203" + "0109501101531000" + "17300200" + "10L7\x1d21aB12",
        "(01)09501101531000(11)250203(17)300200(10)L7(21)aB12",
        "]C1(01)09501101531000(11)250203(17)300200(10)L7(21)aB12",
        "https://id.gs1.org/01/09501101531000/10/L7/21/aB12?11=250203&17=300200",
        "HTTPS://maker.example/p/01/9501101531000/10/L7/21/aB12?17=300200&11=250203&lang=no",
        "https://id.gs1.org/gtin/09501101531000/lot/L7/ser/aB12?11=250203&exp=300200#top",
        "HTTP://MAKER.EXAMPLE:8080/NO/AIDS/GTIN/09501101531000/LOT/L7/SER/aB12/?11=250203;17=300200",
        "https://maker.example/%30%31/09501101531000/10/L7/21/a%4212?11=250203&17=300200",
        "(01) 09501101531000 (11) 250203 (17) 300200 (10) L7 (21) aB12",
        *(
            ELEMENTS.replace("\x1d", gs)
            for gs in ("<GS>", "<gs>", "{GS}", "[GS]", "^]", "<0x1D>", "<FNC1>", "\u241d")
        ),
        *(f"{gs}{ELEMENTS.replace(FNC1, gs)}" for gs in ("\\x1d", "\\u001d", "\\X1D")),
    ],
)
def test_a_makers_label_says_the_same_in_every_dress(label: str) -> None:
    assert parse(label) == WHEELCHAIR


GTIN = "0109501101531000"


@pytest.mark.parametrize(
    ("sent", "kept"),
    [
        (GTIN + "10L7" + "21aB12", Udi(GTIN[2:], unparted="10L721aB12")),
        (GTIN + "21aB12" + "10L7", Udi(GTIN[2:], unparted="21aB1210L7")),
        (
            GTIN + "11250203" + "10L7" + "17300200",
            Udi(GTIN[2:], produced=date(2025, 2, 3), unparted="10L717300200"),
        ),
        (GTIN + "10" + "L" * 14 + "21" + "S" * 14, Udi(GTIN[2:], unparted="10" + "L" * 14 + "21" + "S" * 14)),
        ("]C1" + GTIN + "10L7" + "21aB12", Udi(GTIN[2:], unparted="10L721aB12")),
        # One field alone may be two just as well; nothing on the label says that it is not.
        (GTIN + "21S1001", Udi(GTIN[2:], unparted="21S1001")),
        # These cannot: a date that is none, and a field that the label has already.
        (GTIN + "21S179999", Udi(GTIN[2:], serial="S179999")),
        (GTIN + "17300200" + "21S17290299", Udi(GTIN[2:], serial="S17290299", expires=date(2030, 2, 28))),
        (GTIN + "21AB-47", Udi(GTIN[2:], serial="AB-47")),
        # Another character in its place is in no serial number.
        (GTIN + "10L7|21aB12", Udi(GTIN[2:], unparted="10L7|21aB12")),
        (GTIN + "10L7 21aB12", Udi(GTIN[2:], unparted="10L7 21aB12")),
    ],
)
def test_where_gs_is_lost_the_product_is_right_and_no_field_that_may_be_two_is_believed(
    sent: str, kept: Udi
) -> None:
    assert parse(sent) == kept


def test_a_scanner_that_is_known_to_send_gs_is_believed() -> None:
    assert parse(GTIN + "21S1001", "]C1", parted=True) == Udi(GTIN[2:], serial="S1001")
    assert parse(f"\x1d{GTIN}21S1001") == Udi(GTIN[2:], serial="S1001")
    assert parse("(01)09501101531000(21)S1001") == Udi(GTIN[2:], serial="S1001")


def test_digits_that_only_begin_like_an_element_string_are_none() -> None:
    for text in ("010950110153100099", "01095011015310004711", "01234567890128XYZ"):
        assert reason(text) is Reason.WRONG_SHAPE


UPC, EAN_8, UPC_E, BOOK, PAPER = (
    Gtin("00036000291452"),
    Gtin("00000073513537"),
    Gtin("00065100004327"),
    Gtin("09781234567897"),
    Gtin("09771234567003"),
)


@pytest.mark.parametrize(
    ("sent", "mark", "product"),
    [
        # UPC-A and EAN-13, with zeros before them and without
        *(
            (sent, mark, UPC)
            for sent in ("036000291452", "0036000291452", "00036000291452")
            for mark in ("]E0", None)
        ),
        ("36000291452", "]E0", UPC),
        ("0036000291452", "EAN-13", UPC),
        ("036000291452", "upca", UPC),
        ("036000291452", "]C0", UPC),
        # EAN-8, alone and padded
        *((sent, None, EAN_8) for sent in ("73513537", "0000073513537", "00000073513537", "000073513537")),
        *(("73513537", mark, EAN_8) for mark in ("]E4", "]E0", "EAN8", "ean_8")),
        ("0000073513537", "]E0", EAN_8),
        # UPC-E: expanded, whole, without its number system, without its check digit, without either
        ("0065100004327", "]E0", UPC_E),
        *((sent, "]E0", UPC_E) for sent in ("065100004327", "06543217", "6543217", "0654321", "654321")),
        *((sent, "UPCE", UPC_E) for sent in ("06543217", "6543217", "0654321", "654321")),
        ("06543217", None, UPC_E),
        # what stands beside it
        ("978123456789712345", "]E3", BOOK),
        ("9781234567897 12345", "]E0", BOOK),
        ("9781234567897]E212345", "]E0", BOOK),
        ("9781234567897+12345", None, BOOK),
        ("978123456789712345", None, BOOK),
        ("977123456700305", None, PAPER),
        ("03600029145212", "]E3", UPC),
        # GS1 symbols that say less than they should, and an EAN that a prefix makes look like more
        ("09501101531000", "]e0", Gtin(GTIN[2:])),
        ("\x1d7038010000003", None, Gtin("07038010000003")),
    ],
)
def test_one_product_is_one_number_however_many_digits_are_sent(
    sent: str, mark: str | None, product: Gtin
) -> None:
    assert parse(sent, mark) == product
    if mark is not None and mark.startswith("]"):
        assert parse(mark + sent + "\r") == product


@pytest.mark.parametrize(
    ("sent", "mark", "why"),
    [
        (
            "1234565",
            "UPCE",
            Reason.WRONG_SHAPE,
        ),  # 0 12345 6-5 without its 0, or 1 23456 5 without its check digit
        ("6543217", None, Reason.WRONG_SHAPE),  # seven digits without a word of what they are
        ("36000291452", None, Reason.WRONG_SHAPE),  # eleven may be a person's number
        ("06543218", "UPCE", Reason.CHECK_FAILED),
        ("9781234567898 12345", "]E0", Reason.WRONG_SHAPE),
        ("12345", "]E2", Reason.OTHER_LABEL),
    ],
)
def test_what_may_be_two_products_or_somebodys_is_no_product(
    sent: str, mark: str | None, why: Reason
) -> None:
    assert reason(sent, mark) is why


def test_the_scanner_may_say_the_symbology_apart() -> None:
    assert parse(ELEMENTS, "]C1") == WHEELCHAIR
    assert parse("9501101531000", "]E0") == parse("9501101531000", "EAN13") == Gtin("09501101531000")
    assert reason("12345", "]E0") is Reason.WRONG_SHAPE


def test_a_carton_is_known_by_what_is_in_it() -> None:
    for carton in ("]C102095011015310003712", "02095011015310003712", "(02)09501101531000(37)12"):
        assert parse(carton) == Gtin("09501101531000")
    assert reason("02095011015310013712") is Reason.CHECK_FAILED


def test_a_product_number_alone_is_just_that() -> None:
    assert parse("]C10109501101531000") == Gtin("09501101531000")
    assert parse("0109501101531000") == Gtin("09501101531000")


@UNTIMED
@given(st.sampled_from(["70", "40", "80", "00", "57", "73", "97"]), st.integers(0, 10**10 - 1))
def test_an_ean_13_is_a_product_even_where_it_looks_like_something_longer(country: str, rest: int) -> None:
    twelve = f"{country}{rest:010}"
    weighed = sum(int(d) * weight for d, weight in zip(twelve, itertools.cycle((1, 3)), strict=False))
    assert parse(f"{twelve}{-weighed % 10}") == Gtin(f"0{twelve}{-weighed % 10}")


def test_ean_13_and_upc_a_readings_of_one_symbol_are_equal() -> None:
    assert parse("036000291452") == parse("0036000291452") == Gtin("00036000291452")


def test_dates_on_labels_do_not_depend_on_the_clock() -> None:
    def produced(yymmdd: str) -> date | None:
        scan = parse(f"010950110153100011{yymmdd}21X")
        assert isinstance(scan, Udi)
        return scan.produced

    assert produced("770101") == date(1977, 1, 1)
    assert produced("991231") == date(1999, 12, 31)
    assert produced("761231") == date(2076, 12, 31)
    assert produced("280200") == date(2028, 2, 29)
    assert produced("270230") is None
    assert produced("000000") is None


def test_assets_of_others_are_told_from_products() -> None:
    assert parse("]C18004950110153ABC/7") == Giai("950110153ABC/7")
    assert parse("8004950110153abc") == Giai("950110153abc")
    assert parse("]C1800309501101531000R2") == Grai("9501101531000", "R2")
    assert parse("800309501101531000") == Grai("9501101531000")


def test_the_number_that_a_depot_with_a_prefix_prints_round_our_code_is_our_code() -> None:
    code = mint(Kind.ITEM, "0004217")
    for scanned in (
        f"]C180047038010{code}",
        f"80047038010{code}",
        f"(8004)7038010{code}",
        f"https://depot.example/8004/7038010{code}",
    ):
        assert parse(scanned) == ItemCode(code)
    wrong = code[:-1] + ("B" if code[-1] != "B" else "C")
    assert parse(f"]C180047038010{wrong}") == Giai(f"7038010{wrong}")
    card = mint(Kind.CARD, "0004217")
    assert isinstance(parse(f"]C180047038010{card}"), Giai)


@pytest.mark.parametrize(
    "label", ["]C1800309501101531001", "]C10109501101531001", "9501101531001", "73513538"]
)
def test_a_makers_check_digit_is_looked_at(label: str) -> None:
    assert reason(label) is Reason.CHECK_FAILED


def test_a_nav_label_keeps_its_zeros() -> None:
    assert parse("012345\r") == NavLabel("012345", None)
    for label in ("012345 000789", "012345-000789", "012345/000789", "012345+000789", "012345 - 000789"):
        assert parse(label) == NavLabel("012345", "000789")


def mod_43(text: str) -> str:
    """Code 39 with its check character, by the standard's table."""
    signs = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ-. $/+%"
    return text + signs[sum(signs.index(one) for one in text) % 43]


@pytest.mark.parametrize(
    "label",
    [
        "*012345 000789*",
        "]A0*012345-000789*",
        "]A0012345 000789",
        "]A0" + mod_43("012345 000789"),
        "*" + mod_43("012345/000789") + "*",
        "]A0012345000789",
        "*012345000789*",
    ],
)
def test_a_nav_label_in_code_39_is_read_with_what_its_scanner_leaves_on_it(label: str) -> None:
    assert parse(label) == NavLabel("012345", "000789")


def test_twelve_digits_without_a_sign_between_are_navs_only_where_they_can_be_nothing_else() -> None:
    assert reason("012345000789") is Reason.CHECK_FAILED  # perhaps a UPC-A of which something was lost
    assert parse("]C0012345000789") == Unreadable(Reason.WRONG_SHAPE)  # perhaps its maker's serial number
    assert parse("036000291452", "]A0") == Gtin("00036000291452")
    assert parse("0012345", "]A0") == Unreadable(Reason.WRONG_SHAPE)


@pytest.mark.parametrize("digits", ["81701010", "012345000789", "8170101012345", "20123456789012"])
@pytest.mark.parametrize("symbol", ["]C0", "]F0", "]Q1", "]d1"])
def test_digits_that_check_nothing_are_misread_only_where_the_symbol_would_have_checked_them(
    digits: str, symbol: str
) -> None:
    assert reason(digits) is Reason.CHECK_FAILED
    assert reason("]I1" + digits) is Reason.CHECK_FAILED
    assert reason(symbol + digits) is Reason.WRONG_SHAPE


def test_our_own_code_is_read_between_asterisks() -> None:
    assert parse(f"*{ITEM}*") == ItemCode(ITEM)


@pytest.mark.parametrize(
    "label", ["]C100106141412345678908", "00106141412345678908", "(00)106141412345678908", "RR473124829SE"]
)
def test_a_parcels_label_is_known_for_one(label: str) -> None:
    assert reason(label) is Reason.PARCEL


def test_a_carton_names_what_is_in_it() -> None:
    assert parse("]C10209501101531000" + "3724\x1d10L7") == Udi("09501101531000", batch="L7")


@pytest.mark.parametrize(
    "label",
    ["+H123PARTNO1234567890120", "=A9999XYZ100T0944", "]C14147038010000003", "]C110L7\x1d21A", "]E205"],
)
def test_labels_that_name_nothing_to_us_are_said_to_be_sound(label: str) -> None:
    assert reason(label) is Reason.OTHER_LABEL


# --- what is no code -------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("scanned", "why"),
    [
        ("", Reason.EMPTY),
        ("\r\n", Reason.EMPTY),
        (b" \t", Reason.EMPTY),
        ("D0004217CC", Reason.WRONG_SHAPE),
        ("D0004 2177C", Reason.WRONG_SHAPE),
        ("D0004217OC", Reason.WRONG_SHAPE),
        ("'; DROP TABLE loan;--", Reason.WRONG_SHAPE),
        ("[/]", Reason.WRONG_SHAPE),
        ("[/", Reason.WRONG_SHAPE),
        ("[@click=app.quit]ok[/]", Reason.WRONG_SHAPE),
        ("{0.__class__}", Reason.WRONG_SHAPE),
        ("%s", Reason.WRONG_SHAPE),
        ("$(id)`id`", Reason.WRONG_SHAPE),
        ("../../etc/passwd", Reason.WRONG_SHAPE),
        ("]C1", Reason.OTHER_LABEL),
        (f"\x1d{ITEM}", Reason.GLUED),
        ("\x1b[2J", Reason.CONTROL),
        ("\x1b]0;x\x07", Reason.CONTROL),
        ("D0004\x002177C", Reason.CONTROL),
        ("D0004\x7f2177C", Reason.CONTROL),
        ("D0004\u009b2177C", Reason.CONTROL),
        ("tel:22\x1b[2J", Reason.CONTROL),
        (b"\xe5", Reason.NOT_ASCII),
        (b"D0004\xff2177C", Reason.NOT_ASCII),
        (b"\xc3\x28", Reason.NOT_ASCII),
        (b"\xed\xa0\x80", Reason.NOT_ASCII),
        ("\ud800", Reason.NOT_ASCII),
        (f"\u202e{ITEM}", Reason.NOT_ASCII),
        (f"{ITEM}\u200b", Reason.NOT_ASCII),
        ("АD00042177", Reason.NOT_ASCII),
        ("D００042177C", Reason.NOT_ASCII),
        ("٠٠٠٤٢١٧٧", Reason.NOT_ASCII),
        ("httpsØ--depot.example-D00042177C", Reason.LAYOUT),
        ("grcyØpØ13".encode(), Reason.LAYOUT),
        ("file:///etc/passwd", Reason.URL),
        ("https://evil.example/?c=D00042177C", Reason.URL),
        ("https:D00042177C", Reason.URL),
        ("http://[", Reason.URL),
        ("https://id.gs1.org/01/09501101531000/21/%1B%5B2J", Reason.URL),
        ("https://id.gs1.org/01/%EF%BC%90%EF%BC%99501101531000", Reason.URL),
        ("https://id.gs1.org/01/09501101531001", Reason.CHECK_FAILED),
        ("https://example.org/2026/01/123456", Reason.URL),
        ("https://id.gs1.org/ARHKVAdpjRQJdQYeoA", Reason.URL),
        ("WIFI:T:WPA;S:ward;P:secret;;", Reason.URL),
        ("tel:+4740612345", Reason.URL),
        ("javascript:alert(1)", Reason.URL),
        ("www.maker.example/manual", Reason.URL),
        ("myapp://open/5", Reason.URL),
        ("BEGIN:VCARD\nFN:X\nEND:VCARD", Reason.URL),
        ("TEL;TYPE=CELL:+4740612345", Reason.URL),
        ("END:VCARD", Reason.URL),
        ("]Q1MECARD:N:Sæther,Kåre;TEL:+4740612345;;", Reason.URL),
        ("https://maker.example/" + "a" * 300, Reason.URL),
        ("REF:8170-1010", Reason.WRONG_SHAPE),
        ("SN: 24CE012345", Reason.WRONG_SHAPE),
        ("Art.nr: 123456", Reason.WRONG_SHAPE),
        ("A" * 257, Reason.TOO_LONG),
        (b"D" * 10_000, Reason.TOO_LONG),
        ("Ø" * 129, Reason.TOO_LONG),
    ],
)
def test_what_is_no_code_is_told_why(scanned: str | bytes, why: Reason) -> None:
    assert parse(scanned) == Unreadable(why)


def test_256_bytes_with_their_terminator_are_still_looked_at() -> None:
    assert reason("]C18004" + "9" * 249) is not Reason.TOO_LONG
    assert parse(" " * 245 + ITEM + "\r") == ItemCode(ITEM)
    assert reason(" " * 246 + ITEM + "\r") is Reason.TOO_LONG


@pytest.mark.parametrize(
    "run",
    [
        ITEM + ITEM,
        ITEM + ITEM.lower(),
        ITEM + mint(Kind.CARD, "5550123"),
        ITEM + "]C0" + ITEM,
        "D0004" + ITEM,
        "9501101531000" + ITEM,
        ITEM + "9501101531000",
    ],
)
def test_two_scans_run_into_one_are_neither_of_them(run: str) -> None:
    assert reason(run) is Reason.GLUED


marks = st.none() | st.sampled_from(
    ["]C1", "]E0", "]E3", "]E4", "]d2", "]A0", "]C0", "EAN13", "UPCE", "QRCODE"]
)


@UNTIMED
@given(st.binary(max_size=400) | any_text, marks)
def test_nothing_scanned_raises_and_everything_shown_of_it_is_plain(
    scanned: str | bytes, symbology: str | None
) -> None:
    scan = parse(scanned, symbology)
    assert (scan.raw + scan.loggable).isascii()
    assert (scan.raw + scan.loggable).isprintable()


PIECES = [
    *("<GS>", "^]", "\\x1d", "{GS}", "*", "]E0", "]E3", "]A0", "(00)", "gtin/", "02", "42526", "978"),
    *("01", "21", "10", "17", "11", "240", "8003", "8004", "00", "414", "391", "3103", "8008", "7003", "255"),
    *("]C1", "]d2", "]e0", "\x1d", "(01)", "(21)", "(8004)", "09501101531000", ITEM, "+", "=", "/", "?17="),
    *("https://id.gs1.org/", "http://[", "/01/", "/21/", "%EF%BC%91", "%1b", "%00", "000000"),
]
pieces = st.sampled_from(PIECES) | st.text("0123456789", max_size=14) | st.text(max_size=3)


@UNTIMED
@given(st.lists(pieces, max_size=8).map("".join), marks)
def test_no_mixture_of_real_labels_raises_and_no_value_holds_a_control(
    scanned: str, mark: str | None
) -> None:
    scan = parse(scanned, mark)
    for name in scan.__dataclass_fields__:
        value = getattr(scan, name)
        assert not isinstance(value, str) or (value.isascii() and value.isprintable())


@UNTIMED
@given(any_text, kinds)
def test_nothing_typed_raises(typed: str, kind: Kind) -> None:
    assert parse_typed(typed, expect=kind).raw.isprintable()


FILLERS = (
    "21",
    "10",
    "1021",
    "2110",
    "240",
    "11",
    "(01)",
    "<GS>",
    "8004",
    "%25",
    "/01/",
    "./_+-",
    "*",
    "9",
    "a.",
)


@pytest.mark.parametrize(
    "start",
    ["", "]C1", "]E0", "0109501101531000", "]C10109501101531000", "http://x/01/09501101531000/", "(01)"],
)
def test_whatever_fills_a_scan_keeps_nobody_waiting(start: str) -> None:
    parse("]C10109501101531000")  # which may wait for an import
    for filler in FILLERS:
        full = (start + filler * 256)[:256]
        began = time.process_time()
        parse(full)
        parse(full[:-1] + "!")
        assert time.process_time() - began < 0.1, filler  # on a quiet machine 5 ms each at most


# --- what is told of it ----------------------------------------------------------------------------


@pytest.mark.parametrize("kind", [Kind.CARD, Kind.BADGE])
def test_a_cards_number_is_in_nothing_that_gets_logged(kind: Kind) -> None:
    code = mint(kind, "8264091")
    misread = code[:9] + LETTERS[LETTERS.index(code[9]) - 1]
    scans = [
        parse(code),
        parse(code.lower() + "\r"),
        parse(misread),
        parse(code + ITEM),
        parse(f"https://depot.example/{code}"),
        parse(f"https://depot.example/{code}/more"),
        parse(code + "\x1b"),
        parse(code + "å"),
        parse_typed(digits(code), expect=kind),
        parse_typed(spoken(code), expect=kind),
        parse_typed(digits(misread)[:7] + str((int(code[8]) + 1) % 10), expect=kind),
        parse_typed("8264091", expect=kind),
    ]
    for scan in scans:
        told = f"{scan!r} {scan!s} {scan.raw} {scan.loggable}"
        assert "82640" not in told
        assert "4091" not in told


def test_a_log_line_names_things_and_hides_texts() -> None:
    assert parse(ITEM).loggable == "item D00042177C"
    assert parse(mint(Kind.CARD, "8264091")).loggable == "card"
    assert parse("Kari 1980, Storgt. 4").loggable == "unreadable wrong_shape AAAA 9999, AAAAAA. 9"
    assert parse("012345-000789").loggable == "nav 012345"
    assert parse("]C180047038010PIECE-000789").loggable == "giai 7038010"
    assert len(parse("x" * 200).loggable) < 80


def test_what_was_read_is_kept_for_whoever_binds_a_foreign_code() -> None:
    assert parse("SUP-4711\r\n").raw == "SUP-4711"
    assert parse("a\x1d\x1bb").raw == r"a\x1d\x1bb"


def test_only_foreign_labels_pay_for_the_library_that_reads_them() -> None:
    story = (
        "import sys; from depot.codes import Kind, parse, parse_typed\n"
        "parse('D00042177C'); parse('https://depot.example/D00042177C'); parse('D00042177X')\n"
        "parse_typed('00042177', expect=Kind.ITEM); parse('012345'); parse('nonsense')\n"
        "print('biip' in sys.modules); parse('9501101531000'); print('biip' in sys.modules)\n"
    )
    ran = subprocess.run([sys.executable, "-c", story], capture_output=True, text=True, check=True)
    assert ran.stdout.split() == ["False", "True"]
