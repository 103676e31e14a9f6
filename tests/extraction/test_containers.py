"""Containers: every part a document, every refusal named, nothing beyond the limits."""

import io
import zipfile
from email.message import EmailMessage

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from back_office_pipelines.extraction.containers.limits import Limits
from back_office_pipelines.extraction.containers.parts import open_parts
from back_office_pipelines.extraction.text.message import rough_text
from back_office_pipelines.intake.parts import Part
from tests.extraction.documents import archive

PICTURE = b"\x89PNG\r\n\x1a\n" + b"x" * 100


def mail(picture: bytes | None = None, attached: dict[str, bytes] | None = None) -> EmailMessage:
    message = EmailMessage()
    message["From"], message["To"], message["Subject"] = "a@example.org", "b@example.org", "Invoice"
    message.set_content("see below")
    if picture is not None:
        message.add_alternative("<img src='cid:logo'>", subtype="html")
        message.get_payload()[1].add_related(picture, "image", "png", cid="<logo>", disposition="inline")
    for name, content in (attached or {}).items():
        message.add_attachment(content, maintype="application", subtype="octet-stream", filename=name)
    return message


def opened(content: bytes, limits: Limits | None = None) -> dict[str | None, Part]:
    parts = list(open_parts(content, limits))
    assert len({part.member for part in parts}) == len(parts)
    assert parts[-1].member is None
    assert parts[-1].content == content
    return {part.member: part for part in parts}


def reasons(content: bytes, limits: Limits | None = None) -> list[tuple[str | None, str, str]]:
    return [
        (name, one.member, one.reason_code) for name, part in opened(content, limits).items() for one in part.refusals
    ]


def test_a_mail_without_attachments_is_a_document_and_its_logo_stands_aside() -> None:
    assert {name: part.role for name, part in opened(mail(PICTURE).as_bytes()).items()} == {
        "part-3": "aside",
        None: "document",
    }
    large = opened(mail(PICTURE + b"x" * (64 << 10)).as_bytes())
    assert {name: part.role for name, part in large.items()} == {"part-3": "document", None: "container"}


def test_attachments_are_documents_whatever_they_are_called() -> None:
    inner = mail(attached={"x.csv": b"a;b\n"})
    message = mail(attached={"../../etc/passwd": b"a;b\n", "x.csv": b"a;b\n", "ü ä.csv": b"c;d\n"})
    message.add_attachment(inner)
    parts = opened(message.as_bytes())
    assert {name for name, part in parts.items() if part.role == "document"} == {
        "passwd", "x.csv", "ü ä.csv", "part-5.eml/x.csv",
    }  # fmt: skip
    assert parts["part-5.eml"].role == parts[None].role == "container"


@pytest.mark.parametrize("name", ["../a", "/a", "a/../../b", "..\\a", "C:/a", "C:\\a"])
def test_names_that_lead_out_are_refused_and_the_rest_is_taken(name: str) -> None:
    content = archive({name: b"x", "good.csv": b"y"})
    assert [reason for _, _, reason in reasons(content)] == ["UNREADABLE"]
    assert opened(content)["good.csv"].content == b"y"


def test_limits_are_findings() -> None:
    few = Limits(members=2, member_bytes=2_000_000, total_bytes=3_000_000)
    assert reasons(archive({str(n): b"x" for n in range(3)}), few) == [(None, "", "LIMIT_EXCEEDED")]
    assert reasons(archive({"big": b"x" * 2_000_001}, zipfile.ZIP_STORED), few) == [(None, "big", "LIMIT_EXCEEDED")]
    assert reasons(archive({"bomb": b"\0" * 2_000_000}), few) == [(None, "bomb", "LIMIT_EXCEEDED")]
    deep = archive({"2.zip": archive({"3.zip": archive({"a.csv": b"x"})})})
    assert reasons(deep) == [("2.zip/3.zip", "", "LIMIT_EXCEEDED")]
    assert reasons(mail(attached={"big": b"x" * 2_000_001}).as_bytes(), few) == [(None, "big", "LIMIT_EXCEEDED")]


def test_a_mail_nested_without_end_is_a_finding() -> None:
    nested = b"".join(
        b"Content-Type: multipart/mixed; boundary=b%d\r\n\r\n--b%d\r\n" % (depth, depth) for depth in range(2000)
    )
    found = opened(b"From: a@example.org\r\nTo: b@example.org\r\nMIME-Version: 1.0\r\n" + nested)
    (refusal,) = found[None].refusals
    assert (refusal.reason_code, found[None].role) == ("LIMIT_EXCEEDED", "container")
    assert "nested" in refusal.observed


HEADS = b"From: a@example.org\r\nTo: b@example.org\r\nMIME-Version: 1.0\r\n"


@pytest.mark.parametrize(
    "rest",
    [
        b"Content-Type: text/plain; " + b'a="b"; ' * 100_000 + b"\r\n\r\nx",
        b"Content-Type: multipart/mixed; boundary=z\r\n\r\n" + b"--z\r\n\r\n" * 50_000,
    ],
    ids=["a header without end", "parts without end"],
)
def test_a_mail_that_would_keep_its_parser_busy_is_a_finding(rest: bytes) -> None:
    (refusal,) = opened(HEADS + rest)[None].refusals
    assert refusal.reason_code == "LIMIT_EXCEEDED"


def test_tags_never_closed_hold_nothing_up_and_hide_nothing_shown() -> None:
    message = EmailMessage()
    message.set_content("<b>12.50 EUR</b><style>p {x: 9.99}</style><p>due</p>" + "<script " * 100_000, subtype="html")
    assert rough_text(message).split()[:3] == ["12.50", "EUR", "due"]
    assert "9.99" not in rough_text(message)


def test_encrypted_damaged_empty_and_linked_members_are_named() -> None:
    content = bytearray(archive({"a.csv": b"some text"}, zipfile.ZIP_STORED))
    for signature, flags in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        content[content.index(signature) + flags] |= 1
    assert reasons(bytes(content)) == [(None, "a.csv", "ENCRYPTED")]
    damaged = archive({"a.csv": b"some text"}, zipfile.ZIP_STORED).replace(b"some", b"SOME", 1)
    assert reasons(damaged) == [(None, "a.csv", "UNREADABLE")]
    assert reasons(archive({})) == [(None, "", "EMPTY_FILE")]
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as target:
        link = zipfile.ZipInfo("link")
        link.external_attr = 0o120777 << 16
        target.writestr(link, "/etc/passwd")
    assert reasons(buffer.getvalue()) == [(None, "link", "UNREADABLE")]


def test_what_archiving_programs_add_stands_aside() -> None:
    parts = opened(archive({"__MACOSX/._a": b"x", "sub/.DS_Store": b"x", "a.csv": b"y"}))
    assert [name for name, part in parts.items() if part.role == "aside"] == ["__MACOSX/._a", "sub/.DS_Store"]


SAMPLES = (archive({"a.csv": b"a;b\n", "b.zip": archive({"c": b"d"})}), mail(PICTURE, {"a.csv": b"x"}).as_bytes())


@settings(max_examples=60)
@given(st.sampled_from(SAMPLES), st.integers(0, 4000), st.binary(min_size=1, max_size=8))
def test_damage_anywhere_never_raises_and_loses_no_file(whole: bytes, place: int, damage: bytes) -> None:
    at = place % len(whole)
    for content in (whole[:at] + damage + whole[at + len(damage) :], whole[:at]):
        assert None in opened(content)
