"""Damaged ZIP archives and workbooks: their kind is told from what is left, and the answer is UNREADABLE."""

from collections.abc import Callable

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from back_office_pipelines.extraction.containers.parts import open_parts
from back_office_pipelines.extraction.document import extract_document
from tests.extraction.test_fuzz import ORIGINALS, ROWS, archive
from tests.scenario import dictionary

ZIP, XLSX = ORIGINALS["archive.zip"], ORIGINALS["book.xlsx"]
DIRECTORY, END = b"PK\x01\x02", b"PK\x05\x06"


def _with_other_checksums(content: bytes) -> bytes:
    changed, at = bytearray(content), content.find(DIRECTORY)
    while at >= 0:
        changed[at + 16 : at + 20] = b"\1\2\3\4"
        at = content.find(DIRECTORY, at + 4)
    return bytes(changed)


DAMAGES: dict[str, Callable[[bytes], bytes]] = {
    "no directory": lambda content: content[: content.index(DIRECTORY)],
    "half of it": lambda content: content[: len(content) // 2],
    "its first bytes": lambda content: content[:10],
    "without its end": lambda content: content[:-30],
    "without its beginning": lambda content: content[50:],
    "another beginning": lambda content: b"junk" + content,
    "a directory of other bytes": lambda content: content.replace(DIRECTORY, b"XXXX"),
    "a wrong place of the directory": lambda content: content[:-6] + b"\xff\xff\0\0" + content[-2:],
    "much behind it": lambda content: content + b"x" * 100_000,
    "other checksums": _with_other_checksums,
}


def answers(content: bytes) -> set[str | None]:
    """Return the reason codes that a file is answered with; None is a record, or an archive that opens."""
    *_, whole = open_parts(content)
    if whole.role == "container":
        return {one.reason_code for one in whole.refusals} or {None}
    return {extract_document(content, "x", dictionary()).reason_code}


@pytest.mark.parametrize("original", [ZIP, XLSX, archive({"a.csv": ROWS.encode()})])
@pytest.mark.parametrize("damage", DAMAGES)
def test_a_damaged_archive_or_workbook_is_unreadable_whatever_is_left_of_it(damage: str, original: bytes) -> None:
    assert answers(original) == {None}
    assert answers(DAMAGES[damage](original)) == {"UNREADABLE"}


@settings(max_examples=150)
@given(st.sampled_from([ZIP, XLSX]), st.data())
def test_a_damaged_one_is_never_called_unsupported(original: bytes, data: st.DataObject) -> None:
    start = data.draw(st.integers(4, len(original) - 22))
    noise = data.draw(st.binary(max_size=60))
    kept = original[start + len(noise) :] if data.draw(st.booleans()) else b""
    found = answers(original[:start] + noise + kept)
    assert "UNSUPPORTED_MEDIA" not in found
    assert found <= {None, *dictionary().reasons}
