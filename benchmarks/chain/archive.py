"""What compaction does to the files of retired batches: number, bytes, time to read everything back and hash it.

    python benchmarks/chain/archive.py [--batches 200] [--groups 1000 10000 50000]

Writes the tables of a lane as its steps do (one small file a table and batch), then archives of them with row groups of
several sizes. Prints files, bytes on disk (in blocks, as a disk counts them), seconds of computing to read and hash
every table in the order of the ledger, and milliseconds for one table at random. Exits with 1 where a hash differs, or
where the archives as the product writes them take more files or bytes than the small files, or a fifth more time.
"""

import argparse
import random
import sys
import tempfile
import time
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

from back_office_pipelines.storage import archive
from back_office_pipelines.storage.archive import Named
from back_office_pipelines.storage.lake import Lake, checked
from back_office_pipelines.storage.tables import Column, Table, fixed_tables

LANE = "ap_invoices"
ROWS = {
    "batches": 1, "documents": 20, "intake_findings": 0, "extractions": 20, "extracted_records": 60,
    "field_values": 400, "extraction_findings": 1, "exceptions": 3, "client_waits": 0, "warnings": 1,
    "record_states": 20, "accepted_values": 260, "releases": 18,
}  # fmt: skip
"""Rows a batch of twenty invoices has, by table."""
AT = datetime(2026, 1, 1, tzinfo=UTC)
CHOSEN = archive.ROWS_A_GROUP


@dataclass(frozen=True)
class Result:
    """What one form of the lake costs."""

    form: str
    files: int
    blocks: int
    seconds: float
    one: float

    def __str__(self) -> str:
        size, one = f"{self.blocks / 1e6:8.1f} MB", f"{self.one * 1000:6.2f} ms for one"
        return f"{self.form:28} {self.files:7,} files {size} {self.seconds:7.2f} s for all {one}"


def cell(column: Column, batch: int, at: int) -> Any:
    texts = {"lane": LANE, "batch_id": f"batch-{batch}"}
    values = {
        "text": texts.get(column.name, f"{column.name[:6]}-{(batch * 7919 + at * 104729) % 99991}"),
        "integer": at,
        "decimal": Decimal(at * 37 % 9973),
        "double": at / 7,
        "boolean": at % 2 == 0,
        "moment": AT,
        "day": AT.date(),
    }
    return values[column.type]


def rows(table: Table, batch: int) -> list[dict[str, Any]]:
    """Return rows of a batch: identifiers differ, as those of real ones do."""
    made = [{column.name: cell(column, batch, at) for column in table.columns} for at in range(ROWS[table.name])]
    for at, row in enumerate(made):
        last = table.key[-1]
        if isinstance(row[last], str):
            row[last] = f"{at:05}-{row[last]}"
    return made


def measured(form: str, lake: Lake, folder: Path, named: Sequence[tuple[str, Named]]) -> Result:
    files = [path for path in folder.rglob("*.parquet") if path.is_file()]
    start = time.process_time()
    for table, one in named:
        assert lake.stored(table, LANE, *one).content_hash == one[1]
    seconds = time.process_time() - start
    some = random.Random(1).sample(named, min(200, len(named)))  # noqa: S311 - chosen, not guessed
    archive._group.cache_clear()
    start = time.process_time()
    for table, one in some:
        lake.stored(table, LANE, *one)
    return Result(
        form, len(files), sum(path.stat().st_blocks * 512 for path in files), seconds,
        (time.process_time() - start) / len(some),
    )  # fmt: skip


def compacted(lake: Lake, folder: Path, group: int, named: Sequence[tuple[str, Named]]) -> Result:
    """Write archives beside the lake and measure a lake that has nothing else."""
    archive.ROWS_A_GROUP = group
    other = Lake(folder / f"lake-{group}", folder / f"archive-{group}")
    for name in ROWS:
        some = [one for table, one in named if table == name]
        contents = (checked(lake.place(LANE, name, *one), name, one[1])[0] for one in some)
        other.archives.write(LANE, name, fixed_tables()[name].schema, some, contents)
    return measured(f"row groups of {group:,}", other, folder / f"archive-{group}", named)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--batches", type=int, default=200)
    parser.add_argument("--groups", type=int, nargs="+", default=[1_000, 10_000, 50_000])
    given = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="archive-") as name:
        folder = Path(name)
        lake = Lake(folder / "lake", folder / "none")
        named: list[tuple[str, Named]] = []
        for batch in range(given.batches):
            for table in ROWS:
                spec = fixed_tables()[table]
                stored = lake.put(spec, LANE, f"batch-{batch}", rows(spec, batch))
                named.append((table, (f"batch-{batch}", stored.content_hash)))
        before = measured("one file a table and batch", lake, folder / "lake", named)
        print(before)
        results = {group: compacted(lake, folder, group, named) for group in sorted({*given.groups, CHOSEN})}
        for group, result in results.items():
            print(result, "(as the product writes them)" if group == CHOSEN else "")
        after = results[CHOSEN]
        print(
            f"as the product writes them: {before.files / after.files:,.0f} times fewer files, "
            f"{before.blocks / after.blocks:.1f} times fewer bytes, {before.seconds / after.seconds:.1f} times as fast"
        )
    return (
        0 if after.files < before.files and after.blocks < before.blocks and after.seconds < 1.2 * before.seconds else 1
    )


if __name__ == "__main__":
    sys.exit(main())
