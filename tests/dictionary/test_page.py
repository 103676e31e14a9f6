"""The page of a version has everything that somebody who signs it decides about."""

from datetime import date

from back_office_pipelines.dictionary.page import dictionary_page
from back_office_pipelines.dictionary.signatures import signed
from back_office_pipelines.dictionary.words import rule_in_words
from tests.dictionary.variants import version


def test_the_page_has_every_name_label_limit_reason_and_change() -> None:
    dictionary = version()
    page = dictionary_page(dictionary)
    for names in (dictionary.documents, dictionary.types, dictionary.checks, dictionary.reference):
        assert all(f"`{name}`" in page for name in names)
    for record in dictionary.records.values():
        for name, spec in record.fields.items():
            assert f"| `{name}` | {spec.title}. {spec.description} |" in page
            assert all(label in page for labels in spec.labels.values() for label in labels)
    assert all(reason.playbook in page for reason in dictionary.reasons.values())
    assert all(role.description in page for role in dictionary.roles.values())
    assert all(change.note in page for change in dictionary.changes)
    assert dictionary.fingerprint in page


def test_every_verb_is_said_in_words_with_its_tolerance() -> None:
    words = {name: rule_in_words(check) for name, check in version().checks.items()}
    assert words == {
        "net_plus_tax": "net_total + tax_total minus prepaid_total = gross_total, within 0.01 "
        "(an absent tax_total or prepaid_total counts as 0)",
        "lines_add_up": "sum of line.line_net = net_total, within 0.01",
        "tax_by_rate": "each line.tax_rate on the line.line_net it is for = tax_total, within 0.01 a line, "
        "where the bases are net_total",
        "plausible_tax": "tax_total / net_total from 0 to 0.3",
        "due_after_issue": "due_date on or after issue_date",
        "duplicates": "no earlier record with the same seller_vat_id, invoice_number, issue_date (year)",
        "near_duplicates": "no earlier record with the same seller_vat_id, gross_total and nearly the same "
        "invoice_number",
        "known_vendor": "found in table vendors by seller_vat_id (vat_id), and agrees in seller_iban (iban), "
        "seller_name (name)",
    }


def test_the_sign_off_block_names_who_signed() -> None:
    dictionary = version()
    assert "| Process owner |  |  |" in dictionary_page(dictionary)
    signature = signed({}, dictionary, "Ann", date(2026, 11, 22))["ap_invoices"]["1.0.0"]
    assert "| Process owner | Ann | 2026-11-22 |" in dictionary_page(dictionary, signature)
