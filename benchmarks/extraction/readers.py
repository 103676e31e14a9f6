"""The readers that `speed` times, each in a process of its own: ours, and peers that the project does not depend on.

    python benchmarks/extraction/readers.py READER LIST [LANE DICTIONARIES]

LIST has one path a line. Prints one JSON object: seconds of computing from the first document to the last (loading
before it apart), documents, and memory in MiB after each tenth of them. A reader that cannot be imported says so.
This file is also run by the interpreter of the peers' environment, so it imports nothing of ours at its top.
"""

import importlib
import json
import logging
import os
import resource
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

Read = Callable[[Path], object]
TENTHS = 10


def ours(lane: str, dictionaries: str) -> Read:
    """Text layer to canonical values as JSON, as command `extract --ignore-embedded-xml` writes them."""
    from back_office_pipelines.cli.extract import extract_file  # noqa: PLC0415
    from back_office_pipelines.dictionary.store import load_contracts  # noqa: PLC0415
    from back_office_pipelines.extraction.isolation.worker import collect_seldom  # noqa: PLC0415

    dictionary = load_contracts(Path(dictionaries)).latest(lane)
    collect_seldom()  # as every worker process does before its first document
    return lambda path: json.dumps(extract_file(path, dictionary, ignore_embedded_xml=True), ensure_ascii=False)


def invoice2data() -> Read:
    """Text of the whole document by its default reader, and the search for one of its shipped templates."""
    package: Any = importlib.import_module("invoice2data")
    templates = importlib.import_module("invoice2data.extract.loader").read_templates()
    logging.disable(logging.CRITICAL)
    return lambda path: package.extract_data(str(path), templates=templates)


def pdfplumber() -> Read:
    """Plain text of every page."""
    package: Any = importlib.import_module("pdfplumber")

    def read(path: Path) -> object:
        with closing(package.open(path)) as document:
            return [page.extract_text() for page in document.pages]

    return read


READERS: dict[str, Callable[..., Read]] = {"ours": ours, "invoice2data": invoice2data, "pdfplumber": pdfplumber}


def computing() -> float:
    """Return the seconds of computing so far, those of programs it ran included (`pdftotext` of invoice2data)."""
    children = resource.getrusage(resource.RUSAGE_CHILDREN)
    return time.process_time() + children.ru_utime + children.ru_stime


def resident() -> float:
    """Return the memory this process holds, in MiB."""
    pages = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE") / 2**20


def memory_after_tenths(read: Read, paths: list[Path]) -> Iterator[float]:
    """Read every document; yield the memory held after each tenth of them."""
    marks = {max(1, len(paths) * tenth // TENTHS) for tenth in range(1, TENTHS + 1)}
    for number, path in enumerate(paths, start=1):
        read(path)
        if number in marks:
            yield resident()


def main() -> None:
    name, listed, *settings = sys.argv[1:]
    try:
        read = READERS[name](*settings)
    except ImportError as problem:
        print(json.dumps({"missing": str(problem)}))
        return
    paths = [Path(line) for line in Path(listed).read_text(encoding="utf-8").splitlines()]
    started = computing()
    memory = list(memory_after_tenths(read, paths))
    seconds = computing() - started
    print(json.dumps({"seconds": seconds, "loading": started, "documents": len(paths), "memory": memory}))


if __name__ == "__main__":
    main()
