"""Real documents, mutated, through the worker processes: a record, a named exception or a named status, nothing else.

Run: `python benchmarks/extraction/fuzz.py --files 1000 --seed 1 [--data ../shared/data] [--keep DIR]`. Exits 1 when
an outcome has no name, a text no store could keep, or a reader failed with an error of its own.
"""

import argparse
import math
import random
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from contextlib import closing
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from back_office_pipelines.cli.extract import find_documents
from back_office_pipelines.dictionary.model import Dictionary
from back_office_pipelines.dictionary.store import load_contracts
from back_office_pipelines.extraction.extractor import Source
from back_office_pipelines.extraction.guard import FAILED
from back_office_pipelines.extraction.isolation.pool import Workers
from back_office_pipelines.extraction.model import Extraction
from back_office_pipelines.normalization.normalise import normalise

FOLDERS = ("ap_invoices", "bad_input", "expense_receipts")
LARGEST = 2_000_000
STATUSES = frozenset({"ok", "unreadable", "encrypted", "unclassified", "empty", "aside"})
TOKENS = (
    b"\0", b"\xff\xfe", b"\xed\xa0\x80", b"<", b"&x;", b"]]>", b"<!DOCTYPE a>", b"\"", b"'", b";;;;", b"\n" * 50, b"-1",
    b"9" * 400, b"1e999999", b"NaN", b"endobj", b"endstream", b"stream\r\n", b"/Rotate 45", b"/Count 999999999",
    b"<</Length -1>>",
    b"/Kids[1 0 R]", b"obj", b"%PDF-", b"PK\x03\x04", b"\xe2\x80\xae",
)  # fmt: skip


def flip_bits(content: bytearray, chance: random.Random, _: bytes) -> None:
    for _number in range(chance.choice((1, 3, 10, 100))):
        content[chance.randrange(len(content))] ^= 1 << chance.randrange(8)


def truncate(content: bytearray, chance: random.Random, _: bytes) -> None:
    del content[chance.randrange(len(content)) :]


def swap_blocks(content: bytearray, chance: random.Random, _: bytes) -> None:
    size = chance.randrange(1, max(2, len(content) // 4))
    first, second = (chance.randrange(max(1, len(content) - size)) for _number in range(2))
    block = content[first : first + size]
    content[first : first + size], content[second : second + size] = content[second : second + size], block


def splice_tokens(content: bytearray, chance: random.Random, _: bytes) -> None:
    for _number in range(chance.choice((1, 2, 8))):
        place = chance.randrange(len(content) + 1)
        content[place : place + chance.choice((0, 0, 5))] = chance.choice(TOKENS)


def splice_files(content: bytearray, chance: random.Random, other: bytes) -> None:
    start = chance.randrange(max(1, len(other)))
    place = chance.randrange(len(content) + 1)
    content[place : place + chance.randrange(2000)] = other[start : start + chance.randrange(1, 5000)]


MUTATIONS: Mapping[str, Callable[[bytearray, random.Random, bytes], None]] = {
    "bits": flip_bits,
    "truncated": truncate,
    "swapped": swap_blocks,
    "tokens": splice_tokens,
    "spliced": splice_files,
}


@dataclass
class Stopwatch:
    """How long the answers took to come, one after the other."""

    last: float
    slowest: float = 0.0
    name: str = ""

    def lap(self, name: str) -> None:
        now = time.perf_counter()
        if now - self.last > self.slowest:
            self.slowest, self.name = now - self.last, name
        self.last = now


def mutants(originals: Mapping[str, bytes], number: int, seed: int) -> Iterator[tuple[str, bytes]]:
    """Yield names and bytes; the same for the same seed and files."""
    chance = random.Random(seed)  # noqa: S311 - reproducible on purpose
    names = sorted(originals)
    for index in range(number):
        name, kind = chance.choice(names), chance.choice(sorted(MUTATIONS))
        content = bytearray(originals[name])
        MUTATIONS[kind](content, chance, originals[chance.choice(names)])
        yield f"{index:05}-{kind}-{Path(name).name}", bytes(content)


def problems(extraction: Extraction, dictionary: Dictionary) -> Iterator[str]:
    """Yield what no outcome may be."""
    if extraction.status not in STATUSES:
        yield f"status {extraction.status!r}"
    codes = {extraction.reason_code, *(finding.reason_code for finding in extraction.findings)} - {None}
    if unknown := codes - dictionary.reasons.keys():
        yield f"reason codes {unknown}"
    if not extraction.records and extraction.reason_code is None and extraction.status != "aside":
        yield "neither records nor a reason"
    if extraction.reason_code is not None and not extraction.detail:
        yield "a reason without a detail"
    if extraction.detail.startswith(FAILED):
        yield extraction.detail
    for record in normalise(extraction, dictionary):
        for value in record.values:
            texts = (value.raw, value.value or "", value.problem.detail if value.problem else "")
            if any("\ud800" <= mark <= "\udfff" for text in texts for mark in text):
                yield f"field {value.name}: half a character"
            if not all(map(math.isfinite, (*(value.box or ()), value.confidence))):
                yield f"field {value.name}: a place that is no number"


def peak_memory(process: int) -> int:
    """MiB that a living process ever had in memory."""
    status = Path(f"/proc/{process}/status").read_text(encoding="ascii")
    return int(status.partition("VmHWM:")[2].split()[0]) // 1024


def main() -> int:
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--files", type=int, default=1000)
    options.add_argument("--seed", type=int, default=1)
    options.add_argument("--data", type=Path, default=Path("../shared/data"))
    options.add_argument("--keep", type=Path, help="folder for the files whose outcome is none")
    given = options.parse_args()
    dictionary = load_contracts(Path("field_dictionaries")).latest("ap_invoices")
    paths = find_documents([folder for name in FOLDERS if (folder := given.data / name).is_dir()])
    originals = {str(path): path.read_bytes() for path in paths if 0 < path.stat().st_size <= LARGEST}
    made = list(mutants(originals, given.files, given.seed))
    print(f"seed {given.seed}: {len(made)} mutants of {len(originals)} files")
    counts: Counter[str] = Counter()
    wrong = 0
    watch = Stopwatch(time.perf_counter())
    with closing(Workers()) as workers:
        sources = [Source(name, partial(bytes, content)) for name, content in made]
        for (name, content), extraction in zip(made, workers.extract(sources, dictionary), strict=True):
            watch.lap(name)
            counts[f"{extraction.status} {extraction.reason_code or 'records'}"] += 1
            for problem in problems(extraction, dictionary):
                wrong += 1
                print(f"{name}: {problem}")
                if given.keep is not None:
                    given.keep.mkdir(parents=True, exist_ok=True)
                    (given.keep / name).write_bytes(content)
            if "process that reads" in extraction.detail or extraction.reason_code == "LIMIT_EXCEEDED":
                print(f"{name}: {extraction.detail}")
        deaths, peak = workers.deaths, max(map(peak_memory, workers.processes()), default=0)
    for outcome, number in sorted(counts.items()):
        print(f"{number:6} {outcome}")
    print(f"{counts.total()} of {len(made)} have an outcome, {wrong} problems, {deaths} deaths of workers")
    print(f"slowest answer {watch.slowest:.1f} s ({watch.name}), peak memory of the last workers {peak} MiB")
    return 1 if wrong or counts.total() != len(made) else 0


if __name__ == "__main__":
    sys.exit(main())
