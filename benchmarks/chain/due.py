"""How long it takes to find what is due, by reading the whole ledger and by marks, on an embedded server of its own.

    python benchmarks/chain/due.py [--batches 2000 20000] [--open 20]

For each number of batches: all but a few are finished, some have a decision waiting. Prints the milliseconds of both
ways and their ratio, of the first look without a mark, and of what registering the unchanged inbox reads of the ledger.
Exits with 1 where both ways do not find the same, or where marks are less than ten times as fast.
"""

import argparse
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TypeVar

from back_office_pipelines.chain.office import Office
from back_office_pipelines.chain.registration import due_batches
from back_office_pipelines.chain.unfinished import keep, look
from back_office_pipelines.extraction.extractor import InProcess
from back_office_pipelines.ledger.entries import Draft
from back_office_pipelines.ledger.snapshot import newest_registrations
from back_office_pipelines.ledger.state import STAGES, Batch, Materialization, Written, batch_of
from back_office_pipelines.ledger.upgrade import role_of, upgrade
from back_office_pipelines.settings import Settings
from back_office_pipelines.storage.server import administrator, database, libpq_url

LANE = "ap_invoices"
START = datetime(2026, 1, 1, tzinfo=UTC)
HASH = "0123456789abcdef" * 4
TABLES = {
    "intake": ("batches", "documents", "intake_findings"),
    "extracted": ("extractions", "extracted_records", "field_values", "extraction_findings"),
    "validated": ("exceptions", "client_waits", "warnings", "record_states", "accepted_values", "invoice", "line"),
    "released": ("releases",),
    "worklist": (),
}
LEAST_RATIO = 10
REPEATS = 3
T = TypeVar("T")


def registration(number: int) -> Batch:
    return Batch(
        LANE, f"batch-{number}", 1, "northwind", "northwind-us", "email", "standard", START, START, number, 40, {}, {},
        "1.0.0", HASH, HASH[:16], {}, HASH[16:32],
    )  # fmt: skip


def drafts(first: int, last: int) -> Iterator[Draft]:
    """Yield batches that were walked to their end, as a run leaves them."""
    for number in range(first, last):
        yield registration(number).draft("bench")
        for place, stage in enumerate(STAGES):
            yield Materialization(
                lane=LANE,
                batch_id=f"batch-{number}",
                stage=stage,
                as_of=START + timedelta(seconds=place),
                code_version="0.1.0",
                dictionary_fingerprint=HASH,
                reads={f"{one}.{name}": HASH for one in STAGES[:place] for name in TABLES[one]},
                writes={name: Written(HASH, 40, HASH) for name in TABLES[stage]},
                counts=dict.fromkeys(TABLES[stage], 40),
                run_id="11111111-2222-3333-4444-555555555555",
            ).draft("bench")


def waiting(number: int) -> Draft:
    payload = {"decision_id": f"d{number}", "action": "triage", "target": "x", "record_id": "x"}
    return Draft("decision", START + timedelta(hours=1), "bench", payload, LANE, f"batch-{number}")


def fastest(act: Callable[[], T]) -> tuple[float, T]:
    """Return the milliseconds of the fastest of a few calls, and what it gave."""
    times = []
    for _ in range(REPEATS):
        start = time.perf_counter()
        found = act()
        times.append((time.perf_counter() - start) * 1000)
    return min(times), found


def measure(office: Office, batches: int) -> float:
    """Print one line a way, and return the ratio."""
    at = START + timedelta(days=1)
    first, found = fastest(lambda: look(office))
    keep(office, found)
    whole, expected = fastest(lambda: due_batches(office.snapshot(), at))
    marked, due = fastest(lambda: due_batches(look(office).snapshot, at))
    assert due == expected, "both ways find the same"
    keys = [(LANE, f"batch-{number}") for number in range(batches)]
    registered, _ = fastest(lambda: newest_registrations(map(batch_of, office.ledger.entries("batch"))))
    looked, _ = fastest(lambda: (office.ledger.looks(keys), office.ledger.last("batch")))
    print(f"{batches:,} batches, {len(due)} due, {office.ledger.count():,} entries")
    print(f"  due: {whole:,.0f} ms by the whole ledger, {marked:,.1f} ms by marks: {whole / marked:,.0f} times as fast")
    print(f"  the first look, without a mark: {first:,.0f} ms")
    print(f"  registering an unchanged inbox of all of them: {registered:,.0f} ms before, {looked:,.0f} ms now")
    return whole / marked


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--batches", type=int, nargs="+", default=[2_000, 20_000])
    parser.add_argument("--open", type=int, default=20)
    given = parser.parse_args()
    ratios = []
    with tempfile.TemporaryDirectory(prefix="due-") as folder:
        data, root = Path(folder), Path(__file__).resolve().parents[2]
        settings = Settings(data=data, dictionaries=root / "field_dictionaries", dagster_home=root)
        with database(settings) as url:
            upgrade(libpq_url(administrator(settings, url)), role_of(libpq_url(url)))
            with closing(replace(Office.open(settings, url), extractor=InProcess())) as office:
                there = 0
                for batches in sorted(given.batches):
                    for start in range(there, batches, 500):
                        office.ledger.append(list(drafts(start, min(start + 500, batches))))
                    step = (batches - there) // given.open
                    office.ledger.append([waiting(number) for number in range(there, batches, step)])
                    there = batches
                    ratios.append(measure(office, batches))
    return 0 if min(ratios) >= LEAST_RATIO else 1


if __name__ == "__main__":
    sys.exit(main())
