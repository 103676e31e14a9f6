"""Slips: the total among amounts that look like it, the day among dates, the merchant among the lines of the head."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from back_office_pipelines.extraction.pdf.textlayer import read
from back_office_pipelines.extraction.slip.confidence import Measured, Table, confidence
from back_office_pipelines.extraction.slip.mending import mended_numbers, mended_words
from back_office_pipelines.extraction.slip.merchant import merchant_of
from back_office_pipelines.extraction.slip.till import label_of, words_of
from tests.extraction.slips import HEAD, RECEIPTS, lines, read_as


@pytest.mark.parametrize(
    ("total", "rows"),
    [
        ("9.50", ("Coffee    9.50", "Total    9.50", "Cash    10.00", "Change    0.50")),
        ("29.80", ("Cup    29.80", "Total Qty  2", "TOTAL EXCL.GST    28.11", "ADD GST@6%    1.69", "CASH   50.00",
                   "CHANGE   20.20")),
        ("23.25", ("Total (Inclusive of GST):    23.26", "Rounding Adj:    -0.01", "TOTAL:    23.25")),
        ("60.30", ("TOTAL AMT    60.31", "ROUNDING ADJ    -0.01", "RH    60.30", "CASH    70.30")),
        ("1.38", ("TOTAL    RM1.38", "ROUNDING    RM0.02", "CASH    RM1.40")),
        ("96.20", ("GST TA AMT   RM90.75", "GST 6%   RM5.45", "SUBTOTAL   RM96.20", "CASH   RM100.00",
                   "YOUR CHANGE   RM3.80")),
        ("8.50", ("Total Amt Ind. GST @ 6% :    8.46", "Rounding Adjustrrent:    (0.02)", "Totel Amt Peyshle :    8.50",
                  "Paid Amount:   100.00", "Change :    91.50")),
        ("5.00", ("GST 6%    RMO.28", "TOTAL    RM5: 00", "CASH    RM5.00")),
        ("62.00", ("SUB-TOTAL    62.00", "Total GST(I)    3.51", "TOTAL INCL GST RM    62.00", "VISA    62.00")),
        ("130.00", ("Subtotal :    130.00", "Total Inel. of GST    150.00", "Total Ami Rounded    130.00",
                    "Payment:    130.00", "Change Due :    0.00")),
        ("105.00", ("Unagi   28.00 S", "Total:", "105.00", "Cash    105.00", "Change", "0.00")),
        ("6.00", ("3.00 X 2.00    6.00 SR", "Total Inof GST    600", "Payment    6.00", "Change Due    0.00")),
        ("1.50", ("Total amount    1.50 RM", "Accepted total    2.00 RM", "Change    0.50 RM")),
    ],
)  # fmt: skip
def test_the_total_is_what_labels_and_sums_say_together(total: str, rows: tuple[str, ...]) -> None:
    assert read_as("total", *HEAD, *rows) == total


def test_a_slip_whose_amounts_are_called_other_things_has_no_total() -> None:
    assert read_as("total", *HEAD, "GST 6%    1.69", "Discount    3.00", "Change    20.20") is None


def test_the_raw_text_of_a_total_stays_as_it_was_recognised() -> None:
    reading = read(lines(*HEAD, "TOTAL    RM5: 00", "CASH    RM5.00"), RECEIPTS)
    choice, told = next(entry for entry in reading.choices if entry[0].field == "total")
    assert (choice.found.text, told) == ("RM5: 00", "5.00")


@pytest.mark.parametrize(
    ("day", "row"),
    [
        ("05/01/2018", "05/01/2018 13:30-R"),
        ("29/12/2017", "Date    29/12/201711:41"),
        ("12/03/2018", "l2/O3/2018"),
        ("27 MAR 2018", "27MAR2018 10:15"),
        ("27 Mar 18", "27/Mar/18"),
        ("27032018", "27032018    No :CS-20243"),
        ("28/03/2018", "Inv28/03/2018    No 7"),
        ("28/03/2018", "28/03 2018    No 7"),
        ("18-04-2018", "18-04-2018 printed 19-04-2018 10:11, 18-04-2018"),
    ],
)
def test_a_day_is_read_however_the_till_writes_it(day: str, row: str) -> None:
    assert read_as("date", *HEAD[:2], row, "Total    9.50") == day


def test_the_labelled_day_goes_before_another() -> None:
    rows = ("Date: 25/12/2018", "Warranty until 25/12/2019", "Total    9.50")
    assert read_as("date", *HEAD[:2], *rows) == "25/12/2018"


@pytest.mark.parametrize(
    ("name", "rows"),
    [
        ("KUPFER TRADING SDN BHD", ("tan ah kow", "KUPFER TRADING SDN BHD", "(123456-A)", "12, JALAN KUPFER 3")),
        ("KUPFER MALAYSIA", ("KUPFER MALAYSIA (308282-A)", "No.5, Jalan SS16/1")),
        ("KUPFER CASH & CARRY", ("4711081", "KUPFER CASH & CARRY", "(1365663-P)", "No.1 Jalan SS 9/1, 47300 PJ")),
        ("KUPFER CHEMISTS SDN BHD", ("OLD TOWN", "OWN BY: KUPFER CHEMISTS SDN BHD", "CO.NO. (458592-T)")),
        ("KUPFER POWER TRADING", ("31803039", "KUPFER POWER", "TRADING", "002458685-T", "13-1, Jalan PJU 5/10")),
        ("KUPFER BHD", ("KUPFER BHD (169199-V)", "KEPONG OUTLET", "LOT 11995, BATU 2, JALAN KAPAR")),
        ("KUPFER FOODICIOUS SDN BHD", ("KUPFER F0ODICIOUS SDN BHD (1132106-H)", "NO. 9-G, JALAN PERUBATAN 2")),
        ("KUPFER PHARMACY SDN BHD", ("KUPFER PHARMACY", "SDN BHD", "BR No.: (124525-H)", "NO 19-G, JALAN TASIK")),
        ("KUPFER & COMPANY", ("SIMPLIFIED TAX INVOICE", "KUPFER & COMPANY", "REG. NO: 00168397-H", "NO.54,JALAN IPOH")),
    ],
)
def test_the_merchant_is_the_line_that_most_speaks_for_a_business(name: str, rows: tuple[str, ...]) -> None:
    found = merchant_of(lines(*rows, "81100 JOHOR BAHRU", "TEL: 07-3507405"))
    assert found is not None
    assert found.text == name


def test_a_brand_is_named_by_its_owner_at_the_foot() -> None:
    rows = ("DOMUS PIZZA", "D-08, Jalan 1/38A", "51200 Kuala Lumpur", *["Pizza    9.00"] * 12)
    found = merchant_of(lines(*rows, "Owned by", "Kupfer Foods Sdn Bhd"))
    assert found is not None
    assert found.text == "Kupfer Foods Sdn Bhd"


def test_money_at_amounts_outweighs_the_names_of_places() -> None:
    rows = (
        "KUPFER TRADING",
        "Singapore Plaza, Jalan Sagu 18",
        "Date: 25/12/2018",
        "Tea    RM 4.00",
        "Total    RM 4.00",
    )
    assert read_as("currency", *rows) == "MYR"


def test_petrol_is_no_currency() -> None:
    rows = (*HEAD, "RON 95    RM 40.00", "Total    RM 40.00")
    assert read_as("currency", *rows) == "MYR"


@pytest.mark.parametrize(
    ("texts", "role"),
    [
        (["Total", "Excl.", "of", "GST"], "net"),
        (["Total", "GiST", ":"], "tax"),
        (["Tolal", "GST"], "tax"),
        (["Roundingi", ":"], "rounding"),
        (["Sub", "Total", ":", "RM"], "subtotal"),
        (["Total", "Sales", "(Inclusive", "of", "GST)", ":"], "total"),
        (["Total", "Qty", "Tender"], "count"),
        (["Kaffee"], None),
    ],
)
def test_labels_are_known_with_letters_read_wrong(texts: list[str], role: str | None) -> None:
    found = label_of(texts, words_of(RECEIPTS, "total"))
    assert (None if found is None else found.role) == role


@given(st.text(alphabet="OoQlI|SB0158RMKupfer.,:/- ", max_size=30))
def test_mending_moves_nothing_and_leaves_nothing_to_mend_in_a_value(text: str) -> None:
    assert len(mended_numbers(text)) == len(text)
    assert len(mended_words(text)) == len(text)


@pytest.mark.parametrize(
    ("read_text", "meant"),
    [
        ("HAI-0 RAYA BHD", "HAI-O RAYA BHD"),
        ("Taste Of The WorId", "Taste Of The World"),
        ("Jalan lpoh", "Jalan Ipoh"),
        ("HARDWÀRE", "HARDWARE"),
        ("KUPFER SON BHD", "KUPFER SDN BHD"),
        ("McIver & Co", "McIver & Co"),
        ("Café Müller", "Café Müller"),
        ("PJU 5/10", "PJU 5/10"),
    ],
)
def test_words_are_set_right_only_where_letters_leave_no_doubt(read_text: str, meant: str) -> None:
    assert mended_words(read_text) == meant


@given(
    st.integers(0, 60).flatmap(lambda n: st.tuples(st.just(n), st.integers(0, n))),
    st.floats(0.5, 1.0),
    st.floats(0.5, 1.0),
)
def test_what_is_recognised_worse_is_never_surer(counts: tuple[int, int], first: float, second: float) -> None:
    layouts, right = counts
    counted = Table(recognised={"text/x": Measured(layouts=layouts, right=str(right), doubt="0.02")})
    low, high = sorted((first, second))
    worse, better = (confidence("text", "x", score, counted) for score in (low, high))
    assert 0 <= worse <= better < 1
