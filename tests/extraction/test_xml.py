"""XML syntaxes: the maps find every field, the walker settles several hits by rule, hostile files are named."""

import pytest
from pydantic import ValidationError

from back_office_pipelines.extraction.document import extract_document
from back_office_pipelines.extraction.xml.maps import FOLDER, SyntaxMap, syntax_maps
from back_office_pipelines.extraction.xml.reader import _xpath
from tests.extraction.documents import UBL, ZUGFERD1, cii, extracted, fattura, fattura_body, values
from tests.scenario import contracts, dictionary


def test_every_map_names_fields_of_the_dictionary_and_valid_paths() -> None:
    records = dictionary().records
    for syntax in syntax_maps():
        for block in (syntax.header, syntax.child):
            assert set(block.fields) <= set(records[block.record_type].fields), syntax.syntax
            for field in block.fields.values():
                assert all(_xpath(entry.path) for entry in field.paths)
                assert not any("{" in entry.path for entry in field.paths), "a place is not defined"
        assert syntax.classes.default in dictionary().documents
    assert len(syntax_maps()) == len(list(FOLDER.glob("*.yaml"))) - 1


def test_a_map_with_an_unknown_key_is_refused() -> None:
    with pytest.raises(ValidationError):
        SyntaxMap.model_validate({"syntax": "x", "surprise": 1})


def test_ubl() -> None:
    extraction = extracted(UBL)
    assert values(extraction) == {
        "invoice_number": "INV 1",
        "invoice_type": "380",
        "issue_date": "2026-03-04",
        "currency": "USD",
        "seller_name": "Legal AB",
        "seller_vat_id": "se 12",
        "seller_iban": "SE1",
        "buyer_name": "Buyer",
        "net_total": "100.00",
        "tax_total": "25.00",
        "gross_total": "125.00",
        "prepaid_total": "5.00",
        "rounding_amount": "0.50",
        "amount_due": "120.50",
    }
    assert values(extraction, 1) == {
        "description": "Nails",
        "quantity": "-2",
        "unit": "H87",
        "unit_price": "5000",
        "price_base_quantity": "100",
        "line_net": "-100.00",
        "tax_rate": "25",
    }
    assert len(extraction.records) == 2, "sub-lines are part of their line"
    assert (extraction.status, extraction.document_class, extraction.findings) == ("ok", "invoice", ())
    assert all((v.confidence, v.method, v.page) == (1.0, "xml", None) for r in extraction.records for v in r.fields)


def test_a_ubl_credit_note_is_one_by_its_type_code() -> None:
    text = UBL.replace("<Invoice ", "<CreditNote ").replace("</Invoice>", "</CreditNote>")
    text = text.replace("xsd:Invoice-2", "xsd:CreditNote-2").replace("InvoiceTypeCode>380", "CreditNoteTypeCode>381")
    text = text.replace("InvoiceTypeCode", "CreditNoteTypeCode").replace("CreditNoteCreditNote", "CreditNote")
    text = text.replace("InvoiceLine", "CreditNoteLine").replace("InvoicedQuantity", "CreditedQuantity")
    extraction = extracted(text)
    assert extraction.document_class == "credit_note"
    assert values(extraction, 1)["quantity"] == "-2"


def test_cii_takes_the_seller_s_vat_id_the_buyer_and_the_document_s_currency() -> None:
    found = values(extracted(cii()))
    assert found["seller_vat_id"] == "DE123456789"
    assert found["buyer_name"] == "Bauhof AG"
    assert found["tax_total"] == "19.00"
    assert found["issue_date"] == "20260304"


def test_two_due_dates_are_ambiguous_and_none_is_chosen() -> None:
    terms = "".join(
        f"<ram:SpecifiedTradePaymentTerms><ram:DueDateDateTime><udt:DateTimeString>{day}</udt:DateTimeString>"
        "</ram:DueDateDateTime></ram:SpecifiedTradePaymentTerms>"
        for day in ("20260401", "20260501")
    )
    extraction = extracted(cii(extra=terms))
    assert "due_date" not in values(extraction)
    (finding,) = extraction.findings
    assert (finding.reason_code, finding.record_type, finding.ordinal, finding.field) == (
        "AMBIGUOUS",
        "invoice",
        1,
        "due_date",
    )
    assert "due_date" in values(extracted(cii(extra=terms.replace("20260501", "20260401"))))


def test_zugferd_1_with_a_bare_date_and_a_line_that_is_a_note() -> None:
    extraction = extracted(ZUGFERD1)
    assert values(extraction)["issue_date"] == "20140519"
    assert values(extraction)["gross_total"] == "-5.00"
    assert extraction.document_class == "credit_note"
    assert len(extraction.records) == 1


def test_a_fatturapa_lot_is_several_invoices_with_sums_codes_and_instalments() -> None:
    pay = "<DettaglioPagamento><ImportoPagamento>{0}</ImportoPagamento></DettaglioPagamento>"
    terms = "<DatiPagamento><CondizioniPagamento>TP0{0}</CondizioniPagamento>"
    instalments = f"{terms.format(1)}{pay.format('4.00')}{pay.format('4.30')}</DatiPagamento>"
    whole = f"{terms.format(2)}{pay.format('9.00')}</DatiPagamento>"
    total = "<ImportoTotaleDocumento>9.00</ImportoTotaleDocumento>"
    extraction = extracted(fattura(fattura_body("1", "TD01", instalments), fattura_body("2", "TD04", whole, total)))
    first, line, second, _ = (values(extraction, index) for index in range(4))
    assert (first["invoice_number"], first["invoice_type"], first["gross_total"], first["amount_due"]) == (
        "1",
        "380",
        "8.30",
        "8.30",
    )
    assert (first["net_total"], first["tax_total"], first["seller_name"]) == ("7.00", "1.30", "Ada Neri")
    assert (first["seller_vat_id"], first["buyer_vat_id"]) == ("IT01", "IT02")
    assert (second["invoice_type"], second["gross_total"], second["amount_due"]) == ("381", "9.00", "9.00")
    assert line["line_net"] == "5.00"
    assert [(r.record_type, r.ordinal, r.parent) for r in extraction.records] == [
        ("invoice", 1, None),
        ("line", 1, 1),
        ("invoice", 2, None),
        ("line", 2, 2),
    ]
    raws = {value.name: value.raw for value in extraction.records[0].fields}
    assert (raws["invoice_type"], raws["net_total"]) == ("TD01", "5.00 + 2.00")


def test_an_unknown_document_type_is_a_finding_and_no_value() -> None:
    extraction = extracted(fattura(fattura_body("1", "TD99", "")))
    assert "invoice_type" not in values(extraction)
    assert [finding.reason_code for finding in extraction.findings] == ["CODE_UNKNOWN"]


def test_an_envelope_around_one_invoice_is_opened() -> None:
    body = UBL.split("?>", 1)[1]
    assert (
        values(extracted(f"<StandardBusinessDocument><Header/>{body}</StandardBusinessDocument>"))["invoice_number"]
        == "INV 1"
    )
    assert extracted(f"<Two>{body}{body}</Two>").reason_code == "UNCLASSIFIED"


@pytest.mark.parametrize(
    ("text", "status", "reason", "document_class"),
    [
        ("<SCRDMCCBDACIOMessageStructure/>", "ok", "NOT_THIS_LANE", "order"),
        ('<Order xmlns="urn:oasis:names:specification:ubl:schema:xsd:Order-2"/>', "ok", "NOT_THIS_LANE", "order"),
        ("<Catalogue/>", "unclassified", "UNCLASSIFIED", None),
        ("<Invoice>", "unreadable", "UNREADABLE", None),
        ("<?xml version='1.0'?>", "unreadable", "UNREADABLE", None),
    ],
)
def test_what_is_no_invoice_is_named(text: str, status: str, reason: str, document_class: str | None) -> None:
    extraction = extracted(text)
    assert (extraction.status, extraction.reason_code, extraction.document_class) == (status, reason, document_class)
    assert extraction.records == ()
    assert extraction.detail


def test_another_lane_has_no_invoices() -> None:
    other = next((lane for lane in contracts().lanes if lane != "ap_invoices"), None)
    if other is None:
        pytest.skip("only one lane ships so far")
    extraction = extract_document(UBL.encode(), "x.xml", contracts().latest(other))
    assert (extraction.reason_code, extraction.records) == ("NOT_THIS_LANE", ())


LAUGHS = "".join(f'<!ENTITY a{i} "{f"&a{i - 1};" * 10 if i else "ha" * 10}">' for i in range(12))


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        (f"<!DOCTYPE x [{LAUGHS}]><x>&a11;</x>", "LIMIT_EXCEEDED"),
        ('<!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/hostname">]><x>&e;</x>', "UNREADABLE"),
        ('<!DOCTYPE x [<!ENTITY e "harmless">]><x>&e;</x>', "UNREADABLE"),
        ("<a>" * 400 + "</a>" * 400, "LIMIT_EXCEEDED"),
        (f"<a>{'x' * 10_100_000}</a>", "LIMIT_EXCEEDED"),
        ("<?xml version='1.0'?><a>&#0;</a>", "UNREADABLE"),
        ("<?xml version='1.0'?><a>\x00</a>", "UNREADABLE"),
    ],
)
def test_hostile_xml_is_refused_by_name(text: str, reason: str) -> None:
    extraction = extracted(text)
    assert extraction.detail.isprintable()
    assert (extraction.status, extraction.reason_code) == ("unreadable", reason)


def test_a_wrong_encoding_declaration_is_overruled_by_proof_and_never_by_a_guess() -> None:
    assert (
        values(extracted(UBL.replace('"UTF-8"', '"UTF-8-W/O-BOM"').replace("Legal AB", "Légal AB")))["seller_name"]
        == "Légal AB"
    )
    assert values(extracted(("\ufeff" + UBL).encode() + b"\0\0\n"))["invoice_number"] == "INV 1"
    assert extracted(UBL.replace("Legal AB", "Légal AB").encode("latin-1")).reason_code == "UNREADABLE"
    assert values(extracted(UBL.replace('"UTF-8"', '"UTF-16"').encode("utf-16")))["invoice_number"] == "INV 1"
