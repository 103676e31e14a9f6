"""Bad documents of every kind, each through a worker: a named outcome each, and the next document is unharmed."""

import io
import struct
import zlib
from contextlib import closing
from functools import cache, partial

import pytest
from reportlab.pdfgen.canvas import Canvas

from back_office_pipelines.extraction.extractor import Source
from back_office_pipelines.extraction.guard import FAILED
from back_office_pipelines.extraction.isolation.pool import Workers
from back_office_pipelines.extraction.limits import LONGEST_TEXT, MOST_BYTES_OF, MOST_PAGES
from back_office_pipelines.extraction.model import Extraction
from tests.extraction.documents import AGREEING_PAGE, INVOICE_PAGE, UBL, Placed, cii, extracted, hybrid, pdf, values
from tests.scenario import dictionary

HEADER = "invoice_number,issue_date,currency,seller_name,gross_total"
ROW = "R-1,2026-11-02,EUR,Kupfer,119.00"
MARKS = ("R\x02€\x7f#:4711", "\u202e\u200f\ufeff", "Ⓡⓔⓒⓗ", "§§§ ¤¤ ~~")
GARBAGE: Placed = [(50, 60 + 20 * number, text) for number, text in enumerate(MARKS)]
DOUBLED: Placed = [(x, top, "".join(mark * 2 for mark in text)) for x, top, text in INVOICE_PAGE]


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


def rotated(*, upright: bool) -> bytes:
    """A page stored on its side: shown upright by its rotation, or drawn upright and shown on its side."""
    buffer = io.BytesIO()
    canvas = Canvas(buffer, pagesize=(842, 595) if upright else (595, 842))
    canvas.setPageRotation(90)
    for x, top, text in INVOICE_PAGE:
        canvas.saveState()
        canvas.translate(*((top, x) if upright else (x, 842 - top)))
        canvas.rotate(90 if upright else 0)
        canvas.drawString(0, 0, text)
        canvas.restoreState()
    canvas.save()
    return buffer.getvalue()


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


UNREADABLE, LIMIT, NONE = {"UNREADABLE"}, {"LIMIT_EXCEEDED"}, {None}
OUTSIDE = '<!DOCTYPE a [<!ENTITY x SYSTEM "file:///etc/hostname">]><a>&x;</a>'
LATIN_AS_UTF8 = '<?xml version="1.0" encoding="UTF-8"?><a>é</a>'.encode("latin-1")
CASES: dict[str, tuple[bytes, set[str | None]]] = {
    "nothing": (b"", {"EMPTY_FILE"}),
    "truncated pdf": (pdf(INVOICE_PAGE)[:400], UNREADABLE),
    "pdf without its end": (pdf(INVOICE_PAGE)[:-60], UNREADABLE),
    "pdf with a password": (pdf(INVOICE_PAGE, password="x"), {"ENCRYPTED"}),  # noqa: S106
    "pdf without pages": (without_pages(), UNREADABLE),
    "pdf of too many pages": (pdf(*[[(50.0, 60.0, "INVOICE")]] * (MOST_PAGES + 1)), LIMIT),
    "pdf with a script": (with_script(), NONE),
    "garbage text layer": (pdf(GARBAGE), {"UNCLASSIFIED", "UNREADABLE"}),
    "doubled characters": (pdf(DOUBLED), {"UNCLASSIFIED", "UNREADABLE"}),
    "rotated page": (rotated(upright=True), NONE),
    "page on its side": (rotated(upright=False), {"UNCLASSIFIED"}),
    "external entity": (OUTSIDE.encode(), UNREADABLE),
    "billion laughs": (entities(10).encode(), UNREADABLE | LIMIT),
    "wrong encoding": (LATIN_AS_UTF8, UNREADABLE),
    "deep xml": (b"<a>" * 100_000, UNREADABLE | LIMIT),
    "large xml": (b"<a>" + b" " * MOST_BYTES_OF["xml"] + b"</a>", LIMIT),
    "large csv": (f"{HEADER}\n".encode() + f"{ROW}\n".encode() * (MOST_BYTES_OF["csv"] // len(ROW)), LIMIT),
    "huge picture": (picture(20_000, 20_000), UNREADABLE | LIMIT),
    "csv with NUL": (f"{HEADER}\n{ROW}\0\n".encode(), UNREADABLE),
    "csv in UTF-16 without a mark": (f"{HEADER}\n{ROW}\n".encode("utf-16-le"), NONE),
    "wide csv": ((",".join("x" * 1 for _ in range(1_000_000)) + "\n" + ROW + "\n").encode(), LIMIT),
    "ragged csv": (f"{HEADER}\n{ROW}\n{ROW}\n{ROW}\n{ROW}\n{ROW}{',x' * 10_000}\n".encode(), NONE),
    "long cell": (f'{HEADER}\n"{"R" * (LONGEST_TEXT + 1)}",2026-11-02,EUR,K,1.00\n'.encode(), LIMIT),
}


@cache
def outcomes() -> dict[str, tuple[Extraction, Extraction]]:
    """Each bad document's extraction, and that of the good one right behind it."""
    sources = [
        Source(name, partial(bytes, content)) for bad, (hurt, _) in CASES.items() for name, content in
        ((bad, hurt), ("good", UBL.encode()))
    ]  # fmt: skip
    with closing(Workers(most=1)) as workers:
        extractions = list(workers.extract(sources, dictionary()))
    return dict(zip(CASES, zip(extractions[::2], extractions[1::2], strict=True), strict=True))


@pytest.mark.parametrize("name", CASES)
def test_a_bad_document_has_a_named_outcome_and_the_next_is_unharmed(name: str) -> None:
    outcome, following = outcomes()[name]
    assert outcome.reason_code in CASES[name][1], outcome
    assert outcome.records or outcome.detail, outcome
    assert not outcome.detail.startswith(FAILED), "a reader names what it does not take"
    assert following == extracted(UBL)


def test_what_is_read_in_spite_of_all_is_right() -> None:
    assert outcomes()["rotated page"][0].records, "a rotated page is a page"
    assert values(outcomes()["pdf with a script"][0])["invoice_number"] == "R-7"
    assert str(MOST_PAGES + 1) in outcomes()["pdf of too many pages"][0].detail
    assert "/etc/hostname" not in outcomes()["external entity"][0].detail


def test_an_embedded_invoice_that_blows_up_leaves_the_page_to_be_read() -> None:
    extraction = extracted(hybrid(AGREEING_PAGE, {"factur-x.xml": entities(10)}))
    assert [finding.reason_code for finding in extraction.findings] in (["UNREADABLE"], ["LIMIT_EXCEEDED"])
    assert extracted(hybrid(AGREEING_PAGE, {"factur-x.xml": cii()})).findings == ()
