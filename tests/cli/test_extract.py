"""Command `extract`: what it walks, what it writes, and how it refuses."""

import json
import zipfile
from pathlib import Path
from typing import Any

import pytest
import typer
from typer.testing import CliRunner

from back_office_pipelines.cli.extract import extract, extract_paths, find_documents
from back_office_pipelines.errors import UsageError
from back_office_pipelines.settings import Settings
from tests.extraction.documents import AGREEING_PAGE, UBL, cii, hybrid
from tests.scenario import ROOT


@pytest.fixture
def office(tmp_path: Path) -> Settings:
    return Settings(data=tmp_path / "data", dictionaries=ROOT / "field_dictionaries", dagster_home=tmp_path)


@pytest.fixture
def inbox(tmp_path: Path) -> Path:
    folder = tmp_path / "inbox"
    (folder / "sub" / ".hidden").mkdir(parents=True)
    (folder / "b.xml").write_text(UBL, encoding="utf-8")
    (folder / "a.csv").write_text('invoice_number,issue_date,total\nA,03/04/2026,"1,234"\n', encoding="utf-8")
    (folder / "sub" / "c.pdf").write_bytes(hybrid(AGREEING_PAGE, {"factur-x.xml": cii()}))
    for skipped in ("manifest.yaml", "b.truth.json", "README.md", ".DS_Store", "sub/.hidden/d.xml"):
        (folder / skipped).write_text("{}", encoding="utf-8")
    return folder


def run(office: Settings, *paths: Path, ignore: bool = False) -> list[dict[str, Any]]:
    out = office.data / "out" / "x.jsonl"
    extract_paths("ap_invoices", paths, out, ignore, office)
    return [json.loads(line) for line in out.read_text(encoding="utf-8").splitlines()]


def test_folders_are_walked_in_order_and_what_is_no_document_is_skipped(inbox: Path) -> None:
    assert [path.relative_to(inbox).as_posix() for path in find_documents([inbox])] == ["a.csv", "b.xml", "sub/c.pdf"]
    assert list(find_documents([inbox / "b.truth.json"])) == [inbox / "b.truth.json"], "a file that is named is meant"


def test_each_document_is_one_object_of_the_contract(office: Settings, inbox: Path) -> None:
    entries = run(office, inbox)
    assert [Path(entry["file"]).name for entry in entries] == ["a.csv", "b.xml", "c.pdf"]
    for entry in entries:
        assert list(entry) == [
            "file",
            "member",
            "status",
            "reason_code",
            "document_class",
            "language",
            "pages",
            "records",
            "exceptions",
        ]
        assert (entry["member"], entry["status"], entry["reason_code"]) == (None, "ok", None)
        for record in entry["records"]:
            assert list(record) == ["id", "parent", "record_type", "row", "fields"]
            for field in record["fields"].values():
                assert list(field) == ["value", "raw", "confidence", "page", "bbox", "method"]
    ids = [record["id"] for entry in entries for record in entry["records"]]
    assert len(ids) == len(set(ids))
    header, line = entries[1]["records"]
    assert (header["record_type"], header["parent"]) == ("invoice", None)
    assert (line["record_type"], line["parent"], line["row"]) == ("line", header["id"], 1)
    assert header["fields"]["seller_vat_id"] == {
        "value": "SE12",
        "raw": "se 12",
        "confidence": 1.0,
        "page": None,
        "bbox": None,
        "method": "xml",
    }
    assert "due_date" not in header["fields"]


def test_a_value_that_cannot_be_decided_is_null_beside_its_exception(office: Settings, inbox: Path) -> None:
    (entry,) = run(office, inbox / "a.csv")
    (record,) = entry["records"]
    assert record["fields"]["issue_date"]["value"] is None
    assert record["fields"]["issue_date"]["raw"] == "03/04/2026"
    assert {(e["record"], e["field"], e["reason_code"]) for e in entry["exceptions"]} == {
        (record["id"], "issue_date", "AMBIGUOUS"),
        (record["id"], "gross_total", "AMBIGUOUS"),
    }
    assert all(e["detail"] for e in entry["exceptions"])


def test_the_page_of_a_hybrid_is_read_on_request(office: Settings, inbox: Path) -> None:
    methods = [
        run(office, inbox / "sub", ignore=ignore)[0]["records"][0]["fields"]["invoice_number"]["method"]
        for ignore in (False, True)
    ]
    assert methods == ["embedded_xml", "text_layer"]


def test_an_unreadable_document_is_an_exception_without_a_record(office: Settings, tmp_path: Path) -> None:
    (tmp_path / "empty.pdf").touch()
    (entry,) = run(office, tmp_path / "empty.pdf")
    assert (entry["status"], entry["reason_code"], entry["records"]) == ("empty", "EMPTY_FILE", [])
    assert entry["exceptions"][0]["record"] is None


def test_containers_are_opened_and_name_their_members(office: Settings, tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "pack.zip", "w") as archive:
        archive.writestr("b.xml", UBL)
        archive.writestr("../b.xml", UBL)
        archive.writestr("__MACOSX/._b.xml", "x")
    (tmp_path / "z.csv").write_text("invoice_number,gross_total\nA,1.00\n", encoding="utf-8")
    entries = run(office, tmp_path / "pack.zip", tmp_path / "z.csv")
    assert [(Path(entry["file"]).name, entry["member"], entry["status"]) for entry in entries] == [
        ("pack.zip", "b.xml", "ok"),
        ("pack.zip", "__MACOSX/._b.xml", "aside"),
        ("pack.zip", None, "container"),
        ("z.csv", None, "ok"),
    ]
    assert entries[0]["records"]
    assert [one["reason_code"] for one in entries[2]["exceptions"]] == ["UNREADABLE"]


def test_a_path_or_lane_that_does_not_exist_is_refused_and_nothing_is_written(office: Settings, inbox: Path) -> None:
    out = office.data / "x.jsonl"
    with pytest.raises(UsageError, match="does not exist"):
        extract_paths("ap_invoices", [inbox / "nothing"], out, False, office)
    with pytest.raises(UsageError, match="no_such_lane"):
        extract_paths("no_such_lane", [inbox], out, False, office)
    assert not out.exists()


def test_the_command_says_what_it_did(inbox: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(ROOT)
    app = typer.Typer()
    app.command()(extract)
    out = tmp_path / "out.jsonl"
    result = CliRunner().invoke(app, ["ap_invoices", str(inbox), "--out", str(out), "--ignore-embedded-xml"])
    assert result.exit_code == 0, result.output
    assert "3 documents (3 ok)" in result.output
    assert len(out.read_text(encoding="utf-8").splitlines()) == 3
