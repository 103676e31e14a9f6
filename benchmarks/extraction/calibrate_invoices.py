"""Fit the probability that a field of an invoice is right to documents with truths, and measure it across layouts.

    python benchmarks/extraction/calibrate_invoices.py FOLDER... --out FILE

FILE is `back_office_pipelines/extraction/pdf/calibration.yaml`.

Reads the text layer of every PDF with a truth beside it as if no XML were embedded. Every value given is an example:
right, or wrong (also where a person found nothing on the page); values whose truth nobody knows are left out. Names are
ranked by weights that have not seen the layout (`folds`). Each document is read again with some of its labels in words
nobody listed (`hiding`): the layouts that stood beside the desk while the rules were written are read better than those
to come, and what makes a value doubtful is seen only where values are wrong. Examples of one family of layouts share a
weight that grows with the root of their number, so that a hundred prints of one style sheet do not vouch for a layout
nobody has seen. Per group of fields a logistic regression with a penalty on its weights (the same seed-free Newton
steps every time). What is printed is measured on the documents as they are, family by family on fits that never saw it:
for fields how well probabilities hold, for documents the share with a wrong critical field among the surest.
"""

import argparse
from collections import Counter, defaultdict
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from random import Random

import numpy as np
from compare import best_pairs, is_right
from figures import brier, expected_calibration_error, reliability, risk_at
from folds import Folds
from given import as_value
from hiding import hidden
from rank_parties import examples as names_of
from rank_parties import mended_lines
from score import CRITICAL
from truths import Truth, pairs

from back_office_pipelines.dictionary.model import Dictionary
from back_office_pipelines.dictionary.store import load_contracts
from back_office_pipelines.extraction.pdf.calibration import FEATURES, LINE, features, group_of, probability
from back_office_pipelines.extraction.pdf.evidence import Choice
from back_office_pipelines.extraction.pdf.page.words import Line
from back_office_pipelines.extraction.pdf.textlayer import Reading, read

TIMES, HIDDEN_WEIGHT = 2, 0.3
"""How often each document is read with parts of it hidden, and what such a reading weighs beside the plain one."""
SPEAK_FOR = frozenset(("score", "margin", "held", "agreed"))
PENALTY = 0.3
STEPS = 60
HEADING = """# Weights of the probability that a field of an invoice is right, by group of fields; `calibration.py` says
# what they weigh. Written by `python benchmarks/extraction/calibrate_invoices.py FOLDER... --out` this file.
"""


@dataclass(frozen=True)
class Example:
    """One given value: what its probability rests on, whether it was right, and where it comes from.

    Attributes:
        shown: the document as it is, nothing hidden.
    """

    group: str
    values: tuple[float, ...]
    right: bool
    family: str
    document: str
    field: str
    shown: bool


@dataclass(frozen=True)
class Document:
    """One document as one reader sees it."""

    truth: Truth
    reading: Reading
    shown: bool

    def example(self, choice: Choice, right: bool) -> Example:
        """Return a choice as an example."""
        values = group_of(choice), features(choice), right
        return Example(*values, self.truth.family, self.truth.name, choice.field, self.shown)


def documents(folder: Path, dictionary: Dictionary, folds: Folds) -> Iterator[Document]:
    """Yield the PDFs of a folder, each as it is and then with parts of it hidden."""
    for path, content in pairs(folder):
        if path.suffix.lower() == ".pdf":
            truth, lines = Truth(path.name, content), mended_lines(path.read_bytes(), dictionary)
            with folds.unseen(truth.family):
                found = list(_readings(truth, lines, dictionary))
            yield from found


def _readings(truth: Truth, lines: Sequence[Line], dictionary: Dictionary) -> Iterator[Document]:
    yield Document(truth, read(lines, dictionary), shown=True)
    for number in range(TIMES if lines else 0):
        random = Random(f"{truth.name}/{number}")  # noqa: S311  the same at every run, no secret
        part = hidden(lines, dictionary, truth.names, random)
        yield Document(truth, read(part, dictionary), shown=False)


def examples(document: Document, dictionary: Dictionary) -> Iterator[Example]:
    """Yield the given values of a document whose truth is known; one that is no invoice gives none."""
    truth, reading = document.truth, document.reading
    kind = dictionary.documents.get(reading.document_class or "")
    if kind is None or kind.record != dictionary.header:
        return
    for choice, code in reading.choices:
        known = truth.visible(choice.field)
        if known is None and not truth.absent(choice.field):
            continue
        value = as_value(choice, code, reading, dictionary)
        if value.problem is None:  # a text that cannot be read is an exception whatever its confidence
            yield document.example(choice, known is not None and is_right(choice.field, known, value.value))
    yield from _line_examples(document, dictionary)


def _line_examples(document: Document, dictionary: Dictionary) -> Iterator[Example]:
    """Yield the values of lines, of documents whose lines are known; a line that is none of theirs is all wrong."""
    truth, reading = document.truth, document.reading
    if not truth.lines:
        return
    lines = list(reading.of_lines())
    given = [
        {one.field: {"value": as_value(one, None, reading, dictionary, "line").value} for one in choices}
        for choices in lines
    ]
    agreed = {id(line): right for _, line, right in best_pairs(truth.lines, given)}
    for choices, line in zip(lines, given, strict=True):
        for choice in choices:
            right = agreed.get(id(line), {}).get(choice.field, False if id(line) not in agreed else None)
            if right is not None:
                yield document.example(choice, right)


def fit(found: Sequence[Example]) -> np.ndarray:
    """Return the weights that make the examples most likely, each family weighing the root of its number.

    What speaks for a value never makes it less likely: where few examples say so, that feature weighs nothing.
    """
    sizes = Counter(one.family for one in found if one.shown)
    matrix = np.array([one.values for one in found])
    right = np.array([float(one.right) for one in found])
    root = [max(sizes[one.family], 1) ** -0.5 for one in found]
    weight = np.array(root) * np.array([1.0 if one.shown else HIDDEN_WEIGHT for one in found])
    used = list(range(matrix.shape[1]))
    while True:
        weights = np.zeros(matrix.shape[1])
        weights[used] = _most_likely(matrix[:, used], right, weight)
        against = [at for at in used if FEATURES[at] in SPEAK_FOR and weights[at] < 0]
        if not against:
            return weights
        used.remove(min(against, key=lambda at: weights[at]))


def _most_likely(matrix: np.ndarray, right: np.ndarray, weight: np.ndarray) -> np.ndarray:
    """Return the weights of a logistic regression with a penalty, by Newton's steps."""
    penalty = np.diag([0.01, *[PENALTY] * (matrix.shape[1] - 1)])
    weights = np.zeros(matrix.shape[1])
    for _ in range(STEPS):
        likely = 1 / (1 + np.exp(-matrix @ weights))
        slope = matrix.T @ (weight * (right - likely)) - penalty @ weights
        curve = (matrix.T * (weight * np.maximum(likely * (1 - likely), 1e-6))) @ matrix + penalty
        weights += np.clip(np.linalg.solve(curve, slope), -1, 1)
    return weights


def cross_fitted(found: Sequence[Example]) -> list[tuple[Example, float]]:
    """Return the examples of documents as they are, each with its probability by a fit on the other families."""
    judged: list[tuple[Example, float]] = []
    for family in sorted({one.family for one in found}):
        known = [one for one in found if one.family != family]
        layouts = len({one.family for one in known})
        weights = list(fit(known)) if known else [0.0] * len(FEATURES)
        own = (one for one in found if one.family == family and one.shown)
        judged += [(one, probability(weights, one.values, layouts)) for one in own]
    return judged


def of_documents(judged: Sequence[tuple[Example, float]], incomplete: Collection[str]) -> list[tuple[float, bool]]:
    """Return the probability of each document's weakest critical field, and whether none is wrong.

    Args:
        judged: examples with their probabilities.
        incomplete: documents in which a visible critical field was not found: nobody takes them without looking.
    """
    weakest: dict[str, tuple[float, bool]] = {}
    for one, likely in judged:
        if one.field in CRITICAL and one.group != LINE:
            least, sound = weakest.get(one.document, (1.0, True))
            weakest[one.document] = min(least, likely), sound and one.right
    return [(0.0 if name in incomplete else least, sound) for name, (least, sound) in weakest.items()]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folders", nargs="+", type=Path)
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--lane", default="ap_invoices")
    parser.add_argument("--dictionaries", type=Path, default=Path("field_dictionaries"))
    options = parser.parse_args()
    dictionary = load_contracts(options.dictionaries).latest(options.lane)
    groups: dict[str, list[Example]] = defaultdict(list)
    incomplete: set[str] = set()
    folds = Folds.fitted([one for folder in options.folders for one in names_of(folder, dictionary)])
    for document in (one for folder in options.folders for one in documents(folder, dictionary, folds)):
        given = {choice.field for choice, _ in document.reading.choices}
        if document.shown and any(document.truth.visible(name) is not None for name in set(CRITICAL) - given):
            incomplete.add(document.truth.name)
        for one in examples(document, dictionary):
            groups[one.group].append(one)
    lines, everything = [HEADING], []
    for name, found in sorted(groups.items()):
        judged = cross_fitted(found)
        everything += judged
        layouts = len({one.family for one in found})
        weights = ", ".join(f'"{round(weight, 3) + 0.0:.3f}"' for weight in fit(found))
        lines.append(f"{name}: {{layouts: {layouts}, weights: [{weights}]}}\n")
        print(f"{name:<12} n={len(judged)} layouts={layouts} {_held(judged)}")
    options.out.write_text("".join(lines), encoding="utf-8")
    print(f"all          {_held(everything)}")
    plain = [(likely, one.right) for one, likely in everything]
    print("  ".join(f"{mean:.2f}:{share:.2f} ({n})" for mean, share, n in reliability(plain)))
    sure = of_documents(everything, incomplete)
    print(f"documents    n={len(sure)} risk at 75 % {risk_at(sure, 0.75):.3f}, at 100 % {risk_at(sure, 1.0):.3f}")


def _held(judged: Sequence[tuple[Example, float]]) -> str:
    plain = [(likely, one.right) for one, likely in judged]
    wrong = sum(not right for _, right in plain)
    return f"wrong={wrong} ECE {expected_calibration_error(plain):.3f} Brier {brier(plain):.3f}"


if __name__ == "__main__":
    main()
