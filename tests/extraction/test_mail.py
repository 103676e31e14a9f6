"""E-mails: bodies that carry the data, covering notes that do not, pictures of a text, Outlook messages."""

import io
import re
from email.message import EmailMessage

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from back_office_pipelines.extraction.containers.parts import open_parts
from back_office_pipelines.extraction.document import extract_document
from back_office_pipelines.extraction.model import Extraction
from back_office_pipelines.extraction.text import outlook as module
from back_office_pipelines.extraction.text.html import html_rows
from back_office_pipelines.extraction.text.outlook import BrokenMessageError, outlook_message
from tests.extraction.compound import compound, message_tree, outlook
from tests.extraction.documents import INVOICE_PAGE, extracted, pdf, values
from tests.scenario import dictionary

BODY = """Dear customer,

INVOICE

Kupfer GmbH, Ecke 12, 12345 Stadt
Invoice number: R-7
Invoice date: 2026-03-04

Description          Qty   Price      Amount
Hammer                 1   100.00     100.00

Net total                             100.00 EUR
VAT 19 %                               19.00 EUR
Grand total                           119.00 EUR
"""
HTML = """<html><head><title>x</title><style>p {margin: 9.99}</style></head><body><h1>Invoice</h1>
<div style="DISPLAY: none">Grand total: 1.00 EUR</div><script>document.write("Grand total: 2.00 EUR")</script>
<table><tr><td><b>Kupfer GmbH</b><br>Ecke 12</td><td><table>
<tr><td>Invoice number:</td><td>R-7</td></tr><tr><td>Invoice date:</td><td>2026-03-04</td></tr></table></td></tr>
</table><table><tr><th>Description</th><th>Qty</th><th>Amount</th></tr><tr><td>Hammer</td><td>1</td><td>100.00</td></tr>
<tr><td colspan=2>Net total</td><td>100.00&nbsp;EUR</td></tr><tr><td colspan=2>VAT 19 %</td><td>19.00 EUR</td></tr>
<tr><td colspan=2>Grand total</td><td>119.00 EUR</td></tr></table><img src="http://127.0.0.1:9/x.png"></body></html>"""
COVERING = "Please find attached invoice R-7 over 119.00 EUR.\nKind regards"
PAGE = pdf(INVOICE_PAGE)
FOUND = {
    "invoice_number": "R-7",
    "issue_date": "2026-03-04",
    "net_total": "100.00 EUR",
    "tax_total": "19.00 EUR",
    "gross_total": "119.00 EUR",
    "amount_due": "119.00 EUR",
    "invoice_type": "380",
    "seller_name": "Kupfer GmbH",
    "currency": "EUR",
}


def message(
    plain: str | None = None, html: str | None = None, subject: str = "Your documents", **attached: bytes
) -> EmailMessage:
    made = EmailMessage()
    made["From"], made["To"], made["Subject"] = "a@example.org", "b@example.org", subject
    if plain is not None:
        made.set_content(plain)
    if html is not None:
        (made.set_content if plain is None else made.add_alternative)(html, subtype="html")
    for name, content in attached.items():
        made.add_attachment(content, maintype="application", subtype="octet-stream", filename=name.replace("_", "."))
    return made


def outcomes(content: bytes) -> dict[str | None, Extraction | str]:
    """Each part's extraction, or its role where it is not read."""
    return {
        part.member: extract_document(part.content, part.member or "mail", dictionary())
        if part.role == "document"
        else part.role
        for part in open_parts(content)
    }


def picture(side: int, noise: bool = False) -> bytes:
    buffer = io.BytesIO()
    image = Image.effect_noise((side, side), 90) if noise else Image.new("L", (side, side))
    image.save(buffer, "PNG")
    return buffer.getvalue()


@pytest.mark.parametrize(("plain", "html"), [(BODY, None), (None, HTML), ("Your program shows no HTML.", HTML)])
def test_a_body_that_carries_the_invoice_is_read(plain: str | None, html: str | None) -> None:
    (extraction,) = outcomes(message(plain, html).as_bytes()).values()
    assert isinstance(extraction, Extraction)
    assert values(extraction) == FOUND
    read = extraction.records[0].fields
    assert {(value.method, value.page, value.box) for value in read} == {("text_layer", None, None)}
    assert extraction.pages == 0


def test_html_and_plain_text_are_documents_outside_of_e_mails_too() -> None:
    assert values(extracted(HTML)) == FOUND
    assert values(extracted(BODY)) == FOUND


def test_a_covering_note_is_no_exception() -> None:
    found = outcomes(message(COVERING, r_pdf=PAGE).as_bytes())
    assert set(found) == {"r.pdf", None}
    assert found[None] == "container"
    unsaid = outcomes(message("Invoice R-7 of 2026-03-04\nGrand total: 119.00 EUR", r_pdf=PAGE).as_bytes())
    note = unsaid["message text.eml"]
    assert isinstance(note, Extraction)
    assert (note.status, note.reason_code, note.records) == ("aside", None, ())
    beside_unread = outcomes(message(COVERING, r_docx=b"\0\1\2").as_bytes())["message text.eml"]
    assert isinstance(beside_unread, Extraction)
    assert beside_unread.reason_code is None, "the attachment nobody reads is the exception, not the note on it"


@pytest.mark.parametrize("name", ["terms_pdf", "terms_docx"])
def test_an_invoice_in_a_body_is_not_lost_beside_attachments(name: str) -> None:
    content = PAGE if name == "terms_pdf" else b"\0\1\2"
    found = outcomes(message(BODY, **{name: content}).as_bytes())
    text = found["message text.eml"]
    assert isinstance(text, Extraction)
    assert values(text) == FOUND


def test_two_covering_notes_of_the_same_words_are_not_the_same_bytes() -> None:
    texts = []
    for number in (1, 2):
        mail = message(BODY, r_pdf=PAGE)
        mail["Message-ID"] = f"<{number}@example.org>"
        texts += [part.content for part in open_parts(mail.as_bytes()) if part.member == "message text.eml"]
    assert len(set(texts)) == 2
    assert all(PAGE not in text for text in texts)


def test_a_forgotten_attachment_and_an_empty_mail_are_named() -> None:
    (forgotten,) = outcomes(message("Please find attached our invoice.").as_bytes()).values()
    assert isinstance(forgotten, Extraction)
    assert (forgotten.reason_code, "attachment" in forgotten.detail) == ("UNCLASSIFIED", True)
    (empty,) = outcomes(message("").as_bytes()).values()
    assert isinstance(empty, Extraction)
    assert empty.reason_code == "EMPTY_FILE"


def related(*pictures: bytes, **attached: bytes) -> bytes:
    html = "".join(f'<img src="cid:p{number}">' for number in range(len(pictures)))
    made = message(None, f"<p>see below</p>{html}")
    for number, content in enumerate(pictures):
        made.add_related(content, "image", "png", cid=f"<p{number}>", disposition="inline", filename=f"{number}.png")
    for name, content in attached.items():
        made.add_attachment(content, maintype="application", subtype="pdf", filename=name)
    return made.as_bytes()


def test_pictures_of_a_text_stand_aside_and_a_pasted_page_is_a_document() -> None:
    logo, page = picture(80), picture(700, noise=True)
    assert len(page) > 64 << 10
    roles = {part.member: part.role for part in open_parts(related(*[logo] * 20))}
    assert roles == {None: "document", **{f"{number}.png": "aside" for number in range(20)}}
    pasted = {part.member: part.role for part in open_parts(related(logo, page))}
    assert pasted == {None: "container", "0.png": "aside", "1.png": "document"}
    beside = {part.member: part.role for part in open_parts(related(logo, page, r=PAGE))}
    assert beside == {None: "container", "0.png": "aside", "1.png": "aside", "r": "document"}


def test_html_shows_what_a_reader_sees() -> None:
    rows = [row.text for row in html_rows("<p>a<br>b<span hidden>c</span><ul><li>d</ul><pre>e\n  f</pre>")]
    assert rows == ["a", "b", "d", "e", "  f"]
    cells = [row.text for row in html_rows("<table><tr><td>long cell<td>x<tr><td>s<td>y</table>")]
    assert cells == ["long cell   x", "s           y"]


@pytest.mark.parametrize("text", ["<div>" * 5000, "<html>" + "<table><tr><td>" * 400, "<html>" + "<p>w</p>" * 600_000])
def test_html_beyond_the_limits_is_named(text: str) -> None:
    extraction = extracted(f"<html>{text}")
    assert (extraction.reason_code, "have it sent as PDF" in extraction.detail) == ("LIMIT_EXCEEDED", True)


def test_an_outlook_message_is_opened_like_any_e_mail() -> None:
    logo, inner = picture(80), message_tree("Forward", BODY, attached=[("a.csv", b"a;b\n1;2\n", "")], header=24)
    content = outlook(
        "Invoice", COVERING, b'<p>Please find attached</p><img src="cid:x1">',
        [("r.pdf", PAGE, ""), ("logo.png", logo, "x1"), ("fwd", inner, "")],
    )  # fmt: skip
    parts = {part.member: part for part in open_parts(content)}
    assert {member: part.role for member, part in parts.items()} == {
        "r.pdf": "document",
        "logo.png": "aside",
        "fwd.eml/a.csv": "document",
        "fwd.eml/message text.eml": "document",
        "fwd.eml": "container",
        None: "container",
    }
    assert parts["r.pdf"].content == PAGE
    again = {part.member: part.content for part in open_parts(content)}
    assert again == {member: part.content for member, part in parts.items()}, "the same bytes in every replay"


def test_the_body_of_an_outlook_message_is_read() -> None:
    assert values(extracted(outlook("Invoice", BODY))) == FOUND
    assert values(extracted(outlook("Invoice", html=HTML.encode()))) == FOUND


def test_an_outlook_message_that_cannot_be_read_says_why() -> None:
    rtf = compound({**message_tree(), "__substg1.0_10090102": b"LZFu"})
    sound = outlook("x", "y")
    broken = sound[:76] + b"\0\0\xff\x0f" + sound[80:]
    for content, word in ((rtf, "RTF"), (broken, "damaged")):
        (part,) = open_parts(content)
        assert [one.reason_code for one in part.refusals] == ["UNREADABLE"]
        extraction = extracted(content)
        assert (extraction.reason_code, word in extraction.detail) == ("UNREADABLE", True)
        assert ".eml" in extraction.detail


def test_nested_and_oversized_outlook_messages_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    tree = message_tree("0", "x", header=24)
    for depth in range(8):
        tree = message_tree(str(depth), "x", attached=[("m", tree, "")], header=24)
    with pytest.raises(BrokenMessageError, match="deep"):
        outlook_message(compound(tree))
    monkeypatch.setattr(module, "MOST_BYTES", 10)
    with pytest.raises(BrokenMessageError, match="more than the 10 bytes"):
        outlook_message(outlook("a subject of some bytes", "y"))


SAMPLES = (
    outlook("Invoice", BODY, HTML.encode(), [("r.pdf", PAGE, ""), ("m", message_tree("in", "b", header=24), "")]),
    message(BODY, HTML, r_pdf=PAGE).as_bytes(),
)


@settings(max_examples=30)
@given(st.sampled_from(SAMPLES), st.integers(0, 12_000), st.binary(min_size=1, max_size=16))
def test_damage_anywhere_never_raises_and_loses_no_file(whole: bytes, place: int, damage: bytes) -> None:
    at = place % len(whole)
    for content in (whole[:at] + damage + whole[at + len(damage) :], whole[:at]):
        parts = list(open_parts(content))
        assert parts[-1].member is None
        for part in parts:
            if part.role == "document" and not re.search(r"\.pdf$", part.member or ""):
                extraction = extract_document(part.content, "x", dictionary())
                assert extraction.records or extraction.reason_code or extraction.status == "aside"
