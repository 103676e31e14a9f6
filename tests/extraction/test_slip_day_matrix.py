"""Days of slips by the matrix: forms of dates, labels and times beside them, errors of recognition, and other dates.

Whatever is given must be the day of the purchase, or rest on evidence that makes nobody sure.
"""

from collections.abc import Iterator
from datetime import date
from functools import cache
from itertools import pairwise, product
from typing import NamedTuple

import pytest

from back_office_pipelines.extraction.pdf.page.labels import find_labels, vocabulary
from back_office_pipelines.extraction.slip.days import choose_day
from back_office_pipelines.extraction.slip.locate import candidates
from back_office_pipelines.values.dates import parse_date
from back_office_pipelines.values.style import Style
from tests.extraction.slips import HEAD, RECEIPTS, lines

CHRISTMAS = date(2018, 12, 25)
SURE = frozenset(("labelled_date", "only_date", "damaged_date"))
"""Evidence that was counted; all other is a coin's throw at most."""
FORMS = (
    "25/12/2018", "25-12-2018", "25.12.2018", "2018-12-25", "2018/12/25", "2018.12.25", "25/12/18", "25-12-18",
    "25.12.18", "25 Dec 2018", "25-Dec-2018", "25/Dec/2018", "25 DEC 18", "25-DEC-18", "25DEC2018", "25DEC18",
    "25 December 2018", "25th December 2018", "25th Dec, 2018", "December 25, 2018", "Dec 25, 2018", "DEC 25 2018",
    "Dec. 25, 2018", "Tue 25 Dec 2018", "Tuesday, 25 December 2018", "TUE 25/12/2018", "25/12/2018(Tue)",
    "(25/12/2018)", "[25/12/2018]", "25 DISEMBER 2018", "25. Dezember 2018", "25 décembre 2018",
    "25 de diciembre de 2018", "2018\u5e7412\u670825\u65e5", "25'12'2018", "25 / 12 / 2018", "25. 12. 2018",
    "25 12 2018", "2018 12 25", "2018 Dec 25", "25/12/'18", "25 Dec '18", "Dec 25'18", "25/12 2018", "2018-DEC-25",
    "25\uff0f12\uff0f2018", "25\u201412\u20142018",
)  # fmt: skip
LABELS = ("", "Date: ", "DATE:", "Tarikh/Masa : ", "DT:", "Printed on: ", "Invoice No: 1234  ", "REG ")
TIMES = ("", " 2:05:33 PM", "14:05", "-14:05", ", 14:05")
OTHERS = (
    "GST effective date 01/04/2015", "GST 0% w.e.f 01/06/2018", "SST Effective: 01/09/2018", "Exp 31/12/2020",
    "EXP DATE 31/12/2020", "Valid till 31/01/2019", "Promotion valid until 31/01/2019", "Valid thru 31/01/2019",
    "Valid from 01/12/2018 to 31/12/2018", "Return before 08/01/2019", "Return by 08/01/2019",
    "Exchange within 7 days until 01/01/2019", "Member since 01/02/2010", "Membership expiry 01/02/2020",
    "Points expiring 31/12/2019", "Use by 31/12/2019", "Mfg date 01/06/2018", "Warranty till 25/12/2019",
    "Next service date: 25/06/2019", "Next visit: 25/06/2019", "Due date: 24/01/2019", "DOB: 01/02/1990",
    "Date joined: 01/02/2010", "Licence expiry 31/12/2019", "Promo ends 31/12/2018", "Redeem by 31/12/2018",
    "Period 01/12/2018 - 31/12/2018", "Period: 01/12/2018 to 31/12/2018", "Last purchase: 01/11/2018",
    "Tarikh luput 31/12/2019", "Sah sehingga 31/12/2018", "Gültig bis 31.12.2018", "Umtausch bis 08.01.2019",
    "Valable jusqu'au 31/12/2018", "Válido hasta 31/12/2018", "Scadenza 31/12/2018", "Geldig tot 31-12-2018",
    "Software ver. 01/02/2017", "Form rev 01/02/2017", "PO date: 20/11/2018", "Cheque date 31/12/2018",
    "Original invoice 20/12/2018",
)  # fmt: skip
AROUND = (
    "Reprinted 27/12/2018 09:00", "Duplicate copy 27/12/2018 09:00", "Closed: 26/12/2018 00:20",
    "Settled 26/12/2018 00:20", "Order date: 24/12/2018", "Booking date 20/11/2018", "Delivery date 31/12/2018",
    "Collection date: 31/12/2018", "Check-in: 23/12/2018", "Event date: 31/12/2018", "Lieferdatum 31.12.2018",
)  # fmt: skip
PURCHASES = ("Date: 25/12/2018 14:05", "25/12/2018 14:05", "REG 25-12-2018 14:05")


DAY_FIRST = Style(decimal=".", date_order="dmy")
WORDS = vocabulary(RECEIPTS, "en")


class Told(NamedTuple):
    """What a slip's day reads as; None where none is given."""

    day: date | None
    evidence: str

    @property
    def sure(self) -> bool:
        """Whether nobody would look at it again."""
        return self.day is not None and self.evidence in SURE


@cache
def told(*rows: str) -> Told:
    """Return the day of a slip with some rows, on which the day stands before the month."""
    slip = lines(*HEAD[:2], *rows, "Cup    9.50")
    found = candidates(slip, find_labels(slip, WORDS), RECEIPTS)
    chosen = choose_day("date", slip, found, DAY_FIRST)
    if chosen is None:
        return Told(None, "")
    choice, text = chosen
    day = parse_date(text, DAY_FIRST)
    return Told(day if isinstance(day, date) else None, choice.evidence)


@pytest.mark.parametrize("form", FORMS)
def test_a_day_is_read_beside_any_label_and_time(form: str) -> None:
    wrong = [row for parts in product(LABELS, TIMES) if told(row := form.join(parts)).day != CHRISTMAS]
    assert wrong == []


@pytest.mark.parametrize("other", OTHERS)
def test_another_date_is_never_the_day(other: str) -> None:
    assert not told(other).sure
    for bought in PURCHASES:
        for rows in ((bought, other), (other, bought), (f"{bought}    {other}",), (f"{other}    {bought}",)):
            assert told(*rows).day == CHRISTMAS, rows
            assert told(*rows).sure, rows


@pytest.mark.parametrize("other", AROUND)
def test_a_day_around_the_purchase_is_no_sure_one(other: str) -> None:
    assert told(other).day is not None
    assert not told(other).sure
    for bought in PURCHASES:
        for rows in ((bought, other), (other, bought)):
            assert told(*rows).day == CHRISTMAS, rows


@pytest.mark.parametrize("heading", ["Valid until", "EXP DATE", "Tarikh luput:"])
def test_a_line_of_its_own_says_what_the_date_below_it_is_of(heading: str) -> None:
    assert not told(heading, "31/01/2019").sure
    assert told("25/12/2018 14:05", heading, "31/01/2019") == Told(CHRISTMAS, "only_date")


def test_the_print_of_another_day_makes_a_day_without_label_and_time_unsure() -> None:
    assert told("25/12/2018", "Printed: 26/12/2018 10:00").evidence == "first_date"
    assert told("Date: 25/12/2018", "Printed: 26/12/2018 10:00") == Told(CHRISTMAS, "labelled_date")


@pytest.mark.parametrize("other", ["25/12/2013 14:05", "15/12/2018 14:05", "25/02/2018 14:05"])
def test_a_date_that_is_printed_twice_and_differs_by_a_digit_is_unsure(other: str) -> None:
    assert not told("Date: 25/12/2018", other).sure
    assert told("Date: 25/12/2018", other, "Cashier 25/12/2018 14:06").sure


DAYS = (CHRISTMAS, date(2017, 11, 11), date(2018, 4, 3), date(2016, 10, 2))
WRITTEN = ("%d/%m/%Y", "%d-%m-%Y", "%d.%m.%Y", "%Y-%m-%d", "%d/%m/%y", "%d %b %Y", "%d-%b-%y", "%d%b%Y", "%b %d, %Y")
SET_RIGHT = ("0O", "0o", "0Q", "0D", "1l", "1I", "1|", "1!", "1i", "5S", "8B", "2Z")
"""A character and what recognition takes it for, where the shape of a date leaves no doubt."""
LOST = (
    "/1",
    "/l",
    "/7",
    "/ ",
    "/",
    "/:",
    "/,",
    "-~",
    "-_",
    "-.",
    "- ",
    "-",
    "--",
    ". ",
    ".:",
    ".",
    " ",
    "C0",
    "EF",
    "ec",
)
"""What else recognition makes of a character, or that it leaves it out: readable or not."""


def _errors(text: str, pairs: tuple[str, ...]) -> Iterator[str]:
    """Yield a text with each character taken for another, one at a time and all at once."""
    for pair in pairs:
        right, wrong = pair[0], pair[1:]
        places = [place for place, character in enumerate(text) if character == right]
        yield from (text[:place] + wrong + text[place + 1 :] for place in places)
        if len(places) > 1:
            yield text.replace(right, wrong)


def _printed(form: str) -> Iterator[tuple[date, str]]:
    return ((day, day.strftime(form)) for day in DAYS)


@pytest.mark.parametrize("form", WRITTEN)
def test_digits_taken_for_letters_are_set_right_or_the_day_is_not_sure(form: str) -> None:
    outcomes = [(day, told(f"{row} 14:05")) for day, text in _printed(form) for row in _errors(text, SET_RIGHT)]
    assert [(day, one) for day, one in outcomes if one.sure and one.day != day] == []
    assert sum(one.day == day for day, one in outcomes) >= 0.75 * len(outcomes)


@pytest.mark.parametrize("form", WRITTEN)
def test_lost_marks_never_make_another_day_sure(form: str) -> None:
    rows = [(day, row) for day, text in _printed(form) for row in _errors(text, LOST)]
    assert [(day, row) for day, row in rows if told(f"{row} 14:05").sure and told(f"{row} 14:05").day != day] == []


@pytest.mark.parametrize("form", WRITTEN)
def test_a_space_inside_a_date_never_makes_another_day_sure(form: str) -> None:
    rows = [(day, f"{text[:n]} {text[n:]}") for day, text in _printed(form) for n in range(1, len(text))]
    assert [(day, row) for day, row in rows if told(f"{row} 14:05").sure and told(f"{row} 14:05").day != day] == []


@pytest.mark.parametrize("form", WRITTEN)
def test_a_digit_read_twice_never_makes_another_day_sure(form: str) -> None:
    rows = [(day, text[:n] + text[n - 1 :]) for day, text in _printed(form) for n in range(1, len(text) + 1)]
    digits = [(day, row) for day, row in rows if any(a == b and a.isdigit() for a, b in pairwise(row))]
    assert [(day, row) for day, row in digits if told(row).sure and told(row).day != day] == []


NEIGHBOURS = (
    "#{}", "{}#1", "{}-R", "{}*", "{}TUE", "{}|14:05", "{} T14:05", "{}T14:05", "Date:{}.", "D:{}", "DT{}", "<{}>",
    "T1 {}", "0001 {} 14:05", "{}/14:05", "{}@14:05", "={}=", "{}2:05PM", "No.12345 {}", "[{}][14:05]", "..{}",
    "Date{}Time14:05", "14:05 {}", "2:05PM{}", "{}~14:05", "Rcpt:000123 {}", "{} 0012345", "{}/0012345",
    "Tue,{}", "{} 14h05", "{} 14-05",
)  # fmt: skip


@pytest.mark.parametrize("neighbour", NEIGHBOURS)
@pytest.mark.parametrize("day", DAYS[:3])
def test_a_day_is_read_whatever_is_glued_to_it(neighbour: str, day: date) -> None:
    forms = ("%d/%m/%Y", "%d-%m-%Y", "%d.%m.%Y", "%Y-%m-%d", "%d %b %Y", "%d/%m/%y", "%d-%m-%y")
    rows = [neighbour.format(day.strftime(form)) for form in forms]
    assert [row for row in rows if told(row).day != day] == []


@pytest.mark.parametrize(
    "row", ["T1/25/12/2018", "001-2018-12-25", "CS0001-25-12-18", "Tel 03-04-18-22", "12.25.12.2018"]
)
def test_a_date_that_may_be_part_of_a_number_is_not_sure(row: str) -> None:
    assert not told(row).sure


@pytest.mark.parametrize("row", ["5/07/2018", "05/7/2018", "2018-7-05", "2018-12-2", "2 5/12/2018", "20 18-12-25"])
def test_a_date_that_lacks_a_digit_is_not_sure(row: str) -> None:
    assert not told(f"Date: {row} 14:05").sure


@pytest.mark.parametrize("row", ["5/7/2018", "5/12/2018", "2018/7/5", "Table 12 05/12/2018"])
def test_a_date_without_zeros_is_sure(row: str) -> None:
    assert told(f"{row} 14:05").sure
