"""Draw what `score.py --json` measured: whether confidences hold, and risk against coverage.

    .bench/bin/python benchmarks/extraction/plots.py MEASURED.json --out FOLDER

Needs matplotlib (`benchmarks/requirements.txt`), which the product does not install. Writes `reliability.png` (share
right in each tenth of the confidences, the number of values beside it) and `risk.png` (share of documents with a wrong
critical field among the surest, over the share of documents taken), one curve a folder that was measured.
"""

import argparse
import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import matplotlib as mpl
from figures import expected_calibration_error, reliability, risk_at, risk_coverage

mpl.use("Agg")
from matplotlib import pyplot as plt

AIMED_RISK, AIMED_COVERAGE = 0.02, 0.75
SIZE = (7, 5)
Measured = Mapping[str, Mapping[str, Any]]


def draw_reliability(measured: Measured, target: Path) -> None:
    """Draw the share right over the mean confidence."""
    figure, axes = plt.subplots(figsize=SIZE)
    axes.plot([0, 1], [0, 1], color="grey", linewidth=0.8, label="a probability that holds")
    for title, found in measured.items():
        judged = [(confidence, right) for confidence, right in found["values"]]
        bins = reliability(judged)
        error = expected_calibration_error(judged)
        axes.plot(
            [mean for mean, _, _ in bins], [share for _, share, _ in bins], marker="o",
            label=f"{title} (n={len(judged)}, ECE {error:.3f})",
        )  # fmt: skip
        for mean, share, n in bins:
            axes.annotate(str(n), (mean, share), textcoords="offset points", xytext=(4, -10), fontsize=7)
    axes.set(xlabel="mean confidence of the values given", ylabel="share of them right", xlim=(0, 1), ylim=(0, 1.02))
    axes.legend(loc="upper left", fontsize=8)
    figure.savefig(target, dpi=120, bbox_inches="tight")


def draw_risk(measured: Measured, target: Path) -> None:
    """Draw risk against coverage, and the point that is aimed at."""
    figure, axes = plt.subplots(figsize=SIZE)
    for title, found in measured.items():
        documents = [(confidence, right) for confidence, right in found["documents"]]
        curve = risk_coverage(documents)
        axes.step(
            [coverage for coverage, _, _ in curve], [risk for _, risk, _ in curve], where="post",
            label=f"{title} (n={len(documents)}, {risk_at(documents, AIMED_COVERAGE):.3f} at {AIMED_COVERAGE:.0%})",
        )  # fmt: skip
    axes.plot([AIMED_COVERAGE], [AIMED_RISK], marker="x", color="black", linestyle="none", label="aim: below this")
    axes.set(
        xlabel="share of documents taken, surest first", ylabel="share with a wrong critical field",
        xlim=(0, 1), ylim=(0, None),
    )  # fmt: skip
    axes.legend(loc="upper left", fontsize=8)
    figure.savefig(target, dpi=120, bbox_inches="tight")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("measured", type=Path)
    parser.add_argument("--out", type=Path, required=True)
    options = parser.parse_args()
    measured = json.loads(options.measured.read_text(encoding="utf-8"))
    options.out.mkdir(parents=True, exist_ok=True)
    draw_reliability(measured, options.out / "reliability.png")
    draw_risk(measured, options.out / "risk.png")


if __name__ == "__main__":
    main()
