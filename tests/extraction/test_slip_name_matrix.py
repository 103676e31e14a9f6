"""Merchants of slips by the matrix: names beside numbers, greetings, brands and former names, and over two lines."""

from itertools import product

import pytest

from back_office_pipelines.extraction.slip.merchant import merchant_of
from back_office_pipelines.extraction.slip.trades import is_trade, says_trade_alone
from tests.extraction.slips import lines

NAMES = (
    "KUPFER TRADING SDN BHD", "KUPFER LEE SDN.BHD.", "KUPFER CAFE", "Kupfer & Sons Pte Ltd", "KUPFER ENTERPRISE",
    "Restoran Kupfer Maju", "KUPFER", "Kupfer GmbH", "KUPFER LTD", "KUPFER (M) SDN BHD", "99 KUPFER MART S/B",
    "KEDAI MAKAN KUPFER", "KUPFER HARDWARE & ELECTRICAL", "Kupfer's Diner", "KUPFER RESTAURANT LLC",
)  # fmt: skip
NUMBERS = (
    "", "(123456-A)", "Co. No: 123456-A", "(Co. Reg. No.: 123456-A)", "CO REG: 123456A", "Reg No 201801012345",
    "(ROC: 123456-K)", "SSM: 202001012345 (1234567-X)", "GST ID: 000306020352", "GST Reg No: M2-1234567-8",
    "UEN: 201012345D", "VAT No. GB 123456789", "(JM0123456-V)", "No. Syarikat: 123456-A",
    "(12345-X)(GST NO: 000306020352)", "CO. REG NO : 123456-A GST NO : 000306020352", "ABN 12 345 678 901",
    "USt-IdNr. DE123456789", "[123456-A]", "(I23456-A)", "C.R. No. 123456",
)  # fmt: skip
ADDRESSES = (
    ("12, Jalan Dagang 3", "81100 Johor Bahru"),
    ("Lot 1.05, Level 1, Mid Valley City", "Lingkaran Syed Putra, 59200 Kuala Lumpur"),
    ("10 Orchard Road #01-05", "Singapore 238826"),
    ("221B Baker Street", "London NW1 6XE"),
    ("123 Main St", "Springfield, IL 62701"),
    ("Hauptstr. 12", "10115 Berlin"),
)
ABOVE = (
    "WELCOME TO", "Welcome!", "Selamat Datang", "TAX INVOICE", "*** RECEIPT ***", "CUSTOMER COPY", "REPRINT",
    "31803039", "CASH SALES", "Order #123", "TABLE 12", "TAKE AWAY", "DINE IN", "www.kupfer.example", "Tel: 07-3881234",
    "~~~~", "25/12/2018 14:05", "GUEST CHECK",
)  # fmt: skip
BELOW = (
    "(formerly known as Silber Trading Sdn Bhd)", "(FKA SILBER TRADING SDN BHD)", "(CHERAS BRANCH)", "Cawangan Cheras",
    "Outlet: Kepong", "CHERAS OUTLET", "A MEMBER OF SILBER GROUP",
)  # fmt: skip
FOOT = ("Tel: 07-3881234", "TAX INVOICE", "25/12/2018 14:05", "Cup    9.50")


def name_of(*rows: str) -> str | None:
    """Return the merchant of a slip with some rows as its head."""
    found = merchant_of(lines(*(row for row in rows if row), *FOOT))
    return None if found is None else found.text


def alike(one: str | None, other: str) -> bool:
    """Tell whether two names have the same letters and digits."""
    return one is not None and [c for c in one.casefold() if c.isalnum()] == [
        c for c in other.casefold() if c.isalnum()
    ]


@pytest.mark.parametrize("name", NAMES)
def test_a_name_is_found_over_or_before_any_number(name: str) -> None:
    beside = [number for number in NUMBERS if not alike(name_of(f"{name} {number}".strip(), *ADDRESSES[0]), name)]
    below = [rows for rows in product(NUMBERS, ADDRESSES) if not alike(name_of(name, rows[0], *rows[1]), name)]
    assert (beside, below) == ([], [])


@pytest.mark.parametrize("name", NAMES)
def test_a_name_is_found_among_greetings_and_former_names(name: str) -> None:
    above = [row for row in ABOVE if not alike(name_of(row, name, *ADDRESSES[0]), name)]
    below = [row for row in BELOW if not alike(name_of(name, row, *ADDRESSES[0]), name)]
    assert (above, below) == ([], [])


@pytest.mark.parametrize("brand", ["DOMUS PIZZA", "Silber Fresh", "SILBER"])
@pytest.mark.parametrize("by", ["", "Operated by: ", "Owned by ", "Mgmt by ", "by ", "c/o ", "A division of "])
@pytest.mark.parametrize("legal", ["KUPFER TRADING SDN BHD", "Kupfer Pte Ltd", "KUPFER LTD (123456-A)"])
def test_the_company_goes_before_its_brand(brand: str, by: str, legal: str) -> None:
    assert alike(name_of(brand, f"{by}{legal}", *ADDRESSES[0]), legal.removesuffix(" (123456-A)"))


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ("KUPFER", "TRADING SDN BHD"), ("KUPFER TRADING", "SDN. BHD."), ("KUPFER", "(M) SDN BHD"),
        ("KUPFER PTE.", "LTD."),
        ("Kupfer", "GmbH"), ("Kupfer", "Ltd"), ("Kupfer", "& Sons Pte Ltd"), ("Kupfer &", "Sons Pte Ltd"),
        ("KUPFER", "HARDWARE & ELECTRICAL"), ("KUPFER HARDWARE", "& ELECTRICAL"), ("Restoran", "Kupfer Maju"),
        ("KEDAI", "MAKAN KUPFER"), ("KEDAI MAKAN", "KUPFER"), ("THE", "KUPFER HOUSE"), ("KUPFER", "AUTO PARTS"),
        ("KUPFER EASTERN", "STTIONERY SDN.BHD"),
    ],
)  # fmt: skip
@pytest.mark.parametrize("heading", ["", "TAX INVOICE", "31803039"])
def test_a_name_goes_on_over_two_lines(first: str, second: str, heading: str) -> None:
    assert alike(name_of(heading, first, second, *ADDRESSES[0]), f"{first} {second}")


def test_a_company_below_its_brand_does_not_begin_with_it() -> None:
    assert name_of("KUPFER BURGER", "Silber GmbH", *ADDRESSES[0]) == "Silber GmbH"


def test_a_slogan_does_not_stand_for_a_company_and_makes_a_name_unsure() -> None:
    assert name_of("KUPFER LEE SDN BHD", "Best Food In Town", "(123456-A)", *ADDRESSES[0]) == "KUPFER LEE SDN BHD"
    found = merchant_of(lines("KUPFER CAFE", "Best Food In Town", *ADDRESSES[0], *FOOT))
    assert found is not None
    assert found.evidence == "rivalled_name"


def test_two_lines_of_one_name_are_no_rivals() -> None:
    found = merchant_of(lines("KUPFER", "HARDWARE", *ADDRESSES[0], *FOOT))
    assert found is not None
    assert found.text == "KUPFER HARDWARE"
    assert found.evidence != "rivalled_name"


def test_who_wrote_the_till_is_not_the_merchant() -> None:
    rows = ("KUPFER CAFE", *ADDRESSES[0], *FOOT, *["Cup    9.50"] * 10, "by Silber Software Sdn Bhd")
    assert name_of(*rows) == "KUPFER CAFE"


def test_trades_are_known_with_letters_read_wrong() -> None:
    assert is_trade("STTIONERY")
    assert says_trade_alone("HARDWARE & ELECTRlCAL")
    assert not says_trade_alone("KUPFER HARDWARE")
