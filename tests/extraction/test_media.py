"""Media by content, and the statuses of everything that is no invoice."""

import io
import zipfile

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from back_office_pipelines.extraction.document import UNSUPPORTED, extract_document
from back_office_pipelines.extraction.media import IMAGES, Media, media_type
from tests.extraction.documents import UBL, extracted, pdf
from tests.scenario import dictionary


def archive(*names: str) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as target:
        for name in names:
            target.writestr(name, "x")
    return buffer.getvalue()


CASES: list[tuple[bytes, Media]] = [
    (b"", "empty"),
    (b" \r\n\0", "empty"),
    (b"junk %PDF-1.7", "pdf"),
    (b"<?xml version='1.0'?><a/>", "xml"),
    (b"  <Invoice/>", "xml"),
    ("<?xml version='1.0'?><a/>".encode("utf-16"), "xml"),
    ("<?xml version='1.0'?><a/>".encode("utf-16-le"), "xml"),
    (b"<?xml version='1.0'?><a>\x81</a>", "xml"),
    (b"<!DOCTYPE html><html></html>", "html"),
    (b"<?xml version='1.0'?><html/>", "html"),
    (b"<!---->" * 1000 + b"<html>", "html"),
    (b"<!---->" * 1000 + b"<a/>", "xml"),
    (b"a;b\n1;2\n", "csv"),
    ("a\tb\nä\t2\n".encode("cp1252"), "csv"),
    (b"just words\nand more\n", "text"),
    (b"UNA:+.? 'UNB+UNOC:3", "edifact"),
    (b"ISA*00*", "x12"),
    (b"From: a@b.c\r\nTo: d@e.f\r\n\r\nhello", "email"),
    (b"\x89PNG\r\n\x1a\n", "png"),
    (b"\xff\xd8\xff\xe0", "jpeg"),
    (b"II*\0....", "tiff"),
    (b"RIFF....WEBPVP8 ", "webp"),
    (b"\0\0\0\x18ftypheic", "heic"),
    (archive("xl/workbook.xml"), "xlsx"),
    (archive("word/document.xml"), "docx"),
    (archive("a.pdf"), "zip"),
    (b"PK\x03\x04broken", "zip"),
    (b"..." + archive("xl/workbook.xml")[3:], "torn"),
    (archive("xl/workbook.xml")[:-30], "xlsx"),
    (archive("[Content_Types].xml", "xl/x.xml"), "xlsx"),
    (archive("word/document.xml")[:-30], "docx"),
    (archive("a.pdf")[:-30], "zip"),
    (archive("xl/x.xml"), "zip"),
    (b"MZ\0" + archive("a.pdf"), "binary"),
    (b"Rar!\x1a\x07", "archive"),
    (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "office"),
    (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + "Workbook".encode("utf-16-le"), "xls"),
    (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + "__substg1.0_001A".encode("utf-16-le"), "msg"),
    (b'{"invoice": 1,\n "total": 2}\n', "json"),
    (b"[1, 2]", "json"),
    (b"[Section];x\n1;2\n", "csv"),
    (b"\x30\x82\x01\x00\x06\x09\x2a\x86\x48\x86\xf7\x0d\x01\x07\x02\xa0", "signed"),
    (bytes(range(256)), "binary"),
]


@pytest.mark.parametrize(("content", "media"), CASES, ids=range(len(CASES)))  # bytes with times in them name no test
def test_media_are_told_by_their_bytes(content: bytes, media: Media) -> None:
    assert media_type(content) == media


@pytest.mark.parametrize(("content", "media"), CASES, ids=range(len(CASES)))  # bytes with times in them name no test
def test_every_medium_without_a_reader_has_a_status_and_a_detail(content: bytes, media: Media) -> None:
    extraction = extract_document(content, "scan.dat", dictionary())
    assert extraction.detail
    assert not extraction.records
    if media == "empty":
        assert (extraction.status, extraction.reason_code) == ("empty", "EMPTY_FILE")
    elif media in IMAGES and media not in UNSUPPORTED:
        assert (extraction.status, extraction.reason_code) == ("unreadable", "UNREADABLE")
    elif media in UNSUPPORTED:
        assert (extraction.status, extraction.reason_code) == ("unreadable", "UNSUPPORTED_MEDIA")
        assert "scan.dat" in extraction.detail


def test_a_name_that_promises_another_file_is_told_where_nothing_was_read() -> None:
    text = b"Dear all,\nplease find our greetings below.\n"
    assert "its name ends in .pdf" in extract_document(text, "b/letter.PDF", dictionary()).detail
    assert "its name" not in extract_document(text, "letter.txt", dictionary()).detail
    assert "its name" not in extract_document(b"%PDF-1.4\n", "letter.pdf", dictionary()).detail


STATUSES = {"ok", "unreadable", "encrypted", "unclassified", "empty"}


@settings(max_examples=60)
@given(
    st.one_of(
        st.binary(max_size=300),
        st.binary(max_size=100).map(lambda tail: b"%PDF-1.4\n" + tail),
        st.text().map(str.encode),
    )
)
def test_no_input_raises(content: bytes) -> None:
    extraction = extract_document(content, "x", dictionary())
    assert extraction.status in STATUSES
    assert extraction.records or extraction.reason_code


@settings(max_examples=40)
@given(st.integers(0, 4000), st.binary(min_size=1, max_size=8))
def test_damage_anywhere_in_a_document_never_raises(place: int, damage: bytes) -> None:
    for whole in (UBL.encode(), pdf([(50, 60, "INVOICE"), (50, 90, "Invoice No: 17")])):
        at = place % len(whole)
        extraction = extracted(whole[:at] + damage + whole[at + len(damage) :])
        assert extraction.status in STATUSES
        assert extracted(whole[:at]).status in STATUSES
