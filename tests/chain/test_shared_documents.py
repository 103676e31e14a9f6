"""Every real document at hand through extraction and validation as one batch: nothing lost, every reason known."""

import hashlib
import re
from pathlib import Path

import pytest

from back_office_pipelines.extraction.extractor import InProcess
from back_office_pipelines.normalization.stage import extract_batch
from back_office_pipelines.validation.conservation import lost_documents, lost_records
from tests.scenario import ROOT, SHARED, dictionary, validated

FOLDERS = (
    "ap_invoices/einvoice_xml",
    "ap_invoices/einvoice_pdf",
    "ap_invoices/vendors",
    "ap_invoices/misc",
    "bad_input",
)


WHERE = {"lane": "ap_invoices", "batch_id": "b1"}


def real_files() -> list[Path]:
    found = (path for folder in FOLDERS for path in sorted((SHARED / folder).rglob("*")))
    return [path for path in found if path.is_file() and not path.name.endswith(".truth.json")]


@pytest.mark.shared
@pytest.mark.usefixtures("pictures_stay_unread")
def test_documents_in_are_records_or_reasons_out() -> None:
    if not SHARED.is_dir():
        pytest.skip("the real documents are not beside the repository (../shared/data)")
    contents = {hashlib.sha256(path.read_bytes()).hexdigest(): path.read_bytes() for path in real_files()}
    documents = [
        {**WHERE, "document_id": name[:16], "path": name, "member": None, "content_hash": name} for name in contents
    ]
    extracted = extract_batch(documents, contents.__getitem__, dictionary(), InProcess())
    assert lost_documents(documents, extracted.extractions, extracted.findings) == []
    made = validated(extracted.records, extracted.field_values, findings=extracted.findings)
    assert lost_records(extracted.records, made.record_states, made.accepted, made.exceptions) == []
    invented = {row["record_id"] for row in made.exceptions if row["reason_code"] == "CHECKSUM"}  # ids of test invoices
    stopped = {row["record_id"] for row in made.exceptions if row["reason_code"] != "CHECKSUM"}
    assert len(invented) > 100
    assert sum(row["record_id"] not in stopped for row in made.record_states) > 150


def test_every_reason_code_in_the_code_is_in_the_taxonomy() -> None:
    rooms = ("values", "extraction", "normalization", "intake", "validation")
    code = "".join(
        path.read_text(encoding="utf-8")
        for room in rooms
        for path in (ROOT / "back_office_pipelines" / room).rglob("*.py")
        if "isolation" not in path.parts  # names of environment variables look like codes
    )
    literals = set(re.findall(r'"([A-Z][A-Z_]{4,})"', code))
    assert literals - dictionary().reasons.keys() == set()
