"""Days as pages write them: found in a text and read, whatever stands between day, month and year."""

from datetime import date

import pytest

from back_office_pipelines.extraction.pdf.page.shapes import date_spans
from back_office_pipelines.values.dates import parse_date
from back_office_pipelines.values.style import Style

DAYS_FIRST = Style(decimal=",", date_order="dmy")
WRITTEN = (
    "21 March 2026", "March 21, 2026", "Mar 21, 2026", "21-Mar-2026", "21 MAR 26", "2026-03-21", "21st March 2026",
    "21/03/2026", "21.03.2026", "21.3.26", "Mar-21-2026", "21Mar2026", "21MAR26", "March 21st, 2026", "2026/03/21",
    "21. März 2026", "21.Mrz.2026", "21. 03. 2026", "21 mars 2026", "21° marzo 2026", "21 de marzo de 2026",
    "21-mar-2026", "21 mrt. 2026", "21 marca 2026", "2026. március 21",
)  # fmt: skip


@pytest.mark.parametrize("text", WRITTEN)
@pytest.mark.parametrize("line", ["{}", "Invoice date {}", "Leeds, {} (page 1)"])
def test_a_day_is_found_and_read(text: str, line: str) -> None:
    whole = line.format(text)
    ((start, end),) = date_spans(whole)
    assert parse_date(whole[start:end], DAYS_FIRST) == date(2026, 3, 21)


@pytest.mark.parametrize("text", ["A21Mar2026", "21Mar20261", "Type 03May", "21-Mars-Street", "1/2", "12.2026.44"])
def test_what_only_looks_like_one_is_none(text: str) -> None:
    assert list(date_spans(text)) == []
