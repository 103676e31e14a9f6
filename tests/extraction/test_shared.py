"""The real documents: what extraction promises on files nobody on the team made."""

import json

import pytest

from back_office_pipelines.cli.extract import extract_file, find_documents
from back_office_pipelines.extraction.containers.parts import open_parts
from back_office_pipelines.extraction.pdf.mismatch import visible_mismatches
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


REALLY_DIFFERENT = {
    "mustang__MustangGnuaccountingBeispielRE-20151008_504.pdf": "issue_date",
    "mustang__MustangGnuaccountingBeispielRE-20151008_504new.pdf": "issue_date",
    "mustang__fail1.pdf": "issue_date",
    "mustang__fail2.pdf": "issue_date",
    "mustang__MustangGnuaccountingBeispielRE-20201121_508_withBOM.pdf": "invoice_number",
}
"""Called agreeing by their truth, and not: their pages print 2015 and number 507, their XML says 2014 and 508."""


def test_contradicting_hybrids_are_held_and_agreeing_ones_are_not() -> None:
    forge = load_benchmark("extraction", "forge")
    for path, embedded, lines, xml in forge.hybrids(LANE / "einvoice_pdf", dictionary()):
        truth = json.loads(path.with_name(f"{path.stem}.truth.json").read_text(encoding="utf-8"))
        found = [one.field for one in visible_mismatches(embedded, lines, dictionary(), xml)]
        different = truth["hybrid_mismatch"] or path.name in REALLY_DIFFERENT
        assert bool(found) == different, f"{path.name}: {found}"
        assert REALLY_DIFFERENT.get(path.name, found[0] if found else None) in [*found, None], path.name


REFUSED = frozenset({"UNREADABLE", "UNCLASSIFIED", "NOT_THIS_LANE"})
ANSWERS: dict[str, frozenset[str]] = {
    "quarantine: encrypted": frozenset({"ENCRYPTED"}),
    "reject": REFUSED | {"ENCRYPTED"},
    "reject or repair, never silent": REFUSED | {"ok"},
    "split or flag": REFUSED,
    "flag": REFUSED,
    "accept or flag": REFUSED,
    "OCR or flag": REFUSED,
    "no extraction, flag": REFUSED,
    "see name": REFUSED,
    "accept or route": REFUSED | {"container"},
}
"""Reason codes, or statuses of what has none, that fit what the index expects; nothing is recognised here."""


def test_bad_input_is_answered_as_its_index_expects() -> None:
    index = json.loads((SHARED / "bad_input" / "index.json").read_text(encoding="utf-8"))
    paths = {path.name: path for path in find_documents([SHARED / "bad_input"]) if path.name != "index.json"}
    assert paths.keys() == index.keys()
    for name, path in paths.items():
        entry = extract_file(path, dictionary())
        assert (entry["reason_code"] or entry["status"]) in ANSWERS[index[name]["expected"]], name
        assert entry["records"] == [] or "repair" in index[name]["expected"], name
        assert all(exception["detail"] for exception in entry["exceptions"]), name
        if "password" in index[name]["why"]:
            assert entry["reason_code"] == "ENCRYPTED", name


def test_a_real_mail_gives_its_parts_and_its_pictures_stand_aside() -> None:
    path = SHARED / "bad_input" / "html_with_inline_images.eml"
    found = {part.member: part.role for part in open_parts(path.read_bytes())}
    assert found == {"IntM6gnXFm00FEV5.png": "aside", "600+kbfile.txt": "document", None: "container"}
