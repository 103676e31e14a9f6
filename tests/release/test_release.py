"""Release: once, plainly written, never around a waiting decision; deliveries survive a crash and are never lost."""

import csv
import hashlib
import io
import json
import re
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from back_office_pipelines.errors import LakeError
from back_office_pipelines.release.deliveries import Deliveries
from back_office_pipelines.release.release import Released, release
from tests.scenario import GOOD, NOON, batch, dictionary, record_row, validated, value_rows

HEADERS = [record_row(name) for name in ("d1", "d2")]
LINE = record_row("d1", "line", 1, HEADERS[0]["record_id"])


def made() -> tuple[list[dict[str, Any]], dict[str, list[dict[str, Any]]]]:
    line = value_rows(LINE, {"unit_price": "0", "quantity": "2.50", "line_net": "100.00", "tax_rate": "19"})
    values = [row for record in HEADERS for row in value_rows(record, GOOD)] + line
    made = validated([*HEADERS, LINE], values)
    return made.record_states, made.accepted


def released(previous: Released | None = None, undecided: frozenset[str] = frozenset()) -> Released:
    states, accepted = made()
    return release(batch(), dictionary(), NOON, states, accepted, previous.releases if previous else [], undecided)


def test_every_accepted_record_goes_out_once_with_its_lines() -> None:
    first = released()
    described = {"invoice.csv", "line.csv", "invoice.schema.json", "line.schema.json", "datapackage.json"}
    assert (first.new, set(first.files)) == (2, described)
    assert released(first).new == 0
    assert released(first).releases == first.releases


def test_numbers_are_written_plainly() -> None:
    header, line = released().files["line.csv"].splitlines()
    cells = dict(zip(header.split(","), line.split(","), strict=True))
    assert (cells["unit_price"], cells["quantity"], cells["line_net"], cells["tax_rate"]) == (
        "0",
        "2.5",
        "100.00",
        "19.00",
    )
    assert "E" not in cells["unit_price"]
    assert Decimal(cells["line_net"]) == 100


def test_a_delivery_is_exact_even_where_a_spreadsheet_would_compute() -> None:
    record = HEADERS[0]
    made = validated([record], value_rows(record, GOOD | {"seller_name": "@SUM(A1)"}))
    files = release(batch(), dictionary(), NOON, made.record_states, made.accepted, [], frozenset()).files
    (row,) = csv.DictReader(io.StringIO(files["invoice.csv"], newline=""))
    assert row["seller_name"] == "@SUM(A1)", "who reads it by machine compares it with the document"


def test_delivered_tables_fit_the_schemas_beside_them() -> None:
    files = released().files
    assert files == released().files, "the same release gives the same bytes"
    package = json.loads(files["datapackage.json"])
    tables = {}
    for resource in package["resources"]:
        text = files[resource["path"]]
        assert resource["hash"] == f"sha256:{hashlib.sha256(text.encode()).hexdigest()}"
        assert resource["bytes"] == len(text.encode())
        schema = json.loads(files[resource["schema"]])
        rows = list(csv.DictReader(io.StringIO(text)))
        assert rows
        assert list(rows[0]) == [field["name"] for field in schema["fields"]]
        for field in schema["fields"]:
            _fits([row[field["name"]] for row in rows], field)
        tables[resource["name"]] = {row["record_id"]: row for row in rows}
        for key in schema.get("foreignKeys", ()):
            assert {row[key["fields"][0]] for row in rows} <= tables[key["reference"]["resource"]].keys()
    assert package["dictionary"]["fingerprint"] == dictionary().fingerprint


READ = {"string": str, "number": Decimal, "date": date.fromisoformat, "integer": int, "boolean": {"True": 1}.get}


def _fits(texts: list[str], field: dict[str, Any]) -> None:
    limits = field.get("constraints", {})
    assert not limits.get("required") or all(texts), field["name"]
    assert not limits.get("unique") or len(set(texts)) == len(texts)
    for text in filter(None, texts):
        value = READ[field["type"]](text)
        assert len(text) <= limits.get("maxLength", len(text))
        assert re.fullmatch(limits.get("pattern", ".*"), text)
        assert "minimum" not in limits or value >= limits["minimum"]
        assert "maximum" not in limits or value <= limits["maximum"]
        assert text in limits.get("enum", [text])


def test_a_record_with_a_waiting_decision_waits_and_goes_out_later_in_a_delivery_of_its_own() -> None:
    waiting = frozenset({HEADERS[0]["record_id"]})
    first = released(undecided=waiting)
    second = released(first)
    assert (first.new, second.new) == (1, 1)
    assert first.delivery != second.delivery
    assert "d1-line-1" not in first.files["line.csv"]


def test_a_delivery_appears_whole_and_never_over_another(tmp_path: Path) -> None:
    deliveries = Deliveries(tmp_path)
    deliveries.prepare("c/l/b/one-1", {"invoice.csv": "x\n"})
    assert not (tmp_path / "c").exists()
    deliveries.hand_over("c/l/b/one-1")
    assert (tmp_path / "c/l/b/one-1/invoice.csv").read_text() == "x\n"
    assert deliveries.staged_batches() == set()  # or every later run would look after this batch for ever
    with pytest.raises(LakeError, match="exists already"):
        deliveries.hand_over("c/l/b/one-1")
    with pytest.raises(LakeError, match="nothing was prepared"):
        deliveries.hand_over("c/l/b/two-2")


def test_recovery_hands_over_what_was_committed_and_drops_the_rest_of_its_batch_only(tmp_path: Path) -> None:
    deliveries = Deliveries(tmp_path)
    for name in ("c/l/b/one-1", "c/l/b/two-2", "c/l/other/one-1"):
        deliveries.prepare(name, {"invoice.csv": name})
    assert deliveries.staged_batches() == {"c/l/b", "c/l/other"}
    deliveries.recover("c/l/b", {"c/l/b/one-1"})
    assert (tmp_path / "c/l/b/one-1/invoice.csv").exists()
    assert not (tmp_path / "c/l/b/two-2").exists()
    assert deliveries.staged_batches() == {"c/l/other"}
    deliveries.hand_over("c/l/other/one-1")
