"""Gross, an agency's commission and what is left: by arithmetic, whatever the page calls them."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from back_office_pipelines.extraction.pdf.money.commission import PARTS, WORDS
from tests.extraction.test_carried import header
from tests.extraction.test_choice import Text

TITLE: Text = (50, 60, "INVOICE")


def bill(*steps: tuple[str, str]) -> dict[str, str | None]:
    """Return what is read of a bill that ends in some labels with amounts."""
    texts: list[Text] = [TITLE, (350, 60, "Invoice No. 4711-2"), (350, 75, "Date 02/25/2024")]
    for at, (label, amount) in enumerate(steps):
        texts += [(300, 300.0 + 15 * at, label), (480, 300.0 + 15 * at, amount)]
    return header(texts)


def totals(found: dict[str, str | None]) -> dict[str, str | None]:
    names = ("net_total", "allowance_total", "charge_total", "tax_total", "gross_total", "prepaid_total", "amount_due")
    return {name: found[name] for name in names if name in found}


@pytest.mark.parametrize(
    ("gross", "taken", "left"),
    [
        ("Gross", "Agency commission 15%", "Net due"),
        ("Total charges", "Recognized agency discount 15%", "PLEASE PAY THIS AMOUNT"),
        ("Total bruto", "Comisión de agencia 15%", "Neto"),
        ("Actual gross billing", "Less agency comm", "Total"),
        ("Spots", "15/85", "Balance"),
    ],
)
@pytest.mark.parametrize("sign", ["-", ""])
def test_the_gross_total_is_the_one_before_the_commission(gross: str, taken: str, left: str, sign: str) -> None:
    found = bill((gross, "1,655.00"), (taken, f"{sign}248.25"), (left, "1,406.75"))
    assert totals(found) == {"gross_total": "1,655.00", "amount_due": "1,406.75"}


@given(cents=st.integers(1_000, 90_000_000))
def test_whatever_the_gross_is(cents: int) -> None:
    whole = Decimal(cents) / 100
    taken = (whole * Decimal("0.15")).quantize(Decimal("0.01"))
    found = bill(("Gross", f"{whole:,.2f}"), ("Agency commission", f"{taken:,.2f}"), ("Net", f"{whole - taken:,.2f}"))
    assert totals(found) == {"gross_total": f"{whole:,.2f}", "amount_due": f"{whole - taken:,.2f}"}


def test_a_commission_of_another_rate_is_named_beside_its_amount() -> None:
    found = bill(("Gross", "1,000.00"), ("Commission", "-125.00"), ("To pay", "875.00"))
    assert totals(found) == {"gross_total": "1,000.00", "amount_due": "875.00"}


@pytest.mark.parametrize("paid", ["Provision reçue", "Provision versée", "Provision sur frais"])
def test_a_french_provision_is_a_payment_made_before(paid: str) -> None:
    steps = ("Net total", "2,000.00"), ("VAT 20%", "400.00"), ("Gross total", "2,400.00"), (paid, "-360.00")
    found = bill(*steps, ("Balance due", "2,040.00"))
    assert totals(found)["net_total"] == "2,000.00"
    assert totals(found)["tax_total"] == "400.00"


def test_a_tax_on_what_is_left_is_due_with_it() -> None:
    steps = ("Gross", "8,520.00"), ("Agency commission", "-1,278.00"), ("Net", "7,242.00"), ("IVU 4%", "289.68")
    found = bill(*steps, ("Total due", "7,531.68"))
    assert totals(found) == {"tax_total": "289.68", "gross_total": "8,520.00", "amount_due": "7,531.68"}


def test_what_was_paid_is_due_no_more() -> None:
    steps = ("Gross", "20,000.00"), ("Agency commission", "3,000.00"), ("Net", "17,000.00"), ("Paid", "10,000.00")
    found = bill(*steps, ("Balance due", "7,000.00"))
    assert totals(found) == {"gross_total": "20,000.00", "prepaid_total": "10,000.00", "amount_due": "7,000.00"}


def test_of_several_stations_the_commission_of_all_counts() -> None:
    parts = [(f"Station {name}", f"{gross}.00") for name, gross in (("A", 100), ("B", 300))]
    kept = [("Commission", "15.00"), ("Commission", "45.00")], [("Net", "85.00"), ("Net", "255.00")]
    steps = [step for three in zip(parts, *kept, strict=True) for step in three]
    found = bill(*steps, ("Gross", "400.00"), ("Commission", "60.00"), ("Net due", "340.00"))
    assert totals(found) == {"gross_total": "400.00", "amount_due": "340.00"}


def test_a_credit_keeps_its_signs() -> None:
    found = bill(("Gross", "-9,250.00"), ("Agency Commission 15%", "1,387.50"), ("Net Credit", "-7,862.50"))
    assert totals(found) == {"gross_total": "-9,250.00", "amount_due": "-7,862.50"}


@pytest.mark.parametrize("taken", ["Discount 15%", "Notary Public, commission expires 4/30/26"])
def test_where_no_agency_is_told_of_it_is_an_allowance(taken: str) -> None:
    found = bill(("Subtotal", "1,000.00"), (taken, "-150.00"), ("Total", "850.00"))
    assert found["gross_total"] == "850.00"


def test_before_a_value_added_tax_a_commission_is_an_allowance() -> None:
    steps = ("Subtotal", "2,628.00"), ("Agency commission 15%", "-394.20"), ("Net total", "2,233.80")
    found = bill(*steps, ("VAT 20%", "446.76"), ("Total", "2,680.56"))
    assert (found["net_total"], found["tax_total"], found["gross_total"]) == ("2,233.80", "446.76", "2,680.56")


@pytest.mark.parametrize(
    "word",
    [
        "commission", "comission", "commision", "comm", "agency", "15/85", "comisión", "commissione",
        "comissão", "Agenturprovision", "Mittlerrabatt", "AE-Vergütung", "Vermittlungsprovision", "Provision",
    ],
)  # fmt: skip
def test_every_word_of_a_commission_has_one_of_the_parts_that_rows_are_searched_for_first(word: str) -> None:
    assert WORDS.search(word) is not None
    assert any(part in word.lower() for part in PARTS)
