"""Fit the probability that a field of an invoice is right to documents with truths, and measure it across layouts.

    python benchmarks/extraction/calibrate_invoices.py FOLDER... --out FILE

FILE is `back_office_pipelines/extraction/pdf/calibration.yaml`.

Reads the text layer of every PDF with a truth beside it as if no XML were embedded. Every value given is an example:
right, or wrong (also where a person found nothing on the page); values whose truth nobody knows are left out. Examples
of one family of layouts share a weight that grows with the root of their number, so that a hundred prints of one style
sheet do not vouch for a layout nobody has seen. Per group of fields a logistic regression with a penalty on its weights
(the same seed-free Newton steps every time). What is printed is measured family by family on fits that never saw it.
"""

import argparse
from collections import Counter, defaultdict
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from compare import best_pairs, equal
from figures import brier, expected_calibration_error, reliability
from given import as_value
from truths import Truth, pairs

from back_office_pipelines.dictionary.model import Dictionary
from back_office_pipelines.dictionary.store import load_contracts
from back_office_pipelines.extraction.model import FieldValue
from back_office_pipelines.extraction.pdf.calibration import FEATURES, LINE, features, group_of, probability
from back_office_pipelines.extraction.pdf.evidence import Choice
from back_office_pipelines.extraction.pdf.pages import text_lines
from back_office_pipelines.extraction.pdf.textlayer import Reading, read
from back_office_pipelines.normalization.normalise import normalise_value

PENALTY = 0.3
STEPS = 60
HEADING = """# Weights of the probability that a field of an invoice is right, by group of fields; `calibration.py` says
# what they weigh. Written by `python benchmarks/extraction/calibrate_invoices.py FOLDER... --out` this file.
"""


@dataclass(frozen=True)
class Example:
    """One given value: what its probability rests on, whether it was right, and the family of its layout."""

    group: str
    values: tuple[float, ...]
    right: bool
    family: str


def examples(folder: Path, dictionary: Dictionary) -> list[Example]:
    """Return the given values of a folder's documents whose truth is known."""
    found: list[Example] = []
    for path, content in pairs(folder):
        if path.suffix.lower() != ".pdf":
            continue
        truth = Truth(path.name, content)
        reading = read(text_lines(path.read_bytes()), dictionary)
        for choice, code in reading.choices:
            known = truth.visible(choice.field)
            if known is None and not truth.absent(choice.field):
                continue
            value = as_value(choice, code, reading, dictionary)
            if value.problem is None:  # a text that cannot be read is an exception whatever its confidence
                right = known is not None and _right(choice.field, known, value.value)
                found.append(Example(group_of(choice), features(choice), right, truth.family))
        found += _line_examples(truth, reading, dictionary)
    return found


def _line_examples(truth: Truth, reading: Reading, dictionary: Dictionary) -> list[Example]:
    """Return the values of lines, of documents whose lines are known; a line that is none of theirs is all wrong."""
    if not truth.lines:
        return []
    given = [
        {name: {"value": _canonical(name, text.text, reading, dictionary)} for name, text in item.values.items()}
        for item in reading.items
    ]
    agreed = {id(line): right for _, line, right in best_pairs(truth.lines, given)}
    return [
        Example(LINE, features(Choice(name, found, LINE, held=item.closes)), right, truth.family)
        for item, line in zip(reading.items, given, strict=True)
        for name, found in item.values.items()
        if (right := agreed.get(id(line), {}).get(name, False if id(line) not in agreed else None)) is not None
    ]


def _canonical(name: str, raw: str, reading: Reading, dictionary: Dictionary) -> str | None:
    value = FieldValue(name, raw, 1.0, "text_layer", style=reading.style)
    return normalise_value(value, dictionary.value_type("line", name)).value


def _right(field: str, known: object, value: str | None) -> bool:
    """Tell whether a value is the truth's, or one of its lines: XML holds whole letterheads in a name."""
    return any(equal(field, one, value) for one in (known, *str(known).split("\n")))


def fit(found: list[Example]) -> np.ndarray:
    """Return the weights that make the examples most likely, each family weighing the root of its number."""
    sizes = Counter(one.family for one in found)
    matrix = np.array([one.values for one in found])
    right = np.array([float(one.right) for one in found])
    weight = np.array([sizes[one.family] ** -0.5 for one in found])
    penalty = np.diag([0.01, *[PENALTY] * (matrix.shape[1] - 1)])
    weights = np.zeros(matrix.shape[1])
    for _ in range(STEPS):
        likely = 1 / (1 + np.exp(-matrix @ weights))
        slope = matrix.T @ (weight * (right - likely)) - penalty @ weights
        curve = (matrix.T * (weight * np.maximum(likely * (1 - likely), 1e-6))) @ matrix + penalty
        weights += np.clip(np.linalg.solve(curve, slope), -1, 1)
    return weights


def cross_validated(found: list[Example]) -> list[tuple[float, bool]]:
    """Return every example's probability by a fit on the other families."""
    judged: list[tuple[float, bool]] = []
    for family in sorted({one.family for one in found}):
        known = [one for one in found if one.family != family]
        layouts = len({one.family for one in known})
        weights = list(fit(known)) if known else [0.0] * len(FEATURES)
        judged += [(probability(weights, one.values, layouts), one.right) for one in found if one.family == family]
    return judged


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folders", nargs="+", type=Path)
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--lane", default="ap_invoices")
    parser.add_argument("--dictionaries", type=Path, default=Path("field_dictionaries"))
    options = parser.parse_args()
    dictionary = load_contracts(options.dictionaries).latest(options.lane)
    groups: dict[str, list[Example]] = defaultdict(list)
    for folder in options.folders:
        for one in examples(folder, dictionary):
            groups[one.group].append(one)
    lines, everything = [HEADING], []
    for name, found in sorted(groups.items()):
        judged = cross_validated(found)
        everything += judged
        layouts = len({one.family for one in found})
        weights = ", ".join(f'"{weight:.3f}"' for weight in fit(found))
        lines.append(f"{name}: {{layouts: {layouts}, weights: [{weights}]}}\n")
        print(f"{name:<12} n={len(found)} layouts={layouts} wrong={sum(not one.right for one in found)} "
              f"ECE {expected_calibration_error(judged):.3f} Brier {brier(judged):.3f}")  # fmt: skip
    options.out.write_text("".join(lines), encoding="utf-8")
    print(f"all          ECE {expected_calibration_error(everything):.3f} Brier {brier(everything):.3f}")
    print("  ".join(f"{mean:.2f}:{share:.2f} ({n})" for mean, share, n in reliability(everything)))


if __name__ == "__main__":
    main()
