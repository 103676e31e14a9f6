"""From what a page calls net to its gross total, from there to what is due, and whose money it is."""

from decimal import Decimal

import pytest
from hypothesis import given

from back_office_pipelines.extraction.pdf.facts.pairing import candidates
from back_office_pipelines.extraction.pdf.money.adjustments import before_tax
from back_office_pipelines.extraction.pdf.money.payment import choose_payment
from back_office_pipelines.extraction.pdf.money.totals import choose_totals
from back_office_pipelines.extraction.pdf.textlayer import read
from back_office_pipelines.values.numbers import parse_decimal
from back_office_pipelines.values.style import Style
from tests.extraction.test_choice import AMOUNTS, POINT, Text, page, rows
from tests.scenario import dictionary


def header(texts: list[Text]) -> dict[str, str | None]:
    """Return what the header fields that some lines of a page show stand for, else their texts."""
    return {choice.field: told or choice.found.text for choice, told in read(page(texts), dictionary()).choices}


def under_one_another(*texts: str) -> list[Text]:
    return [(50.0, 60.0 + 15 * number, text) for number, text in enumerate(texts)]


def amounts(*texts: str) -> dict[str, Decimal]:
    """Return totals and payment of some lines."""
    found = rows(under_one_another(*texts))
    proposed = candidates(found)
    totals = choose_totals(found, proposed, POINT)
    chosen = {**totals.amounts, **choose_payment(found, totals, proposed, POINT)}
    return {name: one.value for name, one in chosen.items()}


# ---- what is due -------------------------------------------------------------------------------------------------


@given(bill=AMOUNTS, earlier=AMOUNTS)
def test_an_earlier_balance_leads_from_the_total_to_what_is_due(bill: Decimal, earlier: Decimal) -> None:
    found = amounts(f"Total {bill:.2f}", f"Previous balance {earlier:.2f}", f"Total amount due {bill + earlier:.2f}")
    assert (found["gross_total"], found["amount_due"]) == (bill, bill + earlier)


def test_payments_and_earlier_balances_together_lead_to_what_is_due() -> None:
    found = amounts(
        "Total this bill 3,914.00",
        "Prior unpaid balance 1,310.00",
        "Less retainer applied (2,000.00)",
        "Total amount due 3,224.00",
    )
    assert found == {
        "gross_total": Decimal("3914.00"),
        "prepaid_total": Decimal("-2000.00"),
        "amount_due": Decimal("3224.00"),
    }


def test_freight_between_two_totals_is_no_earlier_balance() -> None:
    found = amounts("Total 100.00", "Freight 10.00", "Total amount due 110.00")
    assert found["gross_total"] == Decimal("110.00")


def test_the_amount_beside_the_day_of_payment_is_what_is_due() -> None:
    found = header(
        [
            (50, 60, "Total including VAT"),
            (400, 60, "1,088.81"),
            (50, 75, "Outstanding from invoice 2602-1180"),
            (400, 75, "61.35"),
            (50, 90, "To be paid before 16 March 2026"),
            (400, 90, "1,150.16"),
        ]
    )
    assert found["amount_due"] == "1,150.16"


def test_a_price_in_a_sentence_is_no_amount_due() -> None:
    terms = "Duty is payable immediately. A storage charge of £4.50 per pallet applies."
    found = header([(50, 60, "Total GBP"), (400, 60, "2,716.20"), (50, 200, terms)])
    assert found["amount_due"] == "2,716.20"


# ---- net and tax -------------------------------------------------------------------------------------------------


def test_nothing_is_no_net_total_of_something() -> None:
    assert "net_total" not in amounts("Net total 0.00", "Invoice total 2,583.36")


@pytest.mark.parametrize(
    ("text", "tax"),
    [
        ("Reverse charge 0.00", Decimal(0)),
        ("Zero-rated supply 0.00", Decimal(0)),
        ("Less deposit 0.00", None),
        ("Reverse charge 12.00", None),
    ],
)
def test_a_zero_beside_words_of_exemption_is_the_tax(text: str, tax: Decimal | None) -> None:
    assert amounts(text, "Invoice total 4,329.70").get("tax_total") == tax


def test_two_halves_of_a_tax_count_where_their_sum_and_the_rest_are_printed() -> None:
    halves = ("CGST 9% 19.98", "SGST 9% 19.98", "Grand total 261.96")
    printed = amounts("222.00", *halves, "In words: 39.96")
    assert (printed["net_total"], printed["tax_total"]) == (Decimal("222.00"), Decimal("39.96"))
    assert amounts(*halves).get("net_total") is None


def test_a_subtotal_before_a_discount_is_no_net_total() -> None:
    found = rows(under_one_another("Subtotal 1,663.00", "Discount -72.00", "Tax 87.70", "Total 1,678.70"))
    totals = choose_totals(found, candidates(found), POINT)
    chosen = before_tax(totals, candidates(found), POINT)
    assert {name: one.value for name, one in chosen.items()} == {"allowance_total": Decimal("-72.00")}
    shown = header(under_one_another("Subtotal 1,663.00", "Discount -72.00", "Tax 87.70", "Total 1,678.70"))
    assert "net_total" not in shown
    assert shown["gross_total"] == "1,678.70"


@given(AMOUNTS)
def test_a_minus_in_parentheses_is_one_sign(amount: Decimal) -> None:
    texts = (f"(-{amount})", f"($-{amount})", f"(-${amount})", f"(${amount})", f"-{amount}")
    assert {parse_decimal(text, Style(decimal=".")) for text in texts} == {-amount}


# ---- currency ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("label", ["Total USD", "Total credit USD", "Invoice total US$", "Total charges: (USD)"])
def test_the_code_between_a_total_s_label_and_its_amount_is_the_currency(label: str) -> None:
    texts: list[Text] = [(50, 60, label), (400, 60, "442.38"), (50, 200, "A smoking fee of $250.00 may apply.")]
    assert header(texts)["currency"] in ("USD", "US$")


def test_two_codes_beside_totals_are_no_currency() -> None:
    assert "currency" not in header([(50, 60, "Net total EUR CHF"), (400, 60, "442.38")])


def test_an_american_sale_is_in_dollars_though_no_sign_says_so() -> None:
    places = under_one_another("Great Bend Bearing, Muscatine, IA 52761", "Hawkeye Grain, Wilton, IA 52778")
    total: list[Text] = [(50, 200, "Sales tax 164.81"), (50, 215, "Invoice total 2,583.36")]
    assert header([*places, *total])["currency"] == "USD"
    assert "currency" not in header([*places[:1], *total]), "one address may be anybody's"
    assert "currency" not in header([*places, (50, 200, "VAT 164.81"), total[1]]), "no American tax"


@pytest.mark.parametrize(
    ("texts", "currency"),
    [
        (("HST 13% $13.00", "Total $113.00", "Jan 31, 2026"), "CAD"),
        (("ABN 61 417 720 933", "GST 10% $10.00", "Total $110.00"), "AUD"),
        (("Sales tax 8% $8.00", "Total $108.00"), "USD"),
        (("Date: 01/31/2026", "Total $108.00"), "USD"),
        (("GST 5% $5.00", "Total $105.00", "Jan 31, 2026"), None),
        (("ABN 61 417 720 933", "Sales tax 8% $8.00", "Total $108.00"), None),
        (("HST 13% $13.00", "Acme Inc, Dayton OH 45402", "Total $113.00"), None),
        (("Total $113.00",), None),
    ],
)
def test_a_dollar_is_of_the_country_whose_taxes_the_page_names(texts: tuple[str, ...], currency: str | None) -> None:
    assert header(under_one_another("Invoice 12", *texts)).get("currency") == currency
