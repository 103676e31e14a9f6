"""Tables of tax by rate, what was paid or kept back before what is due, amounts without cents, numbers of documents."""

from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.extraction.test_carried import amounts, header, under_one_another
from tests.extraction.test_choice import Text

CENTS = st.integers(min_value=1_000, max_value=999_999).map(lambda cents: Decimal(cents).scaleb(-2))
RATES = st.lists(st.sampled_from((4, 7, 10, 19, 21, 25)), min_size=2, max_size=3, unique=True)
COLUMNS = (120.0, 220.0, 320.0)
TITLE: Text = (50, 60, "INVOICE 4711-22")


def by_rate(bases: list[Decimal], rates: list[int], *, sign: str = " %", summed: bool = True) -> list[Text]:
    """Return a table of tax by rate without any title, with the row of its sums below it."""
    found = [
        (base, rate, (base * rate / 100).quantize(Decimal("0.01"))) for base, rate in zip(bases, rates, strict=True)
    ]
    texts: list[Text] = []
    for at, (base, rate, tax) in enumerate(found):
        cells = (f"{rate}{sign}", f"{base}", f"{tax}")
        texts += [(x - 5 * len(cell), 300.0 + 15 * at, cell) for x, cell in zip(COLUMNS, cells, strict=True)]
    sums = [sum((row[at] for row in found), Decimal(0)) for at in (0, 2)]
    below = 300.0 + 15 * len(found)
    if summed:
        texts += [(x - 5 * len(f"{one}"), below, f"{one}") for x, one in zip(COLUMNS[1:], sums, strict=True)]
    return [TITLE, *texts, (50, below + 40, "Total amount"), (400, below + 40, f"{sum(sums)}")]


@settings(max_examples=30, derandomize=True)
@given(data=st.data(), rates=RATES)
def test_the_row_under_a_table_of_tax_by_rate_has_its_totals(data: st.DataObject, rates: list[int]) -> None:
    bases = data.draw(st.lists(CENTS, min_size=len(rates), max_size=len(rates), unique=True))
    taxes = [(base * rate / 100).quantize(Decimal("0.01")) for base, rate in zip(bases, rates, strict=True)]
    found = header(by_rate(bases, rates))
    assert Decimal(found["net_total"] or "") == sum(bases)
    assert Decimal(found["tax_total"] or "") == sum(taxes)
    assert Decimal(found["gross_total"] or "") == sum(bases) + sum(taxes)


def test_rates_may_be_printed_without_a_percent_sign() -> None:
    found = header(by_rate([Decimal("369.60"), Decimal("81.50")], [4, 10], sign=".00"))
    assert (found["net_total"], found["tax_total"]) == ("451.10", "22.93")


def test_a_table_that_nothing_sums_up_gives_no_net_and_no_tax() -> None:
    found = header(by_rate([Decimal("367.85"), Decimal("39.66")], [7, 19], summed=False))
    assert found["gross_total"] == "440.80"
    assert found.keys().isdisjoint({"net_total", "tax_total"})


def test_a_base_beside_its_tax_is_no_tax_and_a_rounding_stands_between_both_and_the_total() -> None:
    found = amounts(
        "Total excl. VAT 1,805.80", "VAT 8.1% on 1,628.80 131.93", "VAT 2.6% on 177.00 4.60", "Rounding 0.02",
        "Total incl. VAT 1,942.35",
    )  # fmt: skip
    assert found["tax_total"] == Decimal("136.53")
    assert "rounding_amount" not in found


def test_sums_of_groups_are_no_net_total() -> None:
    groups = [f"Subtotal {name} {amount}" for name, amount in (("A", "10.00"), ("B", "25.00"), ("C", "30.00"))]
    assert "net_total" not in amounts(*groups, "Total Invoice 65.00")


# ---- between the total and what is due ------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "row",
    [
        "Less: applied from retainer held in trust 08/31/25 (2,500.00)",
        "Amounts you paid so far (11 x 230.00) - 2,500.00",
        "First deposit received with thanks -2,500.00",
    ],
)  # fmt: skip
def test_what_words_of_payment_take_off_was_paid_before(row: str) -> None:
    found = amounts("Total this invoice 6,104.50", row, "Balance due 3,604.50")
    assert (abs(found["prepaid_total"]), found["amount_due"]) == (Decimal("2500.00"), Decimal("3604.50"))


@pytest.mark.parametrize(
    "row", ["Retention 5 % -305.22", "Less withheld tax -305.22", "Prompt settlement discount -305.22"]
)
def test_what_a_buyer_keeps_back_was_not_paid(row: str) -> None:
    found = amounts("Total this invoice 6,104.50", row, "Balance due 5,799.28")
    assert "prepaid_total" not in found
    assert found["amount_due"] == Decimal("5799.28")


def test_a_net_total_less_a_retention_is_what_is_due_and_no_gross_total() -> None:
    found = amounts("Net invoice amount 5,648.25", "Retention 5 % -282.41", "Balance due 5,365.84")
    assert (found["net_total"], found["amount_due"]) == (Decimal("5648.25"), Decimal("5365.84"))
    assert "gross_total" not in found


def test_what_a_payment_leaves_is_due_where_no_label_says_so() -> None:
    found = amounts("Grand total 2,683.92", "Deposit 500.00", "Kindly let us have 2,183.92")
    assert found["amount_due"] == Decimal("2183.92")


def test_a_currency_between_a_label_and_its_amount_belongs_to_both() -> None:
    found = header([(50, 60, "Rechnung 4711-22"), *[(50, 300, "Gesamtbetrag: EUR 2.683,92")], (50, 320, "Vielen Dank")])
    assert found["gross_total"] == "EUR 2.683,92"


def test_a_whole_number_is_no_amount_on_a_page_of_cents() -> None:
    texts: list[Text] = [TITLE, (50, 100, "Payable at desk 4420"), (50, 300, "Invoice total 11,929.47")]
    assert header(texts)["amount_due"] == "11,929.47"


def test_whole_amounts_stay_where_a_label_or_a_page_has_no_cents() -> None:
    assert amounts("Total this invoice 11,929")["gross_total"] == Decimal(11929)
    assert amounts("Total this invoice 6,104.50", "Deposit $500", "Balance due 5,604.50")["prepaid_total"] == Decimal(
        500
    )


# ---- numbers --------------------------------------------------------------------------------------------------------


def test_groups_of_digits_in_a_column_of_captions_are_one_number() -> None:
    texts = under_one_another("Rechnung", "Rechnungsnummer", "4500 118 772 03", "Datum 28.01.2026")
    assert header(texts)["invoice_number"] == "4500 118 772 03"


def test_groups_of_digits_end_before_the_day_of_the_document() -> None:
    line = "Rechnungsnummer 4500 118 772 03 vom 28.01.2026 und Tarif Gewerbe"
    assert header([(50, 60, line)])["invoice_number"] == "4500 118 772 03"


def test_the_number_of_a_street_under_a_title_is_none_of_a_document() -> None:
    texts: list[Text] = [
        (50, 60, "FACTURA RECTIFICATIVA (ABONO)"), (50, 75, "PASEO DE LA RIBERA 40"), (50, 140, "NÚMERO"),
        (150, 140, "FECHA"), (50, 152, "R26/000118"), (150, 152, "27/02/2026"),
    ]  # fmt: skip
    assert header(texts)["invoice_number"] == "R26/000118"


def test_a_week_in_many_places_is_no_number() -> None:
    weeks = under_one_another(*(f"Werk week 41 deel {part}" for part in "abcd"))
    facts: list[Text] = [(300, 60, "Factuur"), (420, 60, "VF2541-0093"), (50, 400, "Loonsom in deze factuur: week 41")]
    assert header([*weeks, *facts])["invoice_number"] == "VF2541-0093"


@pytest.mark.parametrize("label", ["C/N no.", "Credit no.", "CN number"])
def test_credit_notes_have_numbers_of_their_own(label: str) -> None:
    texts: list[Text] = [(50, 60, "CREDIT NOTE"), (300, 90, label), (400, 90, "CN-00418")]
    assert header(texts)["invoice_number"] == "CN-00418"


def test_an_offer_is_no_order_and_an_order_of_a_day_has_no_number_below() -> None:
    texts: list[Text] = [
        (50, 60, "Schlussrechnung Nr. 26-0193"), (50, 90, "Ihr Auftrag vom 08.12.2025, unser Angebot 25-0877"),
        (50, 104, "01 Demontage"),
    ]  # fmt: skip
    assert "purchase_order" not in header(texts)


def test_a_release_belongs_to_its_order() -> None:
    assert header([TITLE, (50, 90, "P.O. 450-77391 Rel 12")])["purchase_order"] == "450-77391 Rel 12"


def test_a_street_to_the_north_is_no_order() -> None:
    texts = under_one_another("FATTURA 2026/FA/001932", "Via Cassia Nord 340 - 53036 Poggibonsi", "Vs. ordine OR/287")
    assert header(texts)["purchase_order"] == "OR/287"
