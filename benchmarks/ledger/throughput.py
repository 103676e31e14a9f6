"""How fast the ledger appends and verifies, on an embedded server of its own.

    python benchmarks/ledger/throughput.py [--entries 1000000] [--batch 1000]

Prints entries a second for appending and seconds for verifying them all; exits with 1 below 5,000 entries a second or
above a minute a million.
"""

import argparse
import hashlib
import sys
import tempfile
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

from back_office_pipelines.ledger.entries import Draft
from back_office_pipelines.ledger.ledger import Ledger
from back_office_pipelines.ledger.state import STAGES, Materialization, Written
from back_office_pipelines.ledger.upgrade import role_of, upgrade
from back_office_pipelines.settings import Settings
from back_office_pipelines.storage.server import administrator, database, libpq_url

WRITES = {
    "intake": ("batches", "documents", "intake_findings"),
    "extracted": ("extractions", "extracted_records", "field_values", "extraction_findings"),
    "validated": (
        "exceptions", "warnings", "record_states", "accepted_values", "ap_invoices_invoice", "ap_invoices_line",
    ),
    "released": ("releases",),
    "worklist": (),
}  # fmt: skip
READS = {
    "intake": (),
    "extracted": ("intake",),
    "validated": ("intake", "extracted", "validated"),
    "released": ("validated", "released"),
    "worklist": ("intake", "extracted", "validated"),
}
START = datetime(2026, 1, 1, tzinfo=UTC)
LEAST_PER_SECOND = 5_000
MOST_SECONDS_A_MILLION = 60


def drafts(count: int) -> Iterator[Draft]:
    """Yield materializations as the steps of a lane make them, five a batch, 0.5 to 2.5 kB of JSON each."""
    for number in range(count):
        stage = STAGES[number % len(STAGES)]
        made = Materialization(
            lane="ap_invoices",
            batch_id=f"batch-{number // len(STAGES)}",
            stage=stage,
            as_of=START + timedelta(seconds=number),
            code_version="0.1.0",
            dictionary_fingerprint=digest("ap_invoices 1.0.0"),
            reads={f"{one}.{name}": digest(f"{number} {name}") for one in READS[stage] for name in WRITES[one]},
            writes={
                name: Written(digest(f"{number} {name}"), number, digest(f"{name} {number}")) for name in WRITES[stage]
            },
            counts=dict.fromkeys(WRITES[stage], number),
            run_id="11111111-2222-3333-4444-555555555555",
        )
        yield made.draft("inbox_sensor")


def digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


def appended(ledger: Ledger, count: int, at_once: int) -> float:
    """Append entries and return the seconds spent in the ledger; making the drafts is not counted."""
    source, seconds = drafts(count), 0.0
    for first in range(0, count, at_once):
        some = [next(source) for _ in range(min(at_once, count - first))]
        start = time.perf_counter()
        ledger.append(some)
        seconds += time.perf_counter() - start
    return seconds


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--entries", type=int, default=1_000_000)
    parser.add_argument("--batch", type=int, default=1_000)
    given = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="ledger-") as folder:
        data = Path(folder)
        settings = Settings(data=data, dictionaries=data, dagster_home=data)
        with database(settings) as url, Ledger(libpq_url(url)) as ledger:
            upgrade(libpq_url(administrator(settings, url)), role_of(libpq_url(url)))
            seconds = appended(ledger, given.entries, given.batch)
            per_second = given.entries / seconds
            print(f"appended {given.entries:,} entries in batches of {given.batch:,}: {per_second:,.0f} a second")
            start = time.perf_counter()
            problems = ledger.verify()
            verified = time.perf_counter() - start
            print(f"verified {given.entries:,} entries in {verified:.1f} s: {given.entries / verified:,.0f} a second")
    assert not problems
    slow = per_second < LEAST_PER_SECOND or verified > MOST_SECONDS_A_MILLION * given.entries / 1_000_000
    return 1 if slow else 0


if __name__ == "__main__":
    sys.exit(main())
