"""Every reader on mutated documents, a few and always the same: the small sister of `benchmarks/extraction/fuzz.py`."""

import pytest

from back_office_pipelines.extraction.containers.parts import open_parts
from back_office_pipelines.extraction.document import extract_document
from back_office_pipelines.extraction.guard import guarded
from tests.benchmark import load_benchmark
from tests.extraction.compound import outlook
from tests.extraction.documents import (
    AGREEING_PAGE,
    INVOICE_PAGE,
    UBL,
    ZUGFERD1,
    archive,
    cii,
    fattura,
    fattura_body,
    hybrid,
    pdf,
)
from tests.extraction.test_mail import BODY, HTML, message
from tests.extraction.test_workbook import HEADER as SHEET
from tests.extraction.test_workbook import book_of, saved
from tests.scenario import dictionary

SEED = 20261122
MUTANTS = 160
ROWS = "invoice_number;issue_date;currency;seller_name;gross_total\nR-1;2026-11-02;EUR;Kupfer & Söhne;119,00\n"
ORIGINALS = {
    "ubl.xml": UBL.encode(),
    "cii.xml": cii().encode(),
    "zugferd1.xml": ZUGFERD1.encode(),
    "fattura.xml": fattura(fattura_body("1", "TD01", "")).encode(),
    "table.csv": ROWS.encode(),
    "table-latin.csv": ROWS.encode("cp1252"),
    "page.pdf": pdf(INVOICE_PAGE),
    "hybrid.pdf": hybrid(AGREEING_PAGE, {"factur-x.xml": cii()}),
    "mail.eml": message(BODY, HTML, r_csv=ROWS.encode()).as_bytes(),
    "page.html": HTML.encode(),
    "message.msg": outlook("Invoice", BODY, HTML.encode(), [("r.csv", ROWS.encode(), "")]),
    "table-wide.csv": ROWS.encode("utf-16"),
    "book.xlsx": saved(book_of(SHEET, ["R-1", "2026-11-02", "EUR", "Kupfer", 119])),
    "archive.zip": archive({"a.csv": ROWS.encode(), "b/c.xml": UBL.encode()}),
    "picture.png": b"\x89PNG\r\n\x1a\n" + bytes(range(200)),
}


@pytest.mark.parametrize("seed", [SEED])
def test_mutated_documents_are_records_or_named(seed: int) -> None:
    module = load_benchmark("extraction", "fuzz")
    wrong = [
        (name, problem)
        for name, content in module.mutants(ORIGINALS, MUTANTS, seed)
        for problem in module.problems(guarded(extract_document, content, name, dictionary()), dictionary())
    ]
    assert wrong == [], f"seed {seed}"


@pytest.mark.parametrize("seed", [SEED])
def test_mutated_containers_keep_themselves_and_name_what_they_refuse(seed: int) -> None:
    module = load_benchmark("extraction", "fuzz")
    containers = {name: ORIGINALS[name] for name in ("mail.eml", "message.msg", "archive.zip")}
    for name, content in module.mutants(containers, MUTANTS // 2, seed):
        parts = list(open_parts(content))
        assert (parts[-1].member, parts[-1].content) == (None, content), f"{name}, seed {seed}"
        assert all(one.reason_code in dictionary().reasons for part in parts for one in part.refusals), name


def test_the_judgement_finds_what_is_wrong() -> None:
    module = load_benchmark("extraction", "fuzz")
    broken = guarded(lambda *_, **__: 1 / 0, b"", "x", dictionary())
    assert list(module.problems(broken, dictionary())) == [broken.detail]
