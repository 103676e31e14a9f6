"""How much pages that are pictures take beyond their recognition: the whole path against the engine alone.

    python benchmarks/extraction/recognition.py LANE FOLDER... [--files 10] [--rounds 3]

Takes the first documents of the folders that are recognised, and notes the picture of each page as it is handed to the
engine first. Then, in turn and in one process: the engine alone on those pictures, and the whole path from bytes to
canonical values. Seconds are of computing, on one core; the ratio is the median of the rounds. Aim: 1.15.
"""

import argparse
import time
from collections.abc import Callable, Iterable
from pathlib import Path
from statistics import median
from typing import Any
from unittest.mock import patch

from back_office_pipelines.cli.extract import extract_file
from back_office_pipelines.dictionary.model import Dictionary
from back_office_pipelines.dictionary.store import load_contracts
from back_office_pipelines.extraction.ocr import pages, turning
from back_office_pipelines.extraction.ocr.engine import recognise

SUFFIXES = (".pdf", ".jpg", ".jpeg", ".png", ".tif", ".tiff")
AIM = 1.15


def recognised(paths: Iterable[Path], dictionary: Dictionary, most: int) -> dict[Path, list[Any]]:
    """Return the pictures of the first documents that have any, each as the engine gets it before any turning."""
    found: dict[Path, list[Any]] = {}
    for path in paths:
        if len(found) >= most:
            break
        noted: list[Any] = []

        def note(picture: Any, noted: list[Any] = noted) -> turning.Upright:
            noted.append(picture)
            return turning.read_upright(picture)

        with patch.object(pages, "read_upright", note):
            extract_file(path, dictionary, ignore_embedded_xml=True)
        if noted:
            found[path] = noted
    return found


def seconds(act: Callable[[], object]) -> float:
    """Return the seconds of computing that a call takes."""
    start = time.process_time()
    act()
    return time.process_time() - start


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("lane")
    parser.add_argument("folders", nargs="+", type=Path)
    parser.add_argument("--dictionaries", type=Path, default=Path("field_dictionaries"))
    parser.add_argument("--files", type=int, default=10)
    parser.add_argument("--rounds", type=int, default=3)
    given = parser.parse_args()
    dictionary = load_contracts(given.dictionaries).latest(given.lane)
    files = [path for folder in given.folders for path in sorted(folder.rglob("*")) if path.suffix.lower() in SUFFIXES]
    found = recognised(files, dictionary, given.files)
    pictures = [picture for noted in found.values() for picture in noted]
    ratios = []
    for _ in range(given.rounds):
        alone = seconds(lambda: [recognise(picture) for picture in pictures])
        whole = seconds(lambda: [extract_file(path, dictionary, ignore_embedded_xml=True) for path in found])
        ratios.append(whole / alone)
        print(f"{len(pictures)} pages: engine {alone:.2f} s, whole path {whole:.2f} s, ratio {ratios[-1]:.3f}")
    told = "reached" if median(ratios) <= AIM else "not reached"
    print(f"{median(ratios):.3f} times the engine's own time; aim of {AIM} {told}")


if __name__ == "__main__":
    main()
