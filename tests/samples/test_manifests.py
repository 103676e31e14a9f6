"""Every manifest is one that intake accepts, and what it declares is true."""

import hashlib
from collections import defaultdict
from datetime import datetime
from decimal import Decimal
from pathlib import Path
from zoneinfo import ZoneInfo

from back_office_pipelines.intake.manifest import Manifest, read_manifest
from back_office_pipelines.samples import SamplesWritten


def batches_of(written: SamplesWritten) -> dict[str, tuple[Path, Manifest]]:
    folders = {batch: written.inbox / "ap_invoices" / batch for batch in written.batches}
    return {batch: (folder, read_manifest(folder / "manifest.yaml", batch)) for batch, folder in folders.items()}


def test_counts_and_checksums_are_right(written: SamplesWritten) -> None:
    checked = 0
    for folder, manifest in batches_of(written).values():
        files = {
            path.relative_to(folder).as_posix(): f"sha256:{hashlib.sha256(path.read_bytes()).hexdigest()}"
            for path in folder.rglob("*")
            if path.is_file() and path.name != "manifest.yaml"
        }
        assert manifest.document_count == len(files)
        if manifest.checksums:
            assert manifest.checksums == files
            checked += 1
    assert checked == 1


def test_control_totals_are_the_sums_of_the_documents(written: SamplesWritten, samples: list) -> None:
    sums: dict[str, dict[str, Decimal]] = defaultdict(lambda: defaultdict(Decimal))
    for sample in samples:
        for invoice in sample.invoices:
            sums[sample.truth["batch_id"]][invoice["currency"]] += Decimal(invoice["gross_total"])
    declared = {batch: manifest.control_totals for batch, (_, manifest) in batches_of(written).items()}
    given = {batch: totals for batch, totals in declared.items() if totals}
    assert len(given) == 1
    for batch, totals in given.items():
        assert {currency: amounts["gross_total"] for currency, amounts in totals.items()} == sums[batch]
        assert len(totals) == 2


def test_every_entity_and_channel_has_its_batch_and_one_comes_after_the_cut_off(written: SamplesWritten) -> None:
    manifests = [manifest for _, manifest in batches_of(written).values()]
    assert {manifest.client for manifest in manifests} == {"northwind"}
    assert {manifest.entity for manifest in manifests} == {"northwind-us", "northwind-de"}
    assert {manifest.channel for manifest in manifests} == {"email", "portal", "sftp"}
    assert [manifest.priority for manifest in manifests].count("priority") == 1
    times = [manifest.received_at.astimezone(ZoneInfo("America/New_York")) for manifest in manifests]
    assert times == sorted(times)
    assert [time for time in times if 15 <= time.hour < 24] == [
        datetime(2026, 11, 18, 15, 37, tzinfo=ZoneInfo("America/New_York"))
    ]
