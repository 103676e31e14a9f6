"""What senders write cannot lead anywhere: names, checksum files, headers."""

import base64
import hashlib
import os
import tempfile
from pathlib import Path

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from starlette.exceptions import HTTPException

from back_office_pipelines.intake.channels.checksum_files import (
    UnreadableChecksumsError,
    declared_in_sidecar,
    parse_checksums,
)
from back_office_pipelines.intake.channels.delivery import kept_name, manifest_of
from back_office_pipelines.intake.channels.request import bearer, read_headers
from back_office_pipelines.intake.manifest import FILE_NAME, read_manifest, write_manifest
from back_office_pipelines.intake.problems import shown_name
from tests.intake.channels.doors import DROP
from tests.scenario import NOON

HASH = hashlib.sha256(b"x").hexdigest()
OTHER = hashlib.sha256(b"y").hexdigest()
NAMES = st.text(st.characters(exclude_categories=["Cs"])) | st.binary().map(os.fsdecode)


@given(NAMES)
def test_a_kept_name_is_one_file_that_any_file_system_takes(name: str) -> None:
    kept = kept_name(name)
    assert "/" not in kept
    assert "\0" not in kept
    assert kept not in {"", ".", "..", FILE_NAME}
    assert len(os.fsencode(kept)) <= 255
    if len(os.fsencode(name)) <= 255 and not set(name) & {"/", "\0"} and name not in {"", ".", "..", FILE_NAME}:
        assert kept == name, "what a file system takes stays as it is"


def test_names_that_mean_something_are_escaped_and_long_ones_keep_both_ends() -> None:
    assert kept_name("../../etc/passwd") == "..%2F..%2Fetc%2Fpasswd"
    assert kept_name("..") == "%2E%2E"
    assert kept_name(FILE_NAME) == "%6Danifest.yaml"
    long, longer = kept_name("é" * 200 + ".pdf"), kept_name("é" * 201 + ".pdf")
    assert long.startswith("ééé")
    assert long.endswith(".pdf")
    assert long != longer


@example(name=r"a\u0000.pdf", digest=HASH)
@example(name="\x85", digest=HASH)
@example(name=f"{'0' * 77} 0", digest=HASH)
@example(name=f"{'0' * 119}\x1f0 0", digest=HASH)
@given(NAMES, st.text("0123456789abcdef", min_size=64, max_size=64))
def test_a_manifest_says_what_it_was_given_whatever_the_name(name: str, digest: str) -> None:
    said = manifest_of(DROP, NOON, {kept_name(name): digest})
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / FILE_NAME
        write_manifest(path, said)
        assert read_manifest(path, "b") == said
    assert list(said.checksums) == [shown_name(kept_name(name))]


def test_checksum_files_of_either_family_are_read_and_paths_count_by_their_last_part() -> None:
    text = (
        f"{HASH}  a.pdf\n{OTHER.upper()} */home/x/b c.pdf\r\nSHA256 (../d (1).pdf) = {HASH}\n\n\\{OTHER}  e\\nf\\\\g\n"
    )
    assert parse_checksums(text.encode()) == {"a.pdf": HASH, "b c.pdf": OTHER, "d (1).pdf": HASH, "e\nf\\g": OTHER}
    assert parse_checksums(f"\ufeff{HASH}\n".encode()) == {"": HASH}
    assert parse_checksums(b"") == {}
    assert declared_in_sidecar({"": HASH}, "a.pdf") == HASH
    assert declared_in_sidecar({"renamed.pdf": HASH}, "a.pdf") == HASH
    assert declared_in_sidecar({"a.pdf": HASH, "b.pdf": OTHER}, "b.pdf") == OTHER
    assert declared_in_sidecar({"a.pdf": HASH, "b.pdf": OTHER}, "c.pdf") is None


@given(st.binary(max_size=300))
def test_a_checksum_file_is_read_or_refused(content: bytes) -> None:
    try:
        found = parse_checksums(content)
    except UnreadableChecksumsError:
        return
    assert all(len(digest) == 64 for digest in found.values())


@pytest.mark.parametrize("line", ["<html>", HASH[:-1], f"{HASH} a.pdf", f"{HASH}  a.pdf\nnot one"])
def test_a_file_that_is_half_understood_proves_nothing(line: str) -> None:
    with pytest.raises(UnreadableChecksumsError):
        parse_checksums(line.encode())


GIVEN = {"content-length": "3", "idempotency-key": '"k-1"', "content-type": "application/pdf"}


@pytest.mark.parametrize(
    ("changes", "status"),
    [
        ({"content-type": "multipart/form-data; boundary=x"}, 415),
        ({"content-type": "application/x-www-form-urlencoded"}, 415),
        ({"content-encoding": "gzip"}, 415),
        ({"content-length": None}, 411),
        ({"content-length": "0"}, 400),
        ({"content-length": "101"}, 413),
        ({"content-length": "²"}, 400),
        ({"idempotency-key": None}, 400),
        ({"idempotency-key": '""'}, 400),
        ({"idempotency-key": "two words"}, 400),
        ({"idempotency-key": '"' + "k" * 256 + '"'}, 400),
        ({"content-digest": "sha-256=:AAAA:"}, 400),
        ({"content-digest": "sha-256=:not base64:"}, 400),
    ],
)
def test_headers_that_cannot_be_meant_are_refused(changes: dict[str, str | None], status: int) -> None:
    headers = {name: value for name, value in {**GIVEN, **changes}.items() if value is not None}
    with pytest.raises(HTTPException) as refused:
        read_headers(headers, 100)
    assert refused.value.status_code == status


@pytest.mark.parametrize(
    ("header", "name"),
    [
        (None, "document"),
        ("attachment", "document"),
        ('attachment; filename="a b.pdf"', "a b.pdf"),
        ("attachment; filename*=UTF-8''R%C3%A9sum%C3%A9%0A.pdf", "Résumé\n.pdf"),
        ('attachment; filename="é.pdf"'.encode().decode("latin-1"), "é.pdf"),
        ('attachment; filename="é.pdf"', "é.pdf"),
        ('attachment; filename="../../x.pdf"', "..%2F..%2Fx.pdf"),
        ("attachment; filename*=UTF-8''..%2F..%2F%00x", "..%2F..%2F%00x"),
        ("attachment; filename*=UTF-8''%FF.pdf", "\ufffd.pdf"),
        ('attachment; filename="manifest.yaml"', "%6Danifest.yaml"),
    ],
)
def test_a_name_of_a_document_is_taken_from_its_header(header: str | None, name: str) -> None:
    headers = GIVEN if header is None else {**GIVEN, "content-disposition": header}
    assert read_headers(headers, 100).name == name


@given(st.text(st.characters(max_codepoint=255)))
def test_any_header_is_understood_or_refused(text: str) -> None:
    for name in ("content-disposition", "idempotency-key", "content-digest", "content-type", "content-length"):
        try:
            announced = read_headers({**GIVEN, name: text}, 100)
        except HTTPException as refused:
            assert refused.status_code in {400, 411, 413, 415}  # noqa: PT017 - either way is right
        else:
            assert kept_name(announced.name) == announced.name


def test_a_key_is_the_same_quoted_or_not_and_a_digest_is_told_in_hex() -> None:
    assert read_headers({**GIVEN, "idempotency-key": "k-1"}, 100).key == read_headers(GIVEN, 100).key == "k-1"
    assert read_headers({**GIVEN, "idempotency-key": r'"a\"b\\c"'}, 100).key == 'a"b\\c'
    digest = base64.b64encode(bytes.fromhex(HASH)).decode()
    told = read_headers({**GIVEN, "content-digest": f"md5=:AAAA:, sha-256=:{digest}:"}, 100)
    assert told.sha256 == HASH
    assert read_headers(GIVEN, 100).sha256 is None
    assert [bearer(header) for header in (None, "Basic abc", "Bearer", "bearer  abc ")] == [None, None, None, "abc"]
