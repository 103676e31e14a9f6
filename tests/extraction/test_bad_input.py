"""Bad documents of every kind, each through a worker: a clear answer each, and the next document is unharmed.

`docs/bad_input.md` is the page of these answers and of those that other rooms give; the last test holds it to them.
"""

import re
import struct
import zlib
from contextlib import closing
from dataclasses import dataclass
from functools import cache, partial

import pytest

from back_office_pipelines.dictionary.taxonomy import EMITTED
from back_office_pipelines.extraction.extractor import Source
from back_office_pipelines.extraction.guard import FAILED
from back_office_pipelines.extraction.isolation.pool import Workers
from back_office_pipelines.extraction.limits import LONGEST_TEXT
from back_office_pipelines.extraction.model import Extraction
from back_office_pipelines.extraction.ocr.pages import ScannedPage
from back_office_pipelines.extraction.pdf import reader
from back_office_pipelines.extraction.text.layout import lines_of_rows, plain_rows
from tests.extraction.compound import compound, outlook
from tests.extraction.documents import (
    AGREEING_PAGE,
    INVOICE_PAGE,
    UBL,
    Placed,
    archive,
    cii,
    extracted,
    hybrid,
    pdf,
    turned,
    values,
)
from tests.scenario import ROOT, contracts, dictionary

HEADER = "invoice_number,issue_date,currency,seller_name,gross_total"
ROW = "R-1,2026-11-02,EUR,Kupfer,119.00"
MARKS = ("R\x02€\x7f#:4711", "\u202e\u200f\ufeff", "Ⓡⓔⓒⓗ", "§§§ ¤¤ ~~")
GARBAGE: Placed = [(50, 60 + 20 * number, text) for number, text in enumerate(MARKS)]
PRINTED = "INVOICE\nInvoice number: R-7\nGrand total: 119.00\n"


def without_pages() -> bytes:
    return (
        b"%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj\n2 0 obj<</Type/Pages/Kids[]/Count 0>>endobj\n"
        b"trailer<</Root 1 0 R/Size 3>>\n%%EOF"
    )


def with_script() -> bytes:
    """A PDF that runs JavaScript when it is opened, and has a file attached that is no invoice."""
    whole = hybrid(AGREEING_PAGE, {"notes.js": "app.launchURL('http://x')"})
    action = b"/OpenAction<</S/JavaScript/JS(app.alert\\('x'\\);while\\(true\\){})>>"
    return whole.replace(b"/Type/Catalog", b"/Type/Catalog" + action, 1).replace(
        b"/Type /Catalog", b"/Type /Catalog" + action, 1
    )


def overprinted() -> bytes:
    """A page in bold as poor printers do it: every letter twice, a hair's breadth apart."""
    return pdf([(x + shift, top, text) for x, top, text in INVOICE_PAGE for shift in (0, 0.3)])


def picture(width: int, height: int) -> bytes:
    """A PNG that claims a size and has hardly a pixel."""
    parts = [(b"IHDR", struct.pack(">IIBBBBB", width, height, 8, 6, 0, 0, 0)), (b"IDAT", zlib.compress(b"\0" * 64))]
    chunks = (
        struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body)) for kind, body in parts
    )
    return b"\x89PNG\r\n\x1a\n" + b"".join(chunks)


def entities(depth: int) -> str:
    definitions = (f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' for n in range(1, depth))
    return f'<!DOCTYPE a [<!ENTITY l0 "ha">{"".join(definitions)}]><a>&l{depth - 1};</a>'


OUTSIDE = '<!DOCTYPE a [<!ENTITY x SYSTEM "file:///etc/hostname">]><a>&x;</a>'
LATIN_AS_UTF8 = '<?xml version="1.0" encoding="UTF-8"?><a>é</a>'.encode("latin-1")


@dataclass(frozen=True)
class Case:
    """A bad document and its clear answer: the reason code, and a word of the detail that names culprit or remedy."""

    content: bytes
    code: str | None
    word: str = ""


CASES: dict[str, Case] = {
    "zero-byte file": Case(b"", "EMPTY_FILE", "have it sent again"),
    "PDF cut off early": Case(pdf(INVOICE_PAGE)[:400], "UNREADABLE", "have it sent again"),
    "PDF without its end": Case(pdf(INVOICE_PAGE)[:-60], "UNREADABLE", "have it sent again"),
    "PDF behind a password": Case(pdf(INVOICE_PAGE, password="x"), "ENCRYPTED", "without one"),  # noqa: S106
    "PDF without pages": Case(without_pages(), "UNREADABLE", "have it sent again"),
    "PDF of 2,000 pages": Case(pdf(*[[(50.0, 60.0, "INVOICE")]] * 2000), "LIMIT_EXCEEDED", "2000 pages"),
    "PDF with JavaScript and an attachment": Case(with_script(), None),
    "PDF with rotated pages": Case(turned(INVOICE_PAGE, 90, 90), None),
    "PDF printed over itself": Case(overprinted(), None),
    "XML with external entities": Case(OUTSIDE.encode(), "UNREADABLE", "entities are never resolved"),
    "XML with a billion laughs": Case(entities(10).encode(), "LIMIT_EXCEEDED", "safety limit"),
    "XML in a wrong encoding": Case(LATIN_AS_UTF8, "UNREADABLE", "well-formed"),
    "XML nested without end": Case(b"<a>" * 100_000, "LIMIT_EXCEEDED", "safety limit"),
    "XML of 100 MB": Case(b"<a>" + b" " * 99_999_000 + b"</a>", "LIMIT_EXCEEDED", "20000000 bytes"),
    "file of more than 100 MB": Case(b"%PDF-1.4" + b" " * 100_000_000, "LIMIT_EXCEEDED", "100000000 bytes"),
    "picture of 20,000 x 20,000 pixels": Case(picture(20_000, 20_000), "LIMIT_EXCEEDED", "pixels"),
    "CSV with NUL bytes": Case(f"{HEADER}\n{ROW}\0\n".encode(), "UNREADABLE", "NUL in line 2"),
    "CSV in UTF-16 without a mark": Case(f"{HEADER}\n{ROW}\n".encode("utf-16-le"), None),
    "CSV in a wrong encoding": Case(
        f"{HEADER}\n{ROW}\n".encode() + b"\xc3\xbc\xc3\xbc\xfc,,,,\n", "UNREADABLE", "UTF-8"
    ),
    "CSV of a million columns": Case(b"x," * 999_999 + b"x\n1,2\n", "LIMIT_EXCEEDED", "1,000,000 columns"),
    "CSV too large": Case(f"{HEADER}\n".encode() + f"{ROW}\n".encode() * 700_000, "LIMIT_EXCEEDED", "20000000 bytes"),
    "CSV with a header alone": Case(f"{HEADER}\n".encode(), "EMPTY_FILE", "no rows below"),
    "CSV with ragged rows": Case(f"{HEADER}\n{f'{ROW}{chr(10)}' * 4}{ROW}{',x' * 10_000}\n".encode(), None),
    "CSV with a quote never closed": Case(
        f'{HEADER}\n{f"{ROW}{chr(10)}" * 8}R-2,"2026\n{ROW}\n'.encode(), "UNREADABLE", "never closed"
    ),
    "CSV with one long cell": Case(
        f'{HEADER}\n"{"R" * (LONGEST_TEXT + 1)}",2026-11-02,EUR,K,1.00\n'.encode(), "LIMIT_EXCEEDED", "characters"
    ),
    "XLSX with a zip bomb inside": Case(archive({"xl/workbook.xml": b" " * 3_000_000}), "LIMIT_EXCEEDED", "unpacks to"),
    "XLSX behind a password": Case(
        compound({"EncryptionInfo": b"x", "EncryptedPackage": b"y" * 5000}), "ENCRYPTED", "without one"
    ),
    "XLSX damaged": Case(archive({"xl/workbook.xml": b"<a"}), "UNREADABLE", "saved again"),
    "binary file": Case(bytes(range(256)), "UNSUPPORTED_MEDIA", "ask the sender"),
    "e-mail without text and attachments": Case(b"From: a\r\nTo: b\r\n\r\n", "EMPTY_FILE", "sent again"),
    "HTML nested without end": Case(b"<html>" + b"<div>" * 5000, "LIMIT_EXCEEDED", "sent as PDF"),
    "Outlook message damaged": Case(outlook("x", "y")[:76] + b"\xff" * 20, "UNREADABLE", "damaged"),
}


@cache
def outcomes() -> dict[str, tuple[Extraction, Extraction]]:
    """Each bad document's extraction, and that of the good one right behind it."""
    sources = [
        Source(name, partial(bytes, content))
        for bad, case in CASES.items()
        for name, content in ((bad, case.content), ("good", UBL.encode()))
    ]
    with closing(Workers(most=1)) as workers:
        extractions = list(workers.extract(sources, dictionary()))
    return dict(zip(CASES, zip(extractions[::2], extractions[1::2], strict=True), strict=True))


@pytest.mark.parametrize("name", CASES)
def test_a_bad_document_has_a_clear_answer_and_the_next_is_unharmed(name: str) -> None:
    outcome, following = outcomes()[name]
    assert outcome.reason_code == CASES[name].code, outcome
    assert CASES[name].word.casefold() in outcome.detail.casefold(), outcome
    assert outcome.records or outcome.detail, outcome
    assert not outcome.detail.startswith(FAILED), "a reader names what it does not take"
    assert following == extracted(UBL)


def test_what_is_read_in_spite_of_all_is_right() -> None:
    for name in ("PDF with rotated pages", "PDF printed over itself"):
        assert values(outcomes()[name][0])["gross_total"] == "119,00 €", name
    assert values(outcomes()["PDF with JavaScript and an attachment"][0])["invoice_number"] == "R-7"
    assert "/etc/hostname" not in outcomes()["XML with external entities"][0].detail


NOTE = [(50, 60, "Scanned by the mail room of Kupfer GmbH, kept for ten years")]
PICTURED = {
    "garbage": pdf(GARBAGE),
    "numbers of glyphs": pdf([(50, 60 + 20 * row, "(cid:12)(cid:4) (cid:99)") for row in range(12)]),
    "private characters": pdf([(50, 60 + 20 * row, "\u0091\u0092\u0093\u0094") for row in range(12)]),
    "mojibake": pdf(
        [(50, 60 + 20 * row, "Größe Müller Straße".encode().decode("cp1252", "replace")) for row in range(9)]
    ),
    "a note up the margin of a scan": turned(NOTE, 0, 90, scan=True),
    "the same on a page that is turned": turned(NOTE, 90, 180, scan=True),
}


@pytest.mark.parametrize("name", PICTURED)
def test_a_text_layer_that_says_nothing_counts_as_none(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[int] = []

    def as_picture(document: object, index: int) -> ScannedPage:
        asked.append(index)
        return ScannedPage(tuple(lines_of_rows(plain_rows(PRINTED))), 0, 595, 842)

    monkeypatch.setattr(reader, "scan_page", as_picture)
    extraction = extracted(PICTURED[name])
    assert asked == [0], "the page is recognised instead"
    assert values(extraction)["gross_total"] == "119.00"


def test_an_embedded_invoice_that_blows_up_leaves_the_page_to_be_read() -> None:
    extraction = extracted(hybrid(AGREEING_PAGE, {"factur-x.xml": entities(10)}))
    assert [finding.reason_code for finding in extraction.findings] == ["LIMIT_EXCEEDED"]
    assert extracted(hybrid(AGREEING_PAGE, {"factur-x.xml": cii()})).findings == ()


PAGE = ROOT / "docs" / "bad_input.md"
LINE = re.compile(r"^\| (?P<input>[^|]+) \| (?P<answer>[^|]+) \| `(?P<test>[^`|]+)` \|$", re.MULTILINE)


def test_the_page_of_bad_input_says_what_the_code_does() -> None:
    listed = {match["input"]: match for match in LINE.finditer(PAGE.read_text(encoding="utf-8"))}
    assert len(listed) > len(CASES)
    for name, match in listed.items():
        path, _, function = match["test"].partition("::")
        assert f"def {function}(" in (ROOT / "tests" / path).read_text(encoding="utf-8"), f"{name}: no such test"
        codes = re.findall(r"`([A-Z_]+)`", match["answer"])
        assert set(codes) <= EMITTED | contracts().intake.reasons.keys(), f"{name}: no such reason code"
    own = {name: match["answer"] for name, match in listed.items() if "::test_a_bad_document" in match["test"]}
    assert own == {
        name: f"{outcome.status}, `{outcome.reason_code}`" if outcome.reason_code else "records"
        for name, (outcome, _) in outcomes().items()
    }
