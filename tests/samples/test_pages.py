"""Drawn pages: every layout renders, says what its truth says, and looks like no other."""

import re
from datetime import date

import pypdfium2
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from back_office_pipelines.samples.arithmetic import cents
from back_office_pipelines.samples.bill import Bill
from back_office_pipelines.samples.pages.page import draw_page
from back_office_pipelines.samples.pages.printed import Printed, print_bill
from back_office_pipelines.samples.pages.style import families, layout_names, style_of
from back_office_pipelines.samples.world.bills import bill_of
from back_office_pipelines.samples.world.cast import cast_of
from back_office_pipelines.samples.world.companies import HOME_LANGUAGE, Company, company
from back_office_pipelines.values.checksums import is_iban, is_vat_id

COUNTRIES = sorted(HOME_LANGUAGE)
BUYER = cast_of(1).buyers["northwind-de"]


def seller(number: int, layout: str, language: str) -> Company:
    country = next(name for name in COUNTRIES if HOME_LANGUAGE[name] == language)
    return company(number, country, "pdf", "tests", layout)  # type: ignore[arg-type]


def bill(one: Company, seed: str) -> Bill:
    return bill_of(one, BUYER, f"{one.prefix}4711", date(2026, 10, 7), "4500012345", seed)


def text_of(pdf: bytes) -> str:
    with pypdfium2.PdfDocument(pdf) as document:
        text = " ".join(page.get_textpage().get_text_bounded() for page in document)
    return re.sub(r"\s+", " ", text)


def words_of(printed: Printed) -> list[str]:
    """Everything the truth claims to be readable, in the words of the page."""
    words = [value for _, value in (*printed.meta, *printed.registry, *printed.bank)]
    words += [row.value for row in printed.totals]
    words += [row.cells[column] for row in printed.rows for column in printed.columns if column != "description"]
    return [*words, printed.bill.buyer.name, printed.title]


@pytest.mark.parametrize("layout", sorted(families()))
def test_every_layout_shows_what_its_truth_says(layout: str) -> None:
    for turn, language in enumerate(families()[layout].languages):
        one = seller(turn, layout, language)
        stated = bill(one, f"{layout}/{turn}")
        drawn = draw_page(stated, layout, turn)
        text = text_of(drawn.pdf).casefold()
        printed = print_bill(stated, style_of(layout, stated.invoice.language, stated.seller, turn))
        missing = [word for word in words_of(printed) if re.sub(r"\s+", " ", word).strip().casefold() not in text]
        assert missing == []
        assert {"invoice_number", "issue_date", "gross_total", "seller_name"} <= drawn.header.keys()
        assert len(drawn.lines) == len(stated.invoice.lines)


def test_there_are_twelve_layouts_and_more_and_each_language_has_several() -> None:
    assert len(families()) >= 12
    assert all(len(layout_names(language)) >= 5 for language in ("de", "en", "es", "fr", "it", "nl"))


def test_one_layout_is_as_many_styles_as_there_are_seeds() -> None:
    one = seller(1, "band", "en")
    styles = {repr(style_of("band", "en", one.party, seed)) for seed in range(30)}
    assert len(styles) == 30


def test_the_same_seed_draws_the_same_bytes_and_another_seed_others() -> None:
    for layout in ("letter", "sidebar", "typed", "modern"):
        one = seller(3, layout, "de")
        stated = bill(one, "same")
        assert draw_page(stated, layout, 5).pdf == draw_page(stated, layout, 5).pdf
        assert draw_page(stated, layout, 5).pdf != draw_page(stated, layout, 6).pdf


@settings(max_examples=60)
@given(number=st.integers(0, 500), country=st.sampled_from(COUNTRIES), seed=st.integers(0, 10_000))
def test_every_bill_adds_up_and_its_identifiers_hold(number: int, country: str, seed: int) -> None:
    one = company(number, country, "pdf", str(seed))  # type: ignore[arg-type]
    totals = bill(one, str(seed)).totals
    assert sum(totals.line_nets) - totals.allowance_total + totals.charge_total == totals.net_total
    assert totals.net_total + totals.tax_total == totals.gross_total
    assert totals.gross_total - totals.prepaid_total == totals.amount_due
    assert totals.tax_total == sum(cents(group.basis * group.rate / 100) for group in totals.tax_groups)
    assert one.party.vat_id is None or is_vat_id(one.party.vat_id)
    account = one.party.account
    assert account is not None
    assert account.iban is None or is_iban(account.iban)
