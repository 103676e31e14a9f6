"""English as India, Canada, Australia, Singapore and Britain write it: taxes in parts, and many numbers."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from back_office_pipelines.extraction.pdf.textlayer import read
from tests.extraction.test_choice import Text, page
from tests.extraction.test_languages import told
from tests.scenario import dictionary

PER_CENT = Decimal("0.01")
SELLERS = {
    "INR": ("Malabar Spices Pvt. Ltd.", "14 Beach Road, Kochi, Kerala - 682001", "GSTIN: 32AAPFU0939F1ZP"),
    "CAD": ("Maple Office Supply Inc.", "120 King Street West, Toronto ON M5H 1J9", "GST/HST No. 123456789 RT0001"),
    "AUD": ("Wattle Plumbing Pty Ltd", "8 Hill Street, Geelong VIC 3220", "ABN 51 824 753 556  ACN 004 085 616"),
    "SGD": ("Merlion Tech Pte. Ltd.", "1 Raffles Place, Singapore 048616", "UEN: 201912345K  GST Reg. No.: 201912345K"),
}
SIGNS = {"INR": "₹ ", "CAD": "$", "AUD": "$", "SGD": "S$"}
TAXES = [
    ("INR", ("CGST @ 9%", "SGST @ 9%"), (9, 9)),
    ("INR", ("IGST @ 18%",), (18,)),
    ("CAD", ("GST 5%", "PST 7%"), (5, 7)),
    ("CAD", ("GST (5%)", "QST (9.975%)"), (5, Decimal("9.975"))),
    ("CAD", ("HST 13%",), (13,)),
    ("AUD", ("GST 10%",), (10,)),
    ("SGD", ("GST 9%",), (9,)),
]


def paper(currency: str, totals: list[tuple[str, Decimal]]) -> list[Text]:
    """Return the texts of an invoice of one line; the first total is its net amount."""
    texts: list[Text] = [(50, 40 + 14 * at, text) for at, text in enumerate(SELLERS[currency])]
    buyer = ("Bill To:", "Harbour Trading Ltd", "7 Market Street", "Ship To:", "Harbour Warehouse", "9 Dock Road")
    texts += [(50, 110 + 14 * at, text) for at, text in enumerate(buyer)]
    facts = ("TAX INVOICE", "Invoice No.: 20417", "Invoice Date: 5 Mar 2026", "Due Date: 4 Apr 2026", "PO No.: R-552")
    others = ("Our ref: 88-A7", "Your ref: JB-20", "Place of supply: 32", "PAN: AAPFU0939F", "Account no: HAR01")
    texts += [(330, 40 + 14 * at, text) for at, text in enumerate((*facts, *others))]
    net = f"{totals[0][1]:,.2f}"
    for at, cells in enumerate((("Description", "Qty", "Rate", "Amount"), ("Support", "1", net, net))):
        texts += [(x, 280 + 14 * at, text) for x, text in zip((50, 290, 350, 450), cells, strict=True)]
    for at, (caption, amount) in enumerate(totals):
        printed = f"{SIGNS[currency]}{amount:,.2f}"
        texts += [(300, 340 + 14 * at, caption), (500 - 5 * len(printed), 340 + 14 * at, printed)]
    return texts


@pytest.mark.parametrize(("currency", "names", "rates"), TAXES)
def test_taxes_in_parts_are_summed_and_other_numbers_name_no_invoice(
    currency: str, names: tuple[str, ...], rates: tuple[Decimal, ...]
) -> None:
    net = Decimal("1500.00")
    parts = [(net * rate / 100).quantize(PER_CENT) for rate in rates]
    totals = [("Subtotal", net), *zip(names, parts, strict=True), ("Total", net + sum(parts))]
    found = told(read(page(paper(currency, totals)), dictionary()))
    wanted = {
        "invoice_number": "20417", "issue_date": "2026-03-05", "due_date": "2026-04-04", "purchase_order": "R-552",
        "seller_name": SELLERS[currency][0], "buyer_name": "Harbour Trading Ltd", "net_total": str(net),
        "tax_total": str(sum(parts)), "gross_total": str(net + sum(parts)),
    }  # fmt: skip
    assert {name: found.get(name) for name in wanted} == wanted


@given(net=st.integers(min_value=10_000, max_value=9_999_999), rate=st.sampled_from((Decimal("2.5"), 6, 9, 14)))
def test_central_and_state_tax_are_one_tax_whatever_the_amount(net: int, rate: Decimal) -> None:
    amount = Decimal(net) / 100
    part = (amount * rate / 100).quantize(PER_CENT)
    totals = [("Taxable Value", amount), (f"CGST @ {rate}%", part), (f"SGST @ {rate}%", part)]
    found = told(read(page(paper("INR", [*totals, ("Grand Total", amount + 2 * part)])), dictionary()))
    assert (found["net_total"], found["tax_total"]) == (str(amount.quantize(PER_CENT)), str(2 * part))


def test_a_tax_number_under_the_table_is_the_sellers_though_the_buyer_stands_above_it() -> None:
    texts: list[Text] = [(50, 40, "Thistle Freight Ltd"), (50, 54, "Unit 4 Dock Road, Leith EH6 7DX")]
    texts += [
        (330, 40, "INVOICE"),
        (330, 54, "Invoice no: 5501"),
        (50, 82, "Invoice to:"),
        (50, 96, "Heather Mills plc"),
    ]
    texts += [(50, 110, "1 Loom Lane, Leeds LS1 4DY")]
    for at, cells in enumerate((("Description", "Qty", "Price", "Net"), ("Haulage", "6", "45.00", "270.00"))):
        texts += [(x, 180 + 14 * at, text) for x, text in zip((50, 290, 350, 450), cells, strict=True)]
    texts += [(300, 240, "VAT @ 20%"), (450, 240, "54.00"), (300, 254, "Total due"), (450, 254, "£324.00")]
    found = told(read(page([*texts, (50, 700, "VAT Reg No GB 434 0315 67")]), dictionary()))
    assert found["seller_vat_id"].replace(" ", "") == "GB434031567"
    assert "buyer_vat_id" not in found
