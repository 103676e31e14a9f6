"""Invoices of strangers: whatever a page looks like, it is read to the end, and most of it is right."""

from pathlib import Path

import pytest

from back_office_pipelines.extraction.pdf.page.pages import text_lines
from back_office_pipelines.extraction.pdf.textlayer import read
from tests.scenario import ROOT, dictionary

STRANGERS = ROOT / "benchmarks" / "extraction" / "strangers"
PAGES = sorted(STRANGERS.glob("*/*.pdf"))


@pytest.mark.parametrize("page", PAGES, ids=lambda path: path.stem)
def test_every_page_is_read_to_the_end(page: Path) -> None:
    reading = read(text_lines(page.read_bytes()), dictionary())
    assert all(choice.found.text for choice, _ in reading.choices)


def test_there_are_pages_of_every_hand() -> None:
    assert len(PAGES) == 579
