"""PDF: embedded invoices before pages, pages by labels and arithmetic, damage by name, contradictions as findings."""

import pypdfium2 as pdfium
import pytest

from back_office_pipelines.dictionary.strict_yaml import load_mapping
from back_office_pipelines.extraction.pdf.page.labels import find_labels, key, vocabulary
from back_office_pipelines.extraction.pdf.page.layer import page_lines
from back_office_pipelines.extraction.pdf.page.words import Line
from back_office_pipelines.extraction.slip.confidence import FILE, confidence
from back_office_pipelines.normalization.normalise import normalise
from tests.extraction.documents import AGREEING_PAGE, INVOICE_PAGE, Placed, cii, extracted, hybrid, pdf, turned, values
from tests.scenario import dictionary

LOCK = "x"


def lines_of(content: bytes) -> list[Line]:
    document = pdfium.PdfDocument(content)
    try:
        return [line for index in range(len(document)) for line in page_lines(document, index)]
    finally:
        document.close()


def canonical(page: Placed, **sizes: float) -> dict[str, str | None]:
    header, *_ = normalise(extracted(pdf(page, sizes=sizes)), dictionary())
    return {value.name: value.value for value in header.values}


def test_words_become_lines_and_segments_with_places_from_the_top_left() -> None:
    line = lines_of(pdf([(50, 100, "Net total: 5,00"), (300, 100, "VAT")]))[0]
    assert [segment.text for segment in line.segments] == ["Net total: 5,00", "VAT"]
    x0, top, x1, bottom = line.segments[1].box
    assert x0 == pytest.approx(300, abs=1)
    assert 88 < top < 100 < bottom < 106
    assert x1 > x0


@pytest.mark.parametrize("rotation", [0, 90, 180, 270])
@pytest.mark.parametrize("drawn", [0, 90, 180, 270])
def test_a_page_gives_the_same_record_whichever_way_it_lies(rotation: int, drawn: int) -> None:
    upright, extraction = extracted(pdf(INVOICE_PAGE)), extracted(turned(INVOICE_PAGE, rotation, drawn))
    assert values(extraction) == values(upright)
    assert len(extraction.records) == len(upright.records) > 1
    for one, there in zip(extraction.records[0].fields, upright.records[0].fields, strict=True):
        assert (one.method, one.confidence) == ("text_layer", there.confidence)
        assert one.box == pytest.approx(place(there.box, (drawn - rotation) % 360), abs=0.1), one.name


def place(box: tuple[float, float, float, float] | None, turn: int) -> tuple[float, float, float, float]:
    """Return where a box of an upright page of A4 is seen once the page is turned counter-clockwise."""
    assert box is not None
    x0, top, x1, bottom = box
    width, height = 595.0, 842.0
    return {
        0: box,
        90: (top, width - x1, bottom, width - x0),
        180: (width - x1, height - bottom, width - x0, height - top),
        270: (height - bottom, x0, height - top, x1),
    }[turn]


def test_a_page_that_lies_is_held_against_its_xml() -> None:
    attached = {"factur-x.xml": cii(number="R-8", gross="120.00")}
    upright, lying = hybrid(AGREEING_PAGE, attached), hybrid(turned(AGREEING_PAGE, 90, 0), attached)
    assert extracted(lying).findings == extracted(upright).findings != ()


def test_the_page_gives_every_labelled_field_with_its_place() -> None:
    extraction = extracted(pdf(INVOICE_PAGE, sizes={"RECHNUNG": 18}))
    assert (extraction.status, extraction.document_class, extraction.language, extraction.pages) == (
        "ok",
        "invoice",
        "de",
        1,
    )
    assert canonical(INVOICE_PAGE, RECHNUNG=18) == {
        "invoice_number": "R-7",
        "invoice_type": "380",
        "issue_date": "2026-03-04",
        "currency": "EUR",
        "seller_name": "Kupfer GmbH",
        "seller_vat_id": "DE123456789",
        "seller_iban": "DE02120300000000202051",
        "net_total": "100.00",
        "tax_total": "19.00",
        "gross_total": "119.00",
        "amount_due": "119.00",
    }
    (line,) = [record for record in normalise(extraction, dictionary()) if record.record_type == "line"]
    assert {value.name: value.value for value in line.values} == {
        "description": "Hammer",
        "quantity": "1",
        "tax_rate": "19",
        "line_net": "100.00",
    }
    number = next(value for value in extraction.records[0].fields if value.name == "invoice_number")
    assert (number.method, number.page, number.raw) == ("text_layer", 1, "R-7")
    assert number.box is not None
    assert number.box[0] > 120
    assert 135 < number.box[1] < 155


def test_values_may_stand_below_a_line_of_labels_but_not_below_a_table_s_header() -> None:
    page = [
        (50, 60, "FACTURE"),
        (50, 90, "FACTURE N° :"),
        (150, 90, "F20"),
        (50, 110, "le montant et la date des articles pour vous"),
        (50, 200, "Désignation"),
        (300, 200, "Total TTC"),
        (50, 215, "Vis"),
        (300, 215, "7,00"),
        (100, 300, "TOTAL HT"),
        (200, 300, "TOTAL TVA"),
        (300, 300, "TOTAL TTC"),
        (100, 315, "100,00"),
        (200, 315, "20,00"),
        (300, 315, "120,00"),
    ]
    found = canonical(page)
    assert (found["invoice_number"], found["net_total"], found["tax_total"], found["gross_total"]) == (
        "F20",
        "100.00",
        "20.00",
        "120.00",
    )


def test_two_different_values_of_a_label_are_ambiguous() -> None:
    page = [
        (50, 60, "INVOICE"),
        (50, 90, "Due date: 2026-01-02"),
        (50, 110, "Due date: 2026-02-03"),
        (50, 130, "Invoice no: 1"),
    ]
    extraction = extracted(pdf(page))
    assert "due_date" not in values(extraction)
    assert [(finding.reason_code, finding.field) for finding in extraction.findings] == [("AMBIGUOUS", "due_date")]


def test_a_missing_total_is_read_where_the_closing_number_is_printed() -> None:
    page = [
        (50, 60, "INVOICE"),
        (50, 90, "Net total: 100.00"),
        (50, 105, "Invoice total: 121.00"),
        (50, 120, "Impuesto 21 %"),
        (200, 120, "21.00"),
    ]
    assert canonical(page)["tax_total"] == "21.00"
    commission = [*page[:3], (50, 120, "Agency commission"), (200, 120, "21.00")]
    assert "tax_total" not in canonical(commission), "a difference is a tax only at a printed rate"


def test_an_american_page_reads_dates_and_dollars_as_american() -> None:
    page = [
        (50, 60, "INVOICE"),
        (50, 80, "PO Box 7, Atlanta, GA 30384"),
        (50, 100, "Invoice Date: 03/04/26"),
        (50, 120, "Invoice total: $1,234.00"),
    ]
    found = canonical(page)
    assert (found["issue_date"], found["currency"], found["gross_total"]) == ("2026-03-04", "USD", "1234.00")
    without = canonical([entry for entry in page if "Atlanta" not in entry[2]])
    assert without["issue_date"] is None
    assert "currency" not in without


@pytest.mark.parametrize(
    ("heading", "document_class"),
    [
        ("PURCHASE ORDER", "order"),
        ("CONTRACT", "contract"),
        ("Quotation", "quote"),
        ("Statement of account", "statement_of_account"),
    ],
)
def test_other_documents_give_no_record(heading: str, document_class: str) -> None:
    page = [
        (50, 60, heading),
        (50, 90, "Please state the invoice number on each invoice"),
        (50, 110, "Total amount: 5.00"),
    ]
    extraction = extracted(pdf(page, sizes={heading: 18}))
    assert (extraction.status, extraction.reason_code, extraction.document_class) == (
        "ok",
        "NOT_THIS_LANE",
        document_class,
    )
    assert extraction.records == ()


def test_a_page_without_a_deciding_heading_is_unclassified() -> None:
    assert extracted(pdf([(50, 60, "Dear Sir")])).reason_code == "UNCLASSIFIED"
    both = [(50, 60, "INVOICE"), (300, 60, "CONTRACT")]
    assert extracted(pdf(both)).reason_code == "UNCLASSIFIED"


def test_a_credit_note_is_one_by_its_heading() -> None:
    extraction = extracted(pdf([(50, 60, "Credit note"), (50, 90, "Credit note number: 5")]))
    assert extraction.document_class == "credit_note"
    assert values(extraction)["invoice_type"] == "381"


def test_labels_match_however_they_are_joined_and_the_longest_claims_first() -> None:
    assert key("VAT-ID:") == key("vat id") == "vatid"
    page = [(50, 60, "Invoice date: 2026-01-02"), (50, 80, "Invoice date corrected: 2026-01-05")]
    found = find_labels(lines_of(pdf(page)), vocabulary(dictionary(), "en"))
    assert [(entry.label.field, entry.label.key) for entry in found] == [("issue_date", "invoicedate")]


def test_a_page_without_text_is_unreadable_and_says_so() -> None:
    extraction = extracted(pdf([]))
    assert (extraction.status, extraction.reason_code, extraction.pages) == ("unreadable", "UNREADABLE", 1)
    assert "no text layer" in extraction.detail


def test_encrypted_and_broken_files_are_named() -> None:
    assert extracted(pdf(INVOICE_PAGE, password=LOCK)).status == "encrypted"
    assert extracted(pdf(INVOICE_PAGE, password=LOCK)).reason_code == "ENCRYPTED"
    assert extracted(b"%PDF-1.7 nothing").reason_code == "UNREADABLE"


def test_an_embedded_invoice_is_found_by_content_and_read_before_the_page() -> None:
    content = hybrid(AGREEING_PAGE, {"notes.xml": "<notes/>", "anything.bin": cii()})
    extraction = extracted(content)
    assert values(extraction)["seller_name"] == "Kupfer GmbH"
    assert {value.method for value in extraction.records[0].fields} == {"embedded_xml"}
    assert (extraction.pages, extraction.findings) == (1, ())
    page = extracted(content, ignore_embedded_xml=True)
    assert {value.method for value in page.records[0].fields} == {"text_layer"}


def test_a_page_that_contradicts_its_xml_is_a_finding_for_each_field() -> None:
    extraction = extracted(hybrid(AGREEING_PAGE, {"factur-x.xml": cii(number="R-8", gross="120.00")}))
    assert {(finding.reason_code, finding.field) for finding in extraction.findings} == {
        ("VISIBLE_XML_MISMATCH", "invoice_number"),
        ("VISIBLE_XML_MISMATCH", "gross_total"),
    }
    assert values(extraction)["gross_total"] == "120.00", "the XML's value stays; a person decides"


def test_a_page_that_merely_does_not_show_a_value_is_no_contradiction() -> None:
    assert extracted(hybrid([(50, 60, "Thank you")], {"factur-x.xml": cii()})).findings == ()


def test_two_syntaxes_of_one_invoice_are_one_and_two_invoices_are_ambiguous() -> None:
    assert extracted(hybrid(AGREEING_PAGE, {"a.xml": cii(), "b.xml": cii()})).status == "ok"
    extraction = extracted(hybrid(AGREEING_PAGE, {"a.xml": cii(), "b.xml": cii(number="R-9")}))
    assert (extraction.reason_code, extraction.records) == ("AMBIGUOUS", ())


def test_a_broken_embedded_invoice_is_a_finding_and_the_page_is_read() -> None:
    extraction = extracted(hybrid(AGREEING_PAGE, {"factur-x.xml": "<broken"}))
    assert extraction.findings[0].reason_code == "UNREADABLE"
    assert "factur-x.xml" in extraction.findings[0].detail
    assert values(extraction)["invoice_number"] == "R-7"


def test_confidence_is_what_was_counted() -> None:
    for name, measured in load_mapping(FILE)["recognised"].items():
        type_name, evidence = name.split("/")
        assert 0 <= float(measured["right"]) <= measured["layouts"]
        assert 0 < confidence(type_name, evidence) < 1
    assert confidence("money", "never_seen") == 0.5
