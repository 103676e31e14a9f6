"""Reference tables: found by the first field that finds, held to what was found, silent where there is no table."""

from datetime import UTC, datetime
from pathlib import Path

import pytest

from back_office_pipelines.errors import UsageError
from back_office_pipelines.intake.reference import ReferenceFolder, read_rows
from back_office_pipelines.intake.vault import Vault
from tests.scenario import GOOD, dictionary, record_row, validated, value_rows

IBAN, OTHER_IBAN = "DE89370400440532013000", "FR1420041010050500013M02606"
VENDORS = [
    {"vendor_id": "V1", "name": "Kupfer & Söhne", "vat_id": "DE136695976", "iban": IBAN, "country": "DE"},
    {"vendor_id": "V1", "name": "Kupfer & Söhne", "vat_id": "DE136695976", "iban": OTHER_IBAN, "country": "DE"},
    {"vendor_id": "V2", "name": "Zinn AG", "vat_id": "", "iban": "", "country": "CH"},
]
SPEC = dictionary().reference["vendors"]


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({}, []),
        ({"seller_name": "KUPFER & SÖHNE"}, []),
        ({"seller_name": "Blei"}, [("MASTER_MISMATCH", "known_vendor", "")]),
        ({"seller_name": "Blei", "seller_vat_id": "DE136695976"}, []),
        ({"seller_iban": IBAN}, []),
        ({"seller_iban": OTHER_IBAN}, []),
        ({"seller_iban": "GB82WEST12345698765432"}, [("AP-ACCOUNT", "vendor_account", "seller_iban")]),
        ({"seller_name": "Zinn AG", "seller_iban": IBAN}, [("AP-ACCOUNT", "vendor_account", "seller_iban")]),
    ],
)
def test_records_against_the_vendor_master(changes: dict[str, str], expected: list[tuple[str, str, str]]) -> None:
    record = record_row("d1")
    rows = value_rows(record, GOOD | changes)
    made = validated([record], rows, reference={"vendors": VENDORS})
    assert [(row["reason_code"], row["rule"], row["field"]) for row in made.exceptions] == expected
    assert validated([record], rows).exceptions == []  # no table, no rule


def test_what_is_on_file_is_said() -> None:
    record = record_row("d1")
    changes = {"seller_iban": "GB82WEST12345698765432"}
    made = validated([record], value_rows(record, GOOD | changes), reference={"vendors": VENDORS})
    row = made.exceptions[0]
    assert row["observed"] == changes["seller_iban"]
    assert row["expected"] == f"iban of vendors V1: {IBAN} or {OTHER_IBAN}"


def lay(folder: Path, day: str, text: str) -> None:
    path = folder / "northwind" / "vendors" / f"{day}.csv"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")


HEADER = "vendor_id,name,vat_id,iban,country\n"


def test_the_snapshot_of_the_day_of_receipt_is_pinned_and_kept(tmp_path: Path) -> None:
    vault = Vault(tmp_path / "vault")
    reference = ReferenceFolder(tmp_path / "reference", vault.keep)
    for day in ("2026-01-01", "2026-06-01", "2027-01-01"):
        lay(tmp_path / "reference", day, f"{HEADER}{day},a,,,\n")
    pinned = reference.pin("northwind", dictionary().reference, datetime(2026, 7, 1, tzinfo=UTC))
    assert pinned["vendors"]["as_of"] == "2026-06-01"
    lay(tmp_path / "reference", "2026-06-01", HEADER)
    rows = read_rows(vault.read(pinned["vendors"]["hash"]), SPEC, "t")
    assert [row["vendor_id"] for row in rows] == ["2026-06-01"]
    assert reference.pin("northwind", dictionary().reference, datetime(2025, 7, 1, tzinfo=UTC)) == {}
    assert reference.pin("nobody", dictionary().reference, datetime(2026, 7, 1, tzinfo=UTC)) == {}


@pytest.mark.parametrize(
    ("day", "text", "culprit"),
    [
        ("2026-01-01", "vendor_id,name\n1,a\n", "its header is"),
        ("2026-01-01", f"{HEADER}1,a,,,\n1,b,,,\n", "repeats the key"),
        ("2026-01-01", f"{HEADER}1,a\n", "2 cells instead of 5"),
        ("2026-01-01", "", "its header is"),
        ("2026-01-01", f'{HEADER}1,"a,,,\n', "cannot be read"),
        ("january", HEADER, "no day"),
    ],
)
def test_a_broken_snapshot_is_refused(tmp_path: Path, day: str, text: str, culprit: str) -> None:
    lay(tmp_path, day, text)
    with pytest.raises(UsageError, match=culprit):
        ReferenceFolder(tmp_path, lambda _: "h").pin(
            "northwind", dictionary().reference, datetime(2026, 7, 1, tzinfo=UTC)
        )
