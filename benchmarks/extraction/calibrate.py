"""Measure how often values of photographed slips are right, by the evidence they rest on.

    python benchmarks/extraction/calibrate.py FOLDER... --out back_office_pipelines/extraction/slip/confidence.yaml

Reads every image with a truth beside it but those of `held_back.txt`, as it is and worn in some ways (`worn`): what is
rare on well scanned slips, a date with its strokes lost or two totals that contradict each other, is then seen often
enough to be counted. Counts by "type/evidence": in how many families of layouts it occurred, the sum over families of
the share that was right, and how doubtful recognition was. A family counts once, so that a hundred slips of one till do
not vouch for a layout nobody has seen. Evidence of fewer families than `LEAST_FAMILIES` is left out, and so never makes
anybody sure. Fields a slip does not show (per truth) are left out. What is printed is measured family by family on
counts that never saw it.
"""

import argparse
from collections import defaultdict
from collections.abc import Iterator, Sequence
from pathlib import Path
from statistics import mean
from typing import Any, NamedTuple

from compare import equal
from figures import brier, chance_error, expected_calibration_error, reliability, risk_at
from given import as_value
from PIL import Image
from score import CRITICAL_OF_RECEIPT
from truths import held_back, pairs
from worn import WAYS

from back_office_pipelines.dictionary.model import Dictionary
from back_office_pipelines.dictionary.store import load_contracts
from back_office_pipelines.extraction.ocr.engine import LONGEST_SIDE
from back_office_pipelines.extraction.ocr.pages import MOST_SCANNED, scan
from back_office_pipelines.extraction.ocr.pictures import as_rgb, frames, points_of
from back_office_pipelines.extraction.pdf.page.words import Line
from back_office_pipelines.extraction.pdf.textlayer import read
from back_office_pipelines.extraction.slip.confidence import Measured, Table, confidence

IMAGES = (".png", ".jpg", ".jpeg", ".tif", ".tiff", ".webp")
LEAST_FAMILIES = 3
"""Families of layouts from which on evidence is counted: one or two would borrow all their worth from the rest."""
HEADING = """# How often values read from slips are right, by type of value and evidence: counted, not felt. Written by
#   python benchmarks/extraction/calibrate.py FOLDER... --out back_office_pipelines/extraction/slip/confidence.yaml
# Slips are read as they are and worn (`worn.py`). layouts: families of layouts it occurred in; right: sum over them of
# the share that was right; doubt: 1 less the mean probability of the recognised characters.
# `confidence.py` says what follows from these.
"""


class Example(NamedTuple):
    """One given value: its type and evidence, how well it was recognised, and whether it is right."""

    type_name: str
    evidence: str
    score: float
    family: str
    field: str
    right: bool
    way: str = ""


def picture_lines(path: Path, way: str = "") -> list[Line]:
    """Return the lines recognised in an image, worn in a way where one is named."""
    pictures = frames(path.read_bytes(), MOST_SCANNED)
    wear = WAYS.get(way, _as_it_is)
    pages = (scan(wear(as_rgb(one, LONGEST_SIDE)), n, points_of(one)) for n, (one, _) in enumerate(pictures, 1))
    return [line for page in pages for line in page.lines]


def _as_it_is(picture: Image.Image) -> Image.Image:
    return picture


def examples(path: Path, truth: dict[str, Any], dictionary: Dictionary, way: str = "") -> Iterator[Example]:
    """Yield the given values of one document whose truth is known."""
    lines = picture_lines(path, way)
    reading = read(lines, dictionary)
    shown = truth.get("visible_truth") or truth
    hidden = set() if truth.get("visible_truth") else set(truth.get("not_visible_fields") or ())
    family = truth.get("layout_family") or path.stem
    for choice, code in reading.choices:
        expected = shown.get(choice.field)
        if expected is None or choice.field in hidden:
            continue
        value = as_value(choice, code, reading, dictionary)
        if value.problem is None:  # an ambiguous text is an exception whatever its confidence
            type_name = dictionary.records[dictionary.header].fields[choice.field].type
            right = equal(choice.field, expected, value.value)
            yield Example(type_name, choice.evidence, choice.found.score or 1.0, family, choice.field, right, way)


def table(counted: Sequence[Example]) -> Table:
    """Return what was counted, each family once."""
    groups: dict[str, dict[str, list[Example]]] = defaultdict(lambda: defaultdict(list))
    for one in counted:
        groups[f"{one.type_name}/{one.evidence}"][one.family].append(one)
    told = {name: families for name, families in sorted(groups.items()) if len(families) >= LEAST_FAMILIES}
    return Table(recognised={name: _measured(families) for name, families in told.items()})


def _measured(families: dict[str, list[Example]]) -> Measured:
    right = sum(mean(one.right for one in family) for family in families.values())
    doubt = mean(1 - one.score for family in families.values() for one in family)
    return Measured(layouts=len(families), right=f"{right:.2f}", doubt=f"{doubt:.4f}")


def write(out: Path, counted: Table) -> None:
    """Write the file anew."""
    rows = [
        f'  "{name}": {{layouts: {one.layouts}, right: "{one.right}", doubt: "{one.doubt}"}}\n'
        for name, one in counted.recognised.items()
    ]
    out.write_text("".join([HEADING, "recognised:\n", *rows]), encoding="utf-8")


def report(counted: Sequence[Example], families: Sequence[str], way: str) -> None:
    """Print how well probabilities hold for pictures in one state, of families that were not counted."""
    judged: list[tuple[float, bool]] = []
    documents: list[tuple[float, bool]] = []
    for family in families:
        others = table([one for one in counted if one.family != family])
        own = [one for one in counted if one.family == family and one.way == way]
        sure = [(confidence(one.type_name, one.evidence, one.score, others), one) for one in own]
        judged.extend((certainty, one.right) for certainty, one in sure)
        critical = [(certainty, one.right) for certainty, one in sure if one.field in CRITICAL_OF_RECEIPT]
        documents.append((min((c for c, _ in critical), default=0.0), all(right for _, right in critical)))
    print(f"{way or 'as they are'}: n={len(judged)} ECE {expected_calibration_error(judged):.3f} "
          f"(by chance {chance_error(judged):.3f}) Brier {brier(judged):.3f}")  # fmt: skip
    print("  " + "  ".join(f"{sure:.2f}:{share:.2f} ({n})" for sure, share, n in reliability(judged)))
    print(f"  families: {len(documents)}, risk among the surest 75 % {risk_at(documents, 0.75):.3f}")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folders", nargs="+", type=Path)
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--lane", default="expense_receipts")
    parser.add_argument("--dictionaries", type=Path, default=Path("field_dictionaries"))
    options = parser.parse_args()
    dictionary = load_contracts(options.dictionaries).latest(options.lane)
    counted = [
        one
        for folder in options.folders
        for path, truth in pairs(folder)
        if path.suffix.lower() in IMAGES and path.name not in held_back()
        for way in ("", *WAYS)
        for one in examples(path, truth, dictionary, way)
    ]
    families = list(dict.fromkeys(one.family for one in counted))
    for way in ("", *WAYS):
        report(counted, families, way)
    write(options.out, table(counted))


if __name__ == "__main__":
    main()
