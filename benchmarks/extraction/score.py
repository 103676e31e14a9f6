"""Score extraction against folders of documents with `*.truth.json` beside them.

    python benchmarks/extraction/score.py FOLDER... [--ignore-embedded-xml] [--layout natural_invoice] [--misses]
                                          [--json FILE]

Per field: n = documents that show it, exact = equal after canonicalisation (`compare`), wrong = another value, missing
= none given (an exception for a person), precision over what was given, extra = given where a person found nothing.
Lines by best assignment, where the truth has lines. Then whether confidences hold (reliability, expected calibration
error, Brier), the risk among the surest documents, pages a second and peak memory. Where the truths tell natural
layouts from prints by a style sheet, both are also told apart. With `--json`, what curves are drawn from (`plots.py`).
What a page must show is judged as the page alone would be with `--ignore-embedded-xml`; without it, hidden values count
as well, because XML has them.
"""

import argparse
import json
import resource
import time
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from compare import LINE, NUMERIC, PRINTED, best_pairs, equal, is_right, line_equal
from figures import Judged, Rate, brier, chance_error, expected_calibration_error, reliability, risk_at, risk_coverage
from truths import Truth, held_back, pairs

from back_office_pipelines.cli.extract import extract_file
from back_office_pipelines.dictionary.model import Dictionary
from back_office_pipelines.dictionary.store import load_contracts

HEADER = (
    "invoice_number", "invoice_type", "issue_date", "due_date", "currency", "seller_name", "seller_vat_id",
    "seller_iban", "buyer_name", "buyer_vat_id", "purchase_order", "net_total", "allowance_total", "charge_total",
    "tax_total", "gross_total", "prepaid_total", "rounding_amount", "amount_due",
)  # fmt: skip
RECEIPT = ("merchant_name", "merchant_address", "date", "total", "currency")
CRITICAL = ("invoice_number", "issue_date", "currency", "net_total", "tax_total", "gross_total", "seller_name")
CRITICAL_OF_RECEIPT = ("merchant_name", "date", "total")
__all__ = ["LINE", "Tally", "equal", "pairs", "score_folder"]


@dataclass
class Tally:
    """Counts over documents; `misses` are (file, field, truth, found, confidence).

    Attributes:
        missing: documents that show a value where none was given: an exception for a person, not an error.
        absent: fields a person found absent; `extra` of these and of others were given all the same.
        judged: confidence of every given value whose truth is known, and whether it is right.
        documents_judged: confidence of each document's weakest critical field, and whether none is wrong.
        headers: header records of the truth; a lot has several.
        all_critical: those whose visible critical fields are all right.
        kinds: the same for each kind of layout that truths tell.
    """

    fields: tuple[str, ...] = HEADER
    critical: tuple[str, ...] = CRITICAL
    missing: Counter[str] = field(default_factory=Counter)
    n: Counter[str] = field(default_factory=Counter)
    correct: Counter[str] = field(default_factory=Counter)
    extra: Counter[str] = field(default_factory=Counter)
    absent: Counter[str] = field(default_factory=Counter)
    extra_of_absent: Counter[str] = field(default_factory=Counter)
    lines: Counter[str] = field(default_factory=Counter)
    documents: int = 0
    pages: int = 0
    without_record: int = 0
    headers: int = 0
    all_critical: int = 0
    judged: list[tuple[float, bool]] = field(default_factory=list)
    documents_judged: list[tuple[float, bool]] = field(default_factory=list)
    misses: list[tuple[Any, ...]] = field(default_factory=list)
    kinds: dict[str, "Tally"] = field(default_factory=dict)

    def header_accuracy(self) -> float:
        """Share of header values with a truth that were found exactly."""
        return self.share(self.fields).value

    def share(self, fields: tuple[str, ...]) -> Rate:
        """Share of visible values of some fields that were found exactly."""
        return Rate(sum(self.correct[name] for name in fields), sum(self.n[name] for name in fields))

    def line_f1(self, matched: str = "exact") -> float:
        """Harmonic mean of precision and recall over lines; `matched` names what makes a line right."""
        both = self.lines["truth"] + self.lines["found"]
        return 2 * self.lines[matched] / both if both else 1.0


def score_document(truth: Truth, entry: Mapping[str, Any], tally: Tally, *, page_alone: bool) -> None:
    """Add one document to a tally; a lot's truth has `bodies`, one per invoice."""
    tally.documents += 1
    tally.pages += entry["pages"]
    headers = [record for record in entry["records"] if record["parent"] is None]
    tally.without_record += not headers
    bodies = truth.content.get("bodies")
    truths = [truth] if not bodies else [Truth(truth.name, body) for body in bodies]
    if len(truths) != len(headers):
        told = f"{len(headers)} ({entry['status']} {entry['reason_code']})"
        tally.misses.append((truth.name, "records", len(truths), told, None))
    for index, one in enumerate(truths):
        header = headers[index] if index < len(headers) else {"id": None, "fields": {}}
        _score_header(one, header["fields"], tally, page_alone)
        lines = [record["fields"] for record in entry["records"] if record["parent"] == header["id"] != None]  # noqa: E711
        _score_lines(one, lines, tally, page_alone)


def _score_header(truth: Truth, fields: Mapping[str, Any], tally: Tally, page_alone: bool) -> None:
    weakest, sound, complete = 1.0, True, True
    for key in tally.fields:
        expected = truth.visible(key) if page_alone else truth.content.get(key)
        given = fields.get(key)
        found = given["value"] if given else None
        right = _score_field(truth, key, (expected, given), tally)
        if key in tally.critical and expected is not None:
            weakest = min(weakest, given["confidence"] if found is not None else 0.0)
            sound = sound and (right or found is None)
            complete = complete and right
    if fields:
        tally.documents_judged.append((weakest, sound))
    tally.headers += 1
    tally.all_critical += complete


def _score_field(truth: Truth, key: str, values: tuple[Any, Any], tally: Tally) -> bool:
    """Count one field; tell whether it is right."""
    expected, given = values
    found = given["value"] if given else None
    confidence = given["confidence"] if given else None
    if expected is None:
        if truth.absent(key):
            tally.absent[key] += 1
            tally.extra_of_absent[key] += found is not None
        if found is not None and not equal(key, truth.shown.get(key), found):
            tally.extra[key] += 1
            tally.misses.append((truth.name, f"{key} (extra)", None, found, confidence))
        return True
    tally.n[key] += 1
    right = is_right(key, expected, found)
    if found is not None:
        tally.judged.append((confidence, right))
    if right:
        tally.correct[key] += 1
    else:
        tally.missing[key] += found is None
        tally.misses.append((truth.name, key, expected, found, confidence))
    return right


def _score_lines(truth: Truth, found: list[Any], tally: Tally, page_alone: bool) -> None:
    wanted = truth.lines if page_alone else truth.content.get("lines") or []
    if page_alone and not wanted:
        return  # documents without truth lines are left out
    tally.lines.update(truth=len(wanted), found=len(found))
    matched = best_pairs(wanted, found)
    for line, given, agreed in matched:
        tally.lines["exact"] += line_equal(line, given)
        tally.lines["numbers"] += all(agreed.get(name, True) for name in NUMERIC)
        tally.lines["printed"] += all(agreed.values())
        tally.lines["values"] += sum(agreed.values())
        bad = [name for name, right in agreed.items() if not right]
        if bad if page_alone else not line_equal(line, given):
            shown = {name: (given.get(name) or {}).get("value") for name in bad}
            tally.misses.append((truth.name, "line", {name: line[name] for name in bad}, shown, None))
    tally.lines["truth_values"] += sum(line.get(name) is not None for line in wanted for name in PRINTED)
    tally.lines["found_values"] += sum(line.get(name) is not None for line in found for name in PRINTED)
    if len(wanted) != len(found):
        tally.misses.append((truth.name, "lines", len(wanted), len(found), None))


def score_folder(
    folder: Path, dictionary: Dictionary, ignore_embedded_xml: bool, layout: str | None, part: str = "all"
) -> Tally:
    """Extract and score every document of a folder; `part` takes or leaves those of `held_back.txt`."""
    receipt = dictionary.header == "receipt"
    tally = Tally(RECEIPT, CRITICAL_OF_RECEIPT) if receipt else Tally()
    for path, content in pairs(folder):
        truth = Truth(path.name, content)
        if part != "all" and (path.name in held_back()) != (part == "held-back"):
            continue
        if layout is None or truth.kind == layout:
            entry = extract_file(path, dictionary, ignore_embedded_xml=ignore_embedded_xml)
            score_document(truth, entry, tally, page_alone=ignore_embedded_xml)
            if truth.kind is not None and layout is None:
                of_kind = tally.kinds.setdefault(truth.kind, Tally(tally.fields, tally.critical))
                score_document(truth, entry, of_kind, page_alone=ignore_embedded_xml)
    return tally


def report(title: str, tally: Tally, seconds: float, misses: bool) -> None:
    """Print the tables of one folder."""
    print(f"\n{title} - {tally.documents} documents, {tally.pages} pages, {seconds:.1f} s, "
          f"{tally.pages / seconds:.0f} pages/s, {tally.without_record} without a record")  # fmt: skip
    print(f"{'field':<18}{'n':>5}{'exact':>7}{'rate':>8}{'wrong':>7}{'missing':>9}{'precision':>11}{'extra':>7}")
    for key in tally.fields:
        n, correct, missing = tally.n[key], tally.correct[key], tally.missing[key]
        wrong = n - correct - missing
        precision = Rate(correct, correct + wrong).value
        rate = correct / n if n else 0.0
        print(f"{key:<18}{n:>5}{correct:>7}{rate:>8.3f}{wrong:>7}{missing:>9}{precision:>11.3f}{tally.extra[key]:>7}")
    _report_whole(tally)
    for kind, one in sorted(tally.kinds.items()):
        print(f"of these, {kind} - {one.documents} documents, {one.pages} pages")
        _report_whole(one)
    for miss in tally.misses if misses else []:
        print("  ", *miss, sep=" | ")


def _report_whole(tally: Tally) -> None:
    print(f"critical fields  {tally.share(tally.critical)}")
    print(f"all header       {tally.share(tally.fields)}")
    print(f"all critical right in a record {Rate(tally.all_critical, tally.headers)}")
    print(f"given though absent {Rate(tally.extra_of_absent.total(), tally.absent.total())}")
    _report_lines(tally)
    _report_confidence(tally.judged, tally.documents_judged)


def _report_lines(tally: Tally) -> None:
    values = tally.lines["truth_values"] + tally.lines["found_values"]
    by_value = 2 * tally.lines["values"] / values if values else 1.0
    print(
        f"lines: truth {tally.lines['truth']}, found {tally.lines['found']}; F1 by values {by_value:.3f}, "
        f"all numbers right {tally.line_f1('numbers'):.3f}, and the description {tally.line_f1('printed'):.3f}"
    )


def _report_confidence(judged: Judged, documents: Judged) -> None:
    print(f"confidence: n={len(judged)} ECE {expected_calibration_error(judged):.3f} "
          f"(by chance {chance_error(judged):.3f}) Brier {brier(judged):.3f}")  # fmt: skip
    print("  " + "  ".join(f"{mean:.2f}:{share:.2f} ({n})" for mean, share, n in reliability(judged)))
    print(
        f"risk among the surest 75 % of documents {risk_at(documents, 0.75):.3f}, of all {risk_at(documents, 1.0):.3f}"
    )
    print("  " + "  ".join(f"{c:.2f}:{r:.3f}" for c, r, _ in risk_coverage(documents)[:: max(1, len(documents) // 10)]))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folders", nargs="+", type=Path)
    parser.add_argument("--lane", default="ap_invoices")
    parser.add_argument("--dictionaries", type=Path, default=Path("field_dictionaries"))
    parser.add_argument("--ignore-embedded-xml", action="store_true")
    parser.add_argument("--layout", help="only documents whose truth has this layout_kind")
    parser.add_argument("--part", choices=("all", "developed", "held-back"), default="all",
                        help="of slips: those that rules were made on, or the others")  # fmt: skip
    parser.add_argument("--misses", action="store_true", help="list every difference")
    parser.add_argument("--json", type=Path, help="write confidences and outcomes here, for plots.py")
    options = parser.parse_args()
    measured: dict[str, dict[str, Judged]] = {}
    dictionary = load_contracts(options.dictionaries).latest(options.lane)
    for folder in options.folders:
        started = time.perf_counter()
        tally = score_folder(folder, dictionary, options.ignore_embedded_xml, options.layout, options.part)
        report(str(folder), tally, time.perf_counter() - started, options.misses)
        measured[folder.name] = {"values": tally.judged, "documents": tally.documents_judged}
    if options.json:
        options.json.write_text(json.dumps(measured), encoding="utf-8")
    print(f"\npeak memory {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024:.0f} MiB")


if __name__ == "__main__":
    main()
