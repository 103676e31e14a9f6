"""How fast the main job is: `back-office run` over batches of text-layer invoices, from inbox to published warehouse.

    python benchmarks/chain/main_job.py [--flat 10000] [--keep FOLDER]

Each scenario has an office of its own (embedded Postgres, fresh data folder), which has run once before. Prints
- the fixed cost of a run: one batch of one document, interpreter, database, Dagster and publication included;
- what a further batch costs: twenty batches of one document, less the fixed cost; what Dagster takes is part of it;
- documents a second, less the fixed cost, and the peak memory of all processes together (PSS, every fifth of a second)
  at 20 batches of 50 and 5 batches of 1,000;
- with --flat, the cost of a document in batches of 1,000 at so many documents, and the peak, against 1,000.
Exits with 1 where a target is missed: 25 documents a second at batches of 1,000, one second a batch, 12 s of fixed
cost, 1.5 GB, and 10 % and 200 MiB between 1,000 and so many documents.
"""

import argparse
import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from pathlib import Path

from invoices import draw_invoices

ROOT = Path(__file__).resolve().parents[2]
LANE = "ap_invoices"
MANIFEST = 'client: northwind\nreceived_at: "2026-11-20T12:00:00Z"\n'
AS_OF = "2026-11-20T13:00:00Z"
LOOK_EVERY = 0.2
LEAST_A_SECOND, MOST_A_BATCH, MOST_FIXED, MOST_MEMORY, MOST_DRIFT, MOST_MORE = 25.0, 1.0, 12.0, 1500, 0.10, 200


@dataclass(frozen=True)
class Measured:
    """One run: seconds of the wall clock, and peak memory in MiB."""

    seconds: float
    memory: int


def measure(sources: Sequence[Path], batches: int, size: int) -> Measured:
    """Run over so many batches of so many documents in a new office."""
    with tempfile.TemporaryDirectory(prefix="main-job-") as home:
        data = Path(home) / "data"
        files = iter(sources)
        _deliver(data, "warm", list(islice(files, 1)))
        _run(data)
        for number in range(batches):
            _deliver(data, f"b{number:03}", list(islice(files, size)))
        return _run(data)


def _deliver(data: Path, batch_id: str, files: Sequence[Path]) -> None:
    folder = data / "inbox" / LANE / batch_id
    folder.mkdir(parents=True)
    for file in files:
        shutil.copy(file, folder / file.name)
    (folder / "manifest.yaml").write_text(MANIFEST, encoding="utf-8")


def _run(data: Path) -> Measured:
    command = [sys.executable, "-m", "back_office_pipelines.cli.main", "run", "--as-of", AS_OF]
    environment = os.environ | {"BACK_OFFICE_DATA": str(data), "DAGSTER_HOME": str(ROOT)}
    log = data / "run.log"
    began, memory = time.perf_counter(), 0
    with (
        log.open("w") as out,
        subprocess.Popen(command, cwd=ROOT, env=environment, stdout=out, stderr=out) as run,  # noqa: S603 - our own
    ):
        while run.poll() is None:
            memory = max(memory, sum(map(_kilobytes, _family(run.pid))))
            time.sleep(LOOK_EVERY)
        seconds = time.perf_counter() - began
    if run.returncode != 0:
        sys.exit(f"the run ended with {run.returncode}:\n{log.read_text()}")
    return Measured(seconds, memory // 1024)


def _family(pid: int) -> Iterator[int]:
    """Yield a process and everything it started; the database server leaves its starter and is not counted."""
    yield pid
    for task in Path(f"/proc/{pid}/task").glob("*/children"):
        try:
            children = task.read_text().split()
        except OSError:
            continue  # the thread has ended since it was listed
        for child in children:
            yield from _family(int(child))


def _kilobytes(pid: int) -> int:
    try:
        lines = Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines()
    except OSError:
        return 0  # it has ended since it was listed
    return sum(int(line.split()[1]) for line in lines if line.startswith("Pss:"))


def report(sources: Sequence[Path], flat: int) -> list[str]:
    """Print every measurement and return what misses its target."""
    missed: list[str] = []

    def judged(name: str, value: float, target: str, *, met: bool) -> None:
        print(f"{name:62} {value:10.2f}   target {target}{'' if met else '   MISSED'}", flush=True)
        if not met:
            missed.append(name)

    fixed = measure(sources, 1, 1).seconds
    judged("fixed cost of a run, seconds", fixed, f"<= {MOST_FIXED:.0f}", met=fixed <= MOST_FIXED)
    batch = (measure(sources, 20, 1).seconds - fixed) / 19
    judged("a further batch of one document, seconds", batch, f"<= {MOST_A_BATCH:.0f}", met=batch <= MOST_A_BATCH)
    for batches, size, least in ((20, 50, 0.0), (5, 1000, LEAST_A_SECOND)):
        found = measure(sources, batches, size)
        rate = batches * size / (found.seconds - fixed)
        name = f"{batches} batches of {size}"
        judged(f"{name}, documents a second", rate, f">= {least:.0f}" if least else "none", met=rate >= least)
        judged(f"{name}, peak MiB", found.memory, f"<= {MOST_MEMORY}", met=found.memory <= MOST_MEMORY)
    if flat:
        small, large = measure(sources, 1, 1000), measure(sources, flat // 1000, 1000)
        one, many = (small.seconds - fixed) / 1000, (large.seconds - fixed) / flat
        drift, more = many / one - 1, large.memory - small.memory
        judged("1,000 documents, milliseconds a document", one * 1000, "none", met=True)
        judged(f"{flat:,} documents, milliseconds a document", many * 1000, "none", met=True)
        judged("growth of the cost of a document", drift, f"<= {MOST_DRIFT:.2f}", met=drift <= MOST_DRIFT)
        judged("growth of the peak, MiB", more, f"<= {MOST_MORE}", met=more <= MOST_MORE)
    return missed


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--flat", type=int, default=0, help="documents to hold against 1,000, a multiple of 1,000")
    parser.add_argument("--keep", type=Path, help="folder of drawn invoices, made where it is missing")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="invoices-") as made:
        folder = options.keep or Path(made)
        wanted = max(5001, options.flat + 1)
        if len(list(folder.glob("*.pdf"))) < wanted:
            pages = draw_invoices(folder, wanted)
            print(f"{wanted} invoices drawn, {pages} pages", flush=True)
        missed = report(sorted(folder.glob("*.pdf")), options.flat)
    sys.exit(1 if missed else 0)


if __name__ == "__main__":
    main()
