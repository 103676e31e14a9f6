"""Hybrids: a value shown in any form of writing agrees, and only what the page puts in its place contradicts."""

import pytest

from tests.extraction.documents import INVOICE_PAGE, Placed, cii, extracted, hybrid

ACCOUNT = "DE02120300000000202051"
FORGED = "GB82WEST12345698765432"


def paid_to(account: str) -> str:
    """The part of the XML that names the account."""
    return (
        "<ram:SpecifiedTradeSettlementPaymentMeans><ram:PayeePartyCreditorFinancialAccount>"
        f"<ram:IBANID>{account}</ram:IBANID></ram:PayeePartyCreditorFinancialAccount>"
        "</ram:SpecifiedTradeSettlementPaymentMeans>"
    )


def held(page: Placed, xml: str) -> set[str | None]:
    return {one.field for one in extracted(hybrid(page, {"factur-x.xml": xml})).findings}


def replaced(old: str, new: str) -> Placed:
    return [(x, top, text.replace(old, new)) for x, top, text in INVOICE_PAGE]


def test_a_page_that_agrees_is_never_held() -> None:
    assert held(INVOICE_PAGE, cii(extra=paid_to(ACCOUNT))) == set()


@pytest.mark.parametrize(
    "page",
    [
        replaced("DE02 1203 0000 0000 2020 51", "DE02 **** **** **** **20 51"),
        replaced("04.03.2026", "4. März 2026"),
        replaced("04.03.2026", "03/04/26"),
        replaced("119,00 €", "EUR 119.-"),
        replaced("R-7", "R - 7"),
    ],
)
def test_another_form_of_writing_agrees(page: Placed) -> None:
    assert held(page, cii(extra=paid_to(ACCOUNT))) == set()


@pytest.mark.parametrize(
    ("xml", "field"),
    [
        (cii(extra=paid_to(FORGED)), "seller_iban"),
        (cii(gross="120.00", extra=paid_to(ACCOUNT)), "gross_total"),
        (cii(issued="20260305", extra=paid_to(ACCOUNT)), "issue_date"),
        (cii(number="R-8", extra=paid_to(ACCOUNT)), "invoice_number"),
        (cii(extra=paid_to(ACCOUNT)).replace(">EUR<", ">CHF<"), "currency"),
    ],
)
def test_a_forged_value_is_held_with_what_the_page_shows(xml: str, field: str) -> None:
    findings = extracted(hybrid(INVOICE_PAGE, {"factur-x.xml": xml})).findings
    found = {one.field: one for one in findings}
    assert field in found
    assert {one.reason_code for one in findings} == {"VISIBLE_XML_MISMATCH"}
    assert "stands nowhere on the page" in found[field].detail


def test_an_account_that_the_xml_knows_too_contradicts_nothing() -> None:
    page = replaced("IBAN: DE02 1203 0000 0000 2020 51", f"IBAN: {FORGED}")
    both = cii(extra=paid_to(ACCOUNT) + f"<ram:Note>debited from {FORGED}</ram:Note>")
    assert "seller_iban" not in held(page, both)
    assert "seller_iban" in held(page, cii(extra=paid_to(ACCOUNT)))
