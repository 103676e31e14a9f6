"""Totals of slips that no till of the development set prints: other labels, other sums, other damage."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from back_office_pipelines.extraction.pdf.page.spans import Found
from back_office_pipelines.extraction.pdf.textlayer import read
from back_office_pipelines.extraction.slip.amounts import Entry
from back_office_pipelines.extraction.slip.till import Label
from back_office_pipelines.extraction.slip.total import choose_total
from back_office_pipelines.extraction.slip.wording import Role
from tests.extraction.slips import HEAD, RECEIPTS, lines, read_as

ROLES: tuple[Role | None, ...] = (
    None, "total", "subtotal", "net", "tax", "rounding", "tender", "change", "discount", "charge", "count", "other",
)  # fmt: skip


@pytest.mark.parametrize(
    ("total", "rows"),
    [
        ("36.00", ("Total    40.00", "Voucher    -4.00", "Amount Payable    36.00", "Points Balance    360.00")),
        ("57.80", ("SUBTOTAL    79.60", "DISCOUNT    -30.00", "Total Amount :    49.60", "Serv Charge 10%    4.96",
                   "GST @ 6%    3.27", "Rounding Adj :    -0.03", "Total Amount :    57.80")),
        ("33.05", ("Total 6% supplies (excl. GST):   24.00", "GST:    1.44", "Total 6% supplies (Inc. GST):    25.44",
                   "Total 0% supplies:    7.61", "Total Payable:    33.05")),
        ("45.00", ("CASH SALES    45.00", "VISA    45.00", "GST Summary    Amount    Tax", "S = 6%    42.45    2.55",
                   "Total    42.45    2.55")),
        ("8.10", ("TOTAL    8.09", "Adj    0.01", "TOTAL    8.10")),
        ("45.05", ("Sub-Total    45.03", "5 cents rounding    0.02", "Nett    45.05")),
        ("14.80", ("S.TOTAL    12.70", "10% Service Charge    1.27", "GST(6%)    0.84", "Round Off    (0.01)",
                   "Total Collected    14.80", "TENDER    20.00", "Returned    5.20")),
    ],
)  # fmt: skip
def test_sums_lead_from_one_total_to_the_one_that_was_paid(total: str, rows: tuple[str, ...]) -> None:
    assert read_as("total", *HEAD, "Pen    1.10", *rows) == total


@pytest.mark.parametrize(
    "rows",
    [
        ("TOTAL:45.00", "CASH:50.00", "CHANGE:5.00"),
        ("TOTAL :45.00",),
        ("TOTALRM45.00", "CASHRM50.00"),
        ("Total45.00", "Cash50.00", "Change5.00"),
        ("TOTAL    45. 00", "CASH    50.00"),
        ("TOTAL    11    45.00",),
        ("3 Item(s)    Total To Be Paid 45.00",),
        ("Total Qty: 3    Nett Total: 45.00",),
        ("T0TAL    45.00", "CA5H    50.00", "CHANCE    5.00"),
        ("JUMLAH RM 45.00", "TUNAI RM 50.00", "BAKI RM 5.00"),
        ("TOTAL    4S.00", "CASH    50.00"),
        ("Total    RH45.00",),
    ],
)
def test_amounts_are_found_however_recognition_leaves_them(rows: tuple[str, ...]) -> None:
    assert read_as("total", *HEAD, "Cup    45.00", *rows) == "45.00"


def test_a_count_beside_an_amount_is_no_group_of_its_digits() -> None:
    assert read_as("total", *HEAD, "Set    1,250.00", "Total    2    1,250.00") == "1250.00"


def test_a_payment_of_nothing_is_no_total() -> None:
    assert read_as("total", *HEAD, "Cup    9.50", "Total    9.50", "VISA    0.00") == "9.50"


def test_a_slip_without_a_day_is_a_receipt_for_a_person_to_complete() -> None:
    reading = read(lines(*HEAD[:2], "Cup    9.50", "Total    9.50"), RECEIPTS)
    assert reading.document_class == "receipt"
    assert "date" not in {choice.field for choice, _ in reading.choices}


def test_two_totals_that_nothing_tells_apart_are_rivals() -> None:
    reading = read(lines(*HEAD, "Total    45.00", "Total    50.00"), RECEIPTS)
    assert next(choice.evidence for choice, _ in reading.choices if choice.field == "total") == "rivalled_total"


entries = st.builds(
    lambda value, role, row, lost: Entry(
        Decimal(value) / 100,
        Found(str(value), 1, (0.0, 20.0 * row, 30.0, 20.0 * row + 10)),
        str(value),
        row,
        None if role is None else Label(role, 1.0, 5),
        lost,
    ),
    st.integers(0, 30) | st.integers(0, 9_999),
    st.sampled_from(ROLES),
    st.integers(0, 8),
    st.booleans(),
)


@given(st.lists(entries, max_size=9))
def test_a_total_is_an_amount_of_the_slip_whatever_it_prints(found: list[Entry]) -> None:
    chosen = choose_total("total", found)
    assert chosen is None or chosen[1] in {entry.told for entry in found}
