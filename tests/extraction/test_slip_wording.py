"""Labels beside amounts, put together from words that no list holds together."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from back_office_pipelines.extraction.slip.till import label_of, words_of
from back_office_pipelines.extraction.slip.wording import role_of
from tests.extraction.slips import RECEIPTS

SPOKEN = {
    "total": (
        "Grand Total (RM)", "TOTAL AMOUNT DUE", "Nett Amt (RM)", "Bill Amount", "Total Sales Inclusive GST @6%",
        "TOTAL (GST INCLUDED)", "Total w/ GST", "Total after Rounding Adj", "Total Due (Incl. SST)", "T O T A L",
        "TotalIncl.GST", "TakeOut Total (incl GST)", "Total after Tax", "Total After Discount", "JUMLAH PERLU DIBAYAR",
    ),
    "subtotal": ("Sub Total (Incl. GST)", "S/TOTAL", "Total Before Rounding", "Food Total", "Gross Amt"),
    "net": ("TOTAL EXCL. SST", "Total Amt Excl. GST @ 6%", "Total before SST", "SUBTOTAL EXCL GST 6%", "TOTAL W/O GST"),
    "tax": ("Total GST @ 6%", "GST Included in Total", "Gov. Tax 6%", "Total includes GST 6%", "GST Amount @ 6%"),
    "rounding": ("5 Cents Rounding", "Rounding Adj (RM)", "Total Rounding Adjustment", "PELARASAN"),
    "tender": ("PAYMENT : CASH", "Total Cash Received", "VISA CARD", "Paid by VISA", "Amount Tendered"),
    "change": ("CHANGE DUE (RM)", "Balance Return", "Cash Change Given", "BAKI TUNAI"),
    "discount": ("Member Discount", "LESS: Voucher", "Points Rebate"),
    "charge": ("Service Charge 10%", "SVC CHG (10%)"),
    "count": ("Total Item Qty", "No. of Items :", "TOTAL UNITS"),
}  # fmt: skip


@pytest.mark.parametrize(("role", "text"), [(role, text) for role, texts in SPOKEN.items() for text in texts])
def test_words_of_a_label_say_what_they_say_together(role: str, text: str) -> None:
    found = label_of(text.split(), words_of(RECEIPTS, "total"))
    assert found is not None
    assert found.role == role


@pytest.mark.parametrize("text", ["Kaffee", "A4 PAPER 70GSM", "NASI LEMAK", "RON 95", "Thank you", ""])
def test_what_no_word_of_a_label_is_says_nothing(text: str) -> None:
    assert label_of(text.split(), words_of(RECEIPTS, "total")) is None


@given(st.text(alphabet="abcdefgilnostux", max_size=24))
def test_letters_that_are_no_words_have_no_role(text: str) -> None:
    assert role_of(f"q{text}") is None
