"""Measure how often values of photographed slips are right, by the evidence they rest on.

    python benchmarks/extraction/calibrate.py FOLDER... --out back_office_pipelines/extraction/pdf/confidence.yaml

Reads every image with a truth beside it. Counts by "type/evidence": in how many families of layouts it occurred and the
sum over families of the share that was right. A family counts once, so that a hundred slips of one till do not vouch
for a layout nobody has seen. Fields a slip does not show (per truth) are left out.
"""

import argparse
from collections import defaultdict
from pathlib import Path
from typing import Any

from compare import equal
from given import as_value
from truths import pairs

from back_office_pipelines.dictionary.model import Dictionary
from back_office_pipelines.dictionary.store import load_contracts
from back_office_pipelines.extraction.ocr.engine import LONGEST_SIDE
from back_office_pipelines.extraction.ocr.pages import MOST_SCANNED, scan
from back_office_pipelines.extraction.ocr.pictures import as_rgb, frames, points_of
from back_office_pipelines.extraction.pdf.textlayer import read
from back_office_pipelines.extraction.pdf.words import Line

IMAGES = (".png", ".jpg", ".jpeg", ".tif", ".tiff", ".webp")
Counts = dict[str, dict[str, list[bool]]]
HEADING = """# How often values read from slips are right, by type of value and evidence: counted, not felt. Written by
#   python benchmarks/extraction/calibrate.py FOLDER... --out back_office_pipelines/extraction/pdf/confidence.yaml
# layouts: families of layouts it occurred in; right: sum over them of the share that was right. The confidence of a
# value is (right + 1) / (layouts + 2).
"""


def picture_lines(path: Path) -> list[Line]:
    """Return the lines recognised in an image."""
    pictures = frames(path.read_bytes(), MOST_SCANNED)
    pages = (scan(as_rgb(one, LONGEST_SIDE), number, points_of(one)) for number, (one, _) in enumerate(pictures, 1))
    return [line for page in pages for line in page.lines]


def count_lines(name: str, lines: list[Line], truth: dict[str, Any], dictionary: Dictionary, counts: Counts) -> None:
    """Add the choices of one document to the counts."""
    reading = read(lines, dictionary)
    shown = truth.get("visible_truth") or truth
    hidden = set() if truth.get("visible_truth") else set(truth.get("not_visible_fields") or ())
    family = truth.get("layout_family") or name
    for choice, code in reading.choices:
        expected = shown.get(choice.field)
        if expected is None or choice.field in hidden:
            continue
        value = as_value(choice, code, reading, dictionary)
        if value.problem is None:  # an ambiguous text is an exception whatever its confidence
            type_name = dictionary.records[dictionary.header].fields[choice.field].type
            counts[f"{type_name}/{choice.evidence}"][family].append(equal(choice.field, expected, value.value))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folders", nargs="+", type=Path)
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--lane", default="expense_receipts")
    parser.add_argument("--dictionaries", type=Path, default=Path("field_dictionaries"))
    options = parser.parse_args()
    dictionary = load_contracts(options.dictionaries).latest(options.lane)
    counts: Counts = defaultdict(lambda: defaultdict(list))
    for folder in options.folders:
        for path, truth in pairs(folder):
            if path.suffix.lower() in IMAGES:
                count_lines(path.stem, picture_lines(path), truth, dictionary, counts)
    write(options.out, counts)


def write(out: Path, counts: Counts) -> None:
    """Write the file anew."""
    rows = [
        f'  "{name}": {{layouts: {len(families)}, right: "{_right(families):.2f}"}}\n'
        for name, families in sorted(counts.items())
    ]
    out.write_text("".join([HEADING, "recognised:\n", *rows]), encoding="utf-8")


def _right(families: dict[str, list[bool]]) -> float:
    """Return the sum over families of the share that was right."""
    return sum(sum(one) / len(one) for one in families.values())


if __name__ == "__main__":
    main()
