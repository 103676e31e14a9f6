"""The real documents: what extraction promises on files nobody on the team made."""

import pytest

from back_office_pipelines.cli.extract import extract_file, find_documents
from tests.benchmark import load_benchmark
from tests.scenario import SHARED, dictionary

pytestmark = [pytest.mark.shared, pytest.mark.usefixtures("pictures_stay_unread")]
LANE = SHARED / "ap_invoices"


@pytest.fixture(autouse=True)
def _documents_are_there() -> None:
    if not LANE.is_dir():
        pytest.skip(f"the real documents are not at {LANE}")


@pytest.mark.parametrize("folder", ["einvoice_xml", "einvoice_pdf"])
def test_electronic_invoices_are_read_exactly(folder: str) -> None:
    tally = load_benchmark("extraction", "score").score_folder(LANE / folder, dictionary(), False, None)
    electronic = [miss for miss in tally.misses if "Hetzner" not in miss[0] and "(extra)" not in miss[1]]
    assert electronic == [], "the one PDF without XML apart, every header field and line is exact"
    assert tally.header_accuracy() >= 0.995
    assert tally.documents >= 70


def test_orders_and_contracts_are_never_taken_for_invoices() -> None:
    for path in find_documents([LANE / "not_invoices"]):
        entry = extract_file(path, dictionary())
        assert entry["records"] == [], path.name
        assert entry["reason_code"] in ("NOT_THIS_LANE", "UNCLASSIFIED", "UNREADABLE"), path.name


def test_contradicting_hybrids_are_findings() -> None:
    for path, truth in load_benchmark("extraction", "score").pairs(LANE / "einvoice_pdf"):
        if truth.get("hybrid_mismatch"):
            reasons = [entry["reason_code"] for entry in extract_file(path, dictionary())["exceptions"]]
            assert "VISIBLE_XML_MISMATCH" in reasons, path.name


def test_bad_input_has_a_status_and_a_reason() -> None:
    for path in find_documents([SHARED / "bad_input"]):
        entry = extract_file(path, dictionary())
        assert entry["records"] or entry["reason_code"] or entry["status"] in {"container", "aside"}, path.name
        assert all(exception["detail"] for exception in entry["exceptions"]), path.name
