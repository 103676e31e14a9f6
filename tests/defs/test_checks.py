"""The checks of a lane pass on a batch in order, and say what is lost, doubled or left to nobody."""

from typing import Any, cast

import dagster as dg
import pytest

from back_office_pipelines.chain.office import Office
from back_office_pipelines.defs.checks import check_results
from back_office_pipelines.errors import LakeError
from back_office_pipelines.ledger.snapshot import Snapshot

KEY = ("ap_invoices", "b1")
Rows = dict[str, list[dict[str, Any]]]
KEPT: Rows = {
    "documents": [{"document_id": "d1", "path": "a.pdf", "content_hash": "aa"}],
    "extractions": [{"document_id": "d1", "records": 1, "status": "read"}],
    "extraction_findings": [],
    "exceptions": [{"exception_id": "e1", "reason_code": "MISSING", "owner": "clerk", "tier": "L1"}],
    "record_states": [{"record_id": "r1", "revision": 2, "state": "accepted"}],
    "releases": [{"record_id": "r1", "revision": 1}, {"record_id": "r1", "revision": 2}],
}


class Stored:
    """An office that knows one batch."""

    def __init__(self, tables: Rows, kept: frozenset[str] = frozenset(("aa",))) -> None:
        self.tables, self.kept, self.vault = tables, kept, self

    def rows(self, key: tuple[str, str], stage: str, table: str) -> list[dict[str, Any]]:
        assert (key, bool(stage)) == (KEY, True)
        return self.tables[table]

    def read(self, content_hash: str) -> bytes:
        if content_hash not in self.kept:
            raise LakeError(f"vault file {content_hash}", "is gone", "restore it")
        return b""


def verdict(asset: str, office: Stored) -> tuple[bool, str]:
    (result,) = check_results(asset, cast(Office, office), cast(Snapshot, office), KEY)
    assert result.asset_key == dg.AssetKey(["ap_invoices", asset])
    assert result.metadata["problems"].value == 0 or not result.passed
    return result.passed, str(result.metadata["first"].value) if "first" in result.metadata else ""


@pytest.mark.parametrize("asset", ["intake", "extracted", "exceptions", "released"])
def test_a_batch_in_order_passes(asset: str) -> None:
    assert verdict(asset, Stored(KEPT)) == (True, "")


@pytest.mark.parametrize(
    ("asset", "table", "rows", "said"),
    [
        ("extracted", "extractions", [], "d1"),
        ("exceptions", "exceptions", [{"exception_id": "e9", "reason_code": "MISSING", "owner": "", "tier": ""}], "e9"),
        ("released", "releases", [{"record_id": "r1", "revision": 2}] * 2, "record r1 is released twice"),
        ("released", "releases", [{"record_id": "r1", "revision": 3}], "revision 3 of record r1 is released but not"),
        ("released", "releases", [{"record_id": "r1", "revision": 2}], "revision 1 of record r1 was never released"),
    ],
)  # fmt: skip
def test_what_is_wrong_is_named(asset: str, table: str, rows: list[dict[str, Any]], said: str) -> None:
    passed, first = verdict(asset, Stored({**KEPT, table: rows}))
    assert not passed
    assert said in first


def test_a_source_that_is_gone_is_named() -> None:
    passed, first = verdict("intake", Stored(KEPT, kept=frozenset()))
    assert not passed
    assert "vault file aa" in first
