"""What stands on the pages and inside the hybrids, read back with the libraries a pipeline would use."""

import re
from pathlib import Path

import pypdfium2
from lxml import etree

from back_office_pipelines.samples.bill import bills_of
from back_office_pipelines.samples.cii import cii_xml
from back_office_pipelines.samples.loader import load_story
from back_office_pipelines.samples.model import Document
from back_office_pipelines.samples.pdf import paper_of
from back_office_pipelines.samples.printed import Printed, print_bill

STORY = load_story()
DOCUMENTS = {document.file: document for batch in STORY.batches for document in batch.documents}


def pdf_samples(samples: list) -> list:
    return [sample for sample in samples if sample.truth["kind"] in {"pdf", "hybrid"}]


def text_of(path: Path) -> str:
    """Return the text of all pages, with every run of blanks as one."""
    with pypdfium2.PdfDocument(path) as document:
        text = " ".join(page.get_textpage().get_text_bounded() for page in document)
    return re.sub(r"\s+", " ", text)


def printed_of(document: Document) -> Printed:
    bill = bills_of(document, STORY)[0]
    return print_bill(bill, paper_of(bill), STORY)


def test_every_number_of_the_bill_stands_on_the_page(samples: list) -> None:
    for sample in pdf_samples(samples):
        text = text_of(sample.path)
        printed = printed_of(DOCUMENTS[sample.truth["file"]])
        expected = [value for _, value in (*printed.meta, *printed.bank)]
        expected += [row.value for row in printed.totals]
        expected += [row.cells[column] for row in printed.rows for column, _ in printed.headings]
        expected += [line for row in printed.rows for line in row.detail]
        expected += [printed.bill.seller.name, printed.bill.buyer.name, printed.bill.seller.vat_id or ""]
        missing = [value for value in expected if re.sub(r"\s+", " ", value) not in text]
        assert not missing, (sample.path.name, missing)


def test_numbers_are_written_in_the_manner_of_the_language(samples: list) -> None:
    texts = {sample.path.name: text_of(sample.path) for sample in pdf_samples(samples)}
    assert "4.601,04 EUR" in texts["RE_2026-0417.pdf"]
    assert "5 645,22 €" in texts["facture_F-2026-0318.pdf"]
    assert "$3,322.15" in texts["invoice-CV-104482.pdf"]
    assert "November 16, 2026" in texts["invoice-CV-104482.pdf"]


def test_nothing_is_drawn_outside_the_page(samples: list) -> None:
    for sample in pdf_samples(samples):
        with pypdfium2.PdfDocument(sample.path) as document:
            for page in document:
                width, height = page.get_size()
                text = page.get_textpage()
                boxes = [text.get_rect(at) for at in range(text.count_rects())]
                assert all(left >= 12 and right <= width - 12 for left, _, right, _ in boxes), sample.path.name
                assert all(bottom >= 12 and top <= height - 12 for _, bottom, _, top in boxes), sample.path.name


def test_the_long_bill_goes_on_to_a_second_page(samples: list) -> None:
    sample = next(sample for sample in samples if sample.path.name.startswith("MGF"))
    with pypdfium2.PdfDocument(sample.path) as document:
        texts = [page.get_textpage().get_text_bounded() for page in document]
    assert ["Page 1 of 2" in texts[0], "Page 2 of 2" in texts[1], len(texts)] == [True, True, 2]


def test_the_xml_inside_a_hybrid_is_that_of_its_bill(samples: list) -> None:
    for sample in samples:
        if sample.truth["kind"] != "hybrid":
            continue
        with pypdfium2.PdfDocument(sample.path) as document:
            assert document.count_attachments() == 1
            attachment = document.get_attachment(0)
            assert attachment.get_name() == "factur-x.xml"
            assert attachment.get_subtype() == "text/xml"
            content = bytes(attachment.get_data())
        assert content == cii_xml(bills_of(DOCUMENTS[sample.truth["file"]], STORY)[0])
        root = etree.fromstring(content)
        assert root.findtext(".//{*}GrandTotalAmount") == sample.invoices[0]["gross_total"]
        raw = sample.path.read_bytes()
        assert b"/AFRelationship /Alternative" in raw
        assert b"/AF " in raw
        assert b"fx:ConformanceLevel>EN 16931<" in raw


def test_plain_pdfs_hold_no_attachment(samples: list) -> None:
    for sample in samples:
        if sample.truth["kind"] == "pdf":
            with pypdfium2.PdfDocument(sample.path) as document:
                assert document.count_attachments() == 0
