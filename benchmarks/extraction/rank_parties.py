"""Fit what each trait of a name says about whether it is the seller's or the buyer's, and measure it on another hand.

    python benchmarks/extraction/rank_parties.py FOLDER... --out FILE [--without PATTERN] [--misses]

FILE is `back_office_pipelines/extraction/pdf/parties/parties.yaml`.

Reads the names of every PDF with a truth beside it, and of the same documents with some labels in words nobody listed
(`hiding`). Per role a conditional logit (McFadden 1974) over the names of a document, nobody among them: the weights
that make the right names likeliest, drawn towards what each trait is expected to say and never against its sign, so
that a few documents of one taste do not turn evidence round. Documents of one family of layouts share a weight that
grows with the root of their number. With `--without` (a regular expression), matching documents are not fitted to, but
measured: that is how to see what the weights are worth to a hand they never saw.
"""

import argparse
import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby
from pathlib import Path
from random import Random

import numpy as np
from compare import is_right
from hiding import hidden
from scipy.optimize import minimize
from truths import Truth, pairs

from back_office_pipelines.dictionary.model import Dictionary
from back_office_pipelines.dictionary.store import load_contracts
from back_office_pipelines.extraction.pdf.page.blocks import blocks_of
from back_office_pipelines.extraction.pdf.page.mending import Mender
from back_office_pipelines.extraction.pdf.page.pages import text_lines
from back_office_pipelines.extraction.pdf.page.rows import rows_of
from back_office_pipelines.extraction.pdf.page.vocabulary import key, vocabulary_of
from back_office_pipelines.extraction.pdf.page.words import Line
from back_office_pipelines.extraction.pdf.parties.naming import EVIDENCE
from back_office_pipelines.extraction.pdf.parties.nominees import Nominee
from back_office_pipelines.extraction.pdf.parties.parties import are_apart, nominated
from back_office_pipelines.extraction.pdf.parties.ranking import BIAS, ROLES, Worth, ranked
from back_office_pipelines.extraction.pdf.spoken import language_of, language_of_labels, words_of_languages

TIMES, HIDDEN_WEIGHT = 2, 0.2
"""How often each document is read with parts of it hidden, and what such a reading weighs beside the plain one."""
PENALTY: Mapping[str, float] = {"seller_name": 1.0, "buyer_name": 0.5}
"""What it costs to leave the expected weight, by role: chosen by cross-validation over families of layouts."""
FREE = 0.01
"""What it costs to leave the expected weight of the constant."""
OWN, OTHER, SMALL = 1.0, -0.6, 0.2
"""Expected weight of evidence for a role, of evidence for the other role, and of what merely fits a role."""
BARE = -0.7
"""Expected weight of a name that only stands on the page."""
STRONG = ("advertiser", "label", "sender_line", "under_sender_line", "imprint", "window")
"""Evidence that is expected to say twice as much."""
NO_NAME = (
    "form_alone", "one_word", "small_letter", "digits", "listing", "slash", "small_words", "marks", "ends_in_point",
    "bare", "department",
    "caption", "form_first", "role_first", "street_like", "begins_formed", "delivered",
    "label_in_line", "label_alone", "value_in_line", "comma", "other_is_formed", "part_of_longer", "caption_column",
)  # fmt: skip
"""Traits that speak against any party."""
WRITES = (
    "domain", "word_of_domain", "word_of_sign", "account_below", "contact_below", "register_in_line", "account_in_line",
    "phone_in_line", "contact_in_line", "head_and_foot", "foot", "print", "first_line", "address_reached",
    "larger_than_next", "dated_there", "under_sign", "call_sign",
)  # fmt: skip
"""Traits of whoever writes the document: they speak for the seller and against the buyer."""
FITS: Mapping[str, tuple[str, ...]] = {
    "seller_name": ("form", "organisation", "again", "formed_of_others", "top", "seller_labels", "seller_first_label"),
    "buyer_name": (
        "form", "organisation", "colon_above", "address_below", "address_ends", "street_next", "formed_of_others",
        "buyer_first_label", "courtesy_above", "care_below", "greeted",
        "lower_address", "house",
    ),
}  # fmt: skip
AGAINST: Mapping[str, tuple[str, ...]] = {
    "seller_name": (
        "right",
        "address_ends",
        "middle",
        "later_page",
        "lower_address",
        "courtesy_above",
        "care_below",
        "greeted",
    ),
    "buyer_name": ("in_sentence", "beside_advertiser"),
}
HEADING = """# What each trait of a name says about whose it is, in log-odds, by role; `traits.py` and `nominees.py` say
# what the traits are, `ranking.py` what the weights do. Written by
# `python benchmarks/extraction/rank_parties.py FOLDER... --out` this file.
"""


@dataclass(frozen=True)
class Example:
    """The names of one reading of a document, and those that are right by role.

    Attributes:
        right: positions among the names; the number of names where nobody has the role; empty where unknown.
        shown: the document as it is, nothing hidden.
    """

    truth: Truth
    names: Sequence[Nominee]
    right: Mapping[str, tuple[int, ...]]
    shown: bool


def examples(folder: Path, dictionary: Dictionary) -> Iterator[Example]:
    """Yield the readings of the invoices of a folder."""
    for path, content in pairs(folder):
        lines = mended_lines(path.read_bytes(), dictionary) if path.suffix.lower() == ".pdf" else []
        if not lines or content.get("document_class") not in (None, "invoice", "credit_note"):
            continue
        truth = Truth(path.name, content)
        yield _example(truth, lines, dictionary, shown=True)
        for number in range(TIMES):
            random = Random(f"{path.name}/{number}")  # noqa: S311  the same at every run, no secret
            yield _example(truth, hidden(lines, dictionary, truth.names, random), dictionary, False)


def mended_lines(content: bytes, dictionary: Dictionary) -> list[Line]:
    """Return the lines of a PDF's text layer as the reader has them, what recognition misspelled set right."""
    mender = Mender(dictionary)
    pages = groupby(text_lines(content), key=lambda line: line.page)
    return [line for _, page in pages for line in mender.mended(tuple(page))]


def _example(truth: Truth, lines: Sequence[Line], dictionary: Dictionary, shown: bool) -> Example:
    spoken = words_of_languages(lines, dictionary)
    language = language_of_labels(spoken, language_of(spoken))
    names = nominated(rows_of(lines, vocabulary_of(dictionary, language)), blocks_of(lines))
    right = {role: _right(role, truth, names) for role in ROLES}
    if not shown:  # a name taken away teaches nothing about those that are left
        right = {role: found if found != (len(names),) else () for role, found in right.items()}
    return Example(truth, names, right, shown)


def _right(role: str, truth: Truth, names: Sequence[Nominee]) -> tuple[int, ...]:
    known = truth.visible(role)
    if known is None:
        return (len(names),) if truth.absent(role) else ()
    keys = {key(one) for one in (known, *known.split("\n"))}
    right = tuple(
        at
        for at, one in enumerate(names)
        if any(key(place.text) in keys or is_right(role, known, place.text) for place in one.places)
    )
    return right or (len(names),)  # none of these is the party's: better nobody than somebody


def fit(found: Sequence[Example]) -> Worth:
    """Return the weights by role and trait."""
    traits = [*sorted({name for one in found for nominee in one.names for name in nominee.traits}), BIAS]
    return {role: dict(zip(traits, _fit_role(role, found, traits), strict=True)) for role in ROLES}


def _fit_role(role: str, found: Sequence[Example], traits: Sequence[str]) -> Sequence[float]:
    sizes = Counter(one.truth.family for one in found if one.shown)
    used = [one for one in found if one.right[role]]
    matrix = np.vstack([_matrix(one.names, traits) for one in used])
    counts = [len(one.names) + 1 for one in used]
    starts = np.cumsum([0, *counts[:-1]])
    owner = np.repeat(np.arange(len(used)), counts)
    right = np.zeros(len(matrix))
    for one, start in zip(used, starts, strict=True):
        right[[start + at for at in one.right[role]]] = 1.0
    weight = np.array([max(sizes[one.truth.family], 1) ** -0.5 * (1 if one.shown else HIDDEN_WEIGHT) for one in used])
    expected, bounds = _expected(role, traits)
    penalty = np.array([FREE if name == BIAS else PENALTY[role] for name in traits])

    def cost(weights: np.ndarray) -> tuple[float, np.ndarray]:
        powers = matrix @ weights
        likely = np.exp(powers - np.maximum.reduceat(powers, starts)[owner])
        every, good = np.add.reduceat(likely, starts), np.add.reduceat(likely * right, starts)
        slope = matrix.T @ ((likely * right / good[owner] - likely / every[owner]) * weight[owner])
        away = weights - expected
        return float(-weight @ np.log(good / every) + penalty @ away**2 / 2), penalty * away - slope

    best = minimize(cost, expected, jac=True, method="L-BFGS-B", bounds=bounds, options={"maxiter": 500})
    return [round(float(value), 3) for value in best.x]


def _matrix(names: Sequence[Nominee], traits: Sequence[str]) -> np.ndarray:
    """Return the traits of each name as a row, and a row of nothing for nobody."""
    rows = [[1.0 if trait == BIAS else one.traits.get(trait, 0.0) for trait in traits] for one in names]
    return np.array([*rows, [0.0] * len(traits)])


def _expected(role: str, traits: Sequence[str]) -> tuple[np.ndarray, list[tuple[float | None, float | None]]]:
    """Return what each trait is expected to be worth, and the bounds that keep its sign."""
    party = role.removesuffix("_name")
    kinds = {f"{one}_{kind}": (one == party, kind in STRONG) for one in ("seller", "buyer") for kind in EVIDENCE}
    expected, bounds = [], []
    for trait in traits:
        own, strong = kinds.get(trait, (None, False))
        speaks_for = own is True or trait in FITS[role] or (trait in WRITES and party == "seller")
        against = own is False or trait in (*NO_NAME, *AGAINST[role]) or (trait in WRITES and party == "buyer")
        worth = (OWN if own else OTHER) * (1 + strong) if own is not None else SMALL * (speaks_for - against)
        expected.append(worth if trait != "bare" else BARE)
        bounds.append((0.0, None) if speaks_for else (None, 0.0) if against else (None, None))
    return np.array(expected), bounds


def report(title: str, found: Sequence[Example], worth: Worth, misses: bool) -> None:
    """Print how many visible names are chosen, and how many wrong ones are given with a lead of 0.8 or more."""
    for role in ROLES:
        known = [one for one in found if one.shown and one.truth.visible(role) is not None]
        good = sure = 0
        for one in known:
            chosen = ranked(one.names, are_apart, worth).get(role)
            right = chosen is not None and any(
                chosen.nominee is one.names[at] for at in one.right[role] if at < len(one.names)
            )
            good += right
            sure += not right and chosen is not None and chosen.margin > 0.8
            if misses and not right:
                text = None if chosen is None else f"{chosen.nominee.found.text} | {chosen.margin:.2f}"
                print("  ", one.truth.name, role, one.truth.visible(role), text, sep=" | ")
        rate = f"exact {good} ({good / max(len(known), 1):.3f})"
        print(f"{title:<24}{role:<12} n={len(known):<4} {rate}, wrong and sure {sure}")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folders", nargs="+", type=Path)
    parser.add_argument("--out", type=Path, help="write the weights here")
    parser.add_argument("--without", default="", help="documents whose folder/name matches are measured, not fitted to")
    parser.add_argument("--misses", action="store_true", help="list every wrong name")
    parser.add_argument("--lane", default="ap_invoices")
    parser.add_argument("--dictionaries", type=Path, default=Path("field_dictionaries"))
    options = parser.parse_args()
    dictionary = load_contracts(options.dictionaries).latest(options.lane)
    fitted: list[Example] = []
    never_seen: list[Example] = []
    for folder in options.folders:
        for one in examples(folder, dictionary):
            unseen = options.without and re.fullmatch(options.without, f"{folder.name}/{one.truth.name}")
            (never_seen if unseen else fitted).append(one)
    worth = fit(fitted)
    report("fitted to", fitted, worth, options.misses)
    if never_seen:
        report("never seen", never_seen, worth, options.misses)
    if options.out:
        options.out.write_text(HEADING + "".join(_written(role, worth[role]) for role in ROLES), encoding="utf-8")


def _written(role: str, worth: Mapping[str, float]) -> str:
    kept = sorted((name, value) for name, value in worth.items() if value)
    return f"{role}:\n" + "".join(f'  {name}: "{value:.3f}"\n' for name, value in kept)


if __name__ == "__main__":
    main()
