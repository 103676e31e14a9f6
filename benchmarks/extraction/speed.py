"""How fast text layers of PDFs are read to records, beside peers that read text alone.

    python benchmarks/extraction/speed.py FOLDER... [--peer-python PYTHON] [--rounds 3] [--documents 2000]

Takes the PDFs whose pages all have a usable text layer. Each reader (`readers`) runs in a process of its own, one core,
in turn with the others, round after round; every figure is the median of the rounds. Seconds are of computing, so that
other work on the machine counts little: those of reading alone, and with loading (interpreter, imports, contracts,
templates). Peers are imported by `--peer-python`, an environment of their own; one that is not there is said to be
missing. With `--documents`, ours also reads the folders again and again: memory must not grow from its first tenth on.
"""

import argparse
import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import cycle, islice
from pathlib import Path
from statistics import median
from typing import Any

import pypdfium2 as pdfium

from back_office_pipelines.extraction.pdf.page.layer import page_lines
from back_office_pipelines.extraction.pdf.page.pages import MOST_PAGES
from back_office_pipelines.extraction.pdf.page.scanned import is_usable

READERS = Path(__file__).with_name("readers.py")
ROOT = READERS.parents[2]
PEERS = ("invoice2data", "pdfplumber")
LEAST_PAGES = 60
"""Pages a second that are aimed at."""
MOST_GROWTH = 200
"""MiB by which memory may grow between the first tenth of a long stream of documents and its end."""


@dataclass(frozen=True)
class Run:
    """One reader over all documents: seconds of reading, of loading before it, and peak memory in MiB."""

    seconds: float
    loading: float
    peak: float
    memory: tuple[float, ...]


def pages_of_text(path: Path) -> int | None:
    """Return the number of pages of a PDF, None where one has no usable text layer or the file cannot be opened."""
    try:
        document = pdfium.PdfDocument(path)
    except pdfium.PdfiumError:
        return None
    try:
        numbers = range(min(len(document), MOST_PAGES))
        usable = all(is_usable(page_lines(document, number), document, number) for number in numbers)
        return len(document) if usable else None
    except pdfium.PdfiumError:
        return None
    finally:
        document.close()


def run(python: str, reader: str, listed: Path, settings: Sequence[str] = ()) -> Run | str:
    """Run one reader over the listed documents; a text says why it cannot."""
    command = [python, str(READERS), reader, str(listed), *settings]
    environment = {**os.environ, "OMP_NUM_THREADS": "1", "PYTHONPATH": str(ROOT)}
    with subprocess.Popen(command, stdout=subprocess.PIPE, env=environment) as process:  # noqa: S603  our own readers
        answer = process.stdout.read() if process.stdout is not None else b""
        _, status, used = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        return f"it failed with exit code {process.returncode}"
    told: Mapping[str, Any] = json.loads(answer.splitlines()[-1])
    if "missing" in told:
        return f"{told['missing']}, in {python}"
    return Run(told["seconds"], told["loading"], used.ru_maxrss / 1024, tuple(told["memory"]))


def line(name: str, runs: Sequence[Run], documents: int, pages: int) -> str:
    """Return one row of the table."""
    seconds, loading = median(one.seconds for one in runs), median(one.loading for one in runs)
    return (
        f"{name:<14}{documents / seconds:>9.1f}{pages / seconds:>9.1f}{1000 * seconds / documents:>9.1f}"
        f"{pages / (seconds + loading):>14.1f}{loading:>9.2f}{max(one.peak for one in runs):>9.0f}"
    )


def report(found: Mapping[str, list[Run]], missing: Mapping[str, str], documents: int, pages: int) -> None:
    """Print the table, and ours against each peer round by round."""
    print(f"{documents} documents, {pages} pages; seconds of computing on one core, median of the rounds")
    print(f"{'':<14}{'docs/s':>9}{'pages/s':>9}{'ms/doc':>9}{'with loading':>14}{'loading':>9}{'MiB':>9}")
    for name, runs in found.items():
        print(line(name, runs, documents, pages))
    for name in PEERS:
        if name in missing:
            print(f"{name}: not measured: {missing[name]}")
        else:
            ratio = median(peer.seconds / own.seconds for peer, own in zip(found[name], found["ours"], strict=True))
            print(f"ours reads {ratio:.2f} times the documents a second of {name}")
    rate = pages / median(one.seconds for one in found["ours"])
    print(f"aim of {LEAST_PAGES} pages a second: {'reached' if rate >= LEAST_PAGES else 'not reached'}")


def report_memory(memory: Sequence[float], documents: int) -> None:
    """Print the memory held along a long stream of documents."""
    growth = memory[-1] - memory[0]
    shown = ", ".join(f"{one:.0f}" for one in memory)
    told = "flat" if growth <= MOST_GROWTH else "not flat"
    print(f"MiB held after each tenth of {documents} documents: {shown}: {growth:+.0f}, {told}")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folders", nargs="+", type=Path)
    parser.add_argument("--lane", default="ap_invoices")
    parser.add_argument("--dictionaries", type=Path, default=ROOT / "field_dictionaries")
    parser.add_argument("--peer-python", default=sys.executable, help="interpreter of the peers' environment")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--documents", type=int, default=0, help="length of a stream to watch memory over")
    given = parser.parse_args()
    settings = (given.lane, str(given.dictionaries))
    counted = {path: pages_of_text(path) for folder in given.folders for path in sorted(folder.glob("*.pdf"))}
    taken = {path: pages for path, pages in counted.items() if pages is not None}
    with tempfile.TemporaryDirectory(prefix="speed-") as folder:
        listed = Path(folder) / "list.txt"
        listed.write_text("\n".join(map(str, taken)), encoding="utf-8")
        found: dict[str, list[Run]] = {}
        missing: dict[str, str] = {}
        for name in ("ours", *PEERS) * given.rounds:
            own = name == "ours"
            one = run(sys.executable if own else given.peer_python, name, listed, settings if own else ())
            if isinstance(one, str):
                missing[name] = one
            else:
                found.setdefault(name, []).append(one)
        report(found, missing, len(taken), sum(taken.values()))
        if given.documents:
            listed.write_text("\n".join(map(str, islice(cycle(taken), given.documents))), encoding="utf-8")
            stream = run(sys.executable, "ours", listed, settings)
            if isinstance(stream, Run):
                report_memory(stream.memory, given.documents)


if __name__ == "__main__":
    main()
