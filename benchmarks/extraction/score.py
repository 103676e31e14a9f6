"""Score extraction against a folder of documents with `*.truth.json` beside them.

    python benchmarks/extraction/score.py FOLDER... [--ignore-embedded-xml] [--layout natural_invoice] [--misses]

Per field: n = documents whose truth has a value, correct = equal after canonicalisation, wrong = another value,
missing = none, extra = truth null but a value found. Amounts are equal to the cent; names and addresses of merchants by
their letters and digits; other numbers exactly; VAT ids, IBANs and codes without spaces and letter case; texts with
inner spaces collapsed. A line is right when every value its truth has is right; F1 over lines.
"""

import argparse
import json
import time
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import Any

from back_office_pipelines.cli.extract import extract_file, find_documents
from back_office_pipelines.dictionary.model import Dictionary
from back_office_pipelines.dictionary.store import load_contracts
from back_office_pipelines.values.text import compact_upper, squash_spaces

CENT = Decimal("0.005")
AMOUNTS = {
    "total",
    "net_total",
    "tax_total",
    "gross_total",
    "amount_due",
    "prepaid_total",
    "rounding_amount",
    "line_net",
}
NUMBERS = AMOUNTS | {"quantity", "unit_price", "price_base_quantity", "tax_rate", "allowance_total", "charge_total"}
CODES = {"seller_vat_id", "buyer_vat_id", "seller_iban", "invoice_type", "currency"}
HEADER = (
    "invoice_number", "invoice_type", "issue_date", "due_date", "currency", "seller_name", "seller_vat_id",
    "seller_iban", "buyer_name", "buyer_vat_id", "purchase_order", "net_total", "tax_total", "gross_total",
    "amount_due",
)  # fmt: skip
RECEIPT = ("merchant_name", "merchant_address", "date", "total", "currency")
FOLDED = {"merchant_name", "merchant_address"}
LINE = ("description", "quantity", "unit", "unit_price", "price_base_quantity", "line_net", "tax_rate")


@dataclass
class Tally:
    """Counts over documents; `misses` are (file, field, truth, found, confidence).

    Attributes:
        missing: documents whose truth has a value where none was found: an exception for a person, not an error.
    """

    fields: tuple[str, ...] = HEADER
    missing: Counter[str] = field(default_factory=Counter)
    n: Counter[str] = field(default_factory=Counter)
    correct: Counter[str] = field(default_factory=Counter)
    extra: Counter[str] = field(default_factory=Counter)
    lines_truth: int = 0
    lines_found: int = 0
    lines_matched: int = 0
    documents: int = 0
    misses: list[tuple[str, str, Any, Any]] = field(default_factory=list)

    def header_accuracy(self) -> float:
        """Share of header values with a truth that were found exactly."""
        return self.correct.total() / self.n.total() if self.n.total() else 0.0

    def line_f1(self) -> float:
        """Harmonic mean of precision and recall over lines."""
        both = self.lines_truth + self.lines_found
        return 2 * self.lines_matched / both if both else 1.0


def equal(name: str, truth: Any, found: str | None) -> bool:
    """Tell whether a found canonical text is the truth's value."""
    if found is None:
        return truth is None
    if name in NUMBERS:
        try:
            distance = abs(Decimal(str(truth)) - Decimal(found))
        except InvalidOperation:
            return False
        return distance < CENT if name in AMOUNTS else distance == 0
    if name in FOLDED:
        return letters(str(truth)) == letters(found)
    if name in CODES:
        return compact_upper(str(truth)) == compact_upper(found)
    return squash_spaces(str(truth)) == squash_spaces(found)


def letters(text: str) -> str:
    """Return letters and digits alone, in lower case: slips and their labels differ in marks and spaces."""
    return "".join(character for character in text.casefold() if character.isalnum())


def score_document(name: str, truth: Mapping[str, Any], entry: Mapping[str, Any], tally: Tally) -> None:
    """Add one document to a tally; a lot's truth has `bodies`, one per invoice."""
    tally.documents += 1
    headers = [record for record in entry["records"] if record["parent"] is None]
    bodies = truth.get("bodies") or [truth]
    if len(bodies) != len(headers):
        tally.misses.append(
            (name, "records", len(bodies), f"{len(headers)} ({entry['status']} {entry['reason_code']})")
        )
    for index, body in enumerate(bodies):
        header = headers[index] if index < len(headers) else {"id": None, "fields": {}}
        _score_header(name, body, header["fields"], tally)
        lines = [record["fields"] for record in entry["records"] if record["parent"] == header["id"] != None]  # noqa: E711
        _score_lines(name, body.get("lines") or [], lines, tally)


def _score_header(name: str, truth: Mapping[str, Any], fields: Mapping[str, Any], tally: Tally) -> None:
    for key in tally.fields:
        expected = truth.get(key)
        found = fields[key]["value"] if key in fields else None
        if expected is None:
            tally.extra[key] += found is not None
            if found is not None:
                tally.misses.append((name, f"{key} (extra)", None, found))
            continue
        tally.n[key] += 1
        if equal(key, expected, found):
            tally.correct[key] += 1
        else:
            tally.missing[key] += found is None
            tally.misses.append((name, key, expected, found))


def _score_lines(name: str, truth: list[Any], found: list[Any], tally: Tally) -> None:
    tally.lines_truth += len(truth)
    tally.lines_found += len(found)
    rest = list(found)
    for line in truth:
        match = next((candidate for candidate in rest if _line_equal(line, candidate)), None)
        if match is None:
            tally.misses.append((name, "line", {k: v for k, v in line.items() if v is not None}, None))
        else:
            rest.remove(match)
            tally.lines_matched += 1


def _line_equal(truth: Mapping[str, Any], found: Mapping[str, Any]) -> bool:
    wanted = [(key, truth[key]) for key in LINE if truth.get(key) is not None]
    return all(key in found and equal(key, value, found[key]["value"]) for key, value in wanted)


def pairs(folder: Path) -> Iterator[tuple[Path, dict[str, Any]]]:
    """Yield every document that has a truth beside it."""
    for path in find_documents([folder]):
        for candidate in (path.with_suffix(".truth.json"), path.with_name(f"{path.name}.truth.json")):
            if candidate.is_file():
                yield path, json.loads(candidate.read_text(encoding="utf-8"))
                break


def score_folder(folder: Path, dictionary: Dictionary, ignore_embedded_xml: bool, layout: str | None) -> Tally:
    """Extract and score every document of a folder."""
    tally = Tally(fields=HEADER if dictionary.header == "invoice" else RECEIPT)
    for path, truth in pairs(folder):
        if layout is None or truth.get("layout_kind") == layout:
            entry = extract_file(path, dictionary, ignore_embedded_xml=ignore_embedded_xml)
            score_document(
                path.name, truth.get("visible_truth") or truth if ignore_embedded_xml else truth, entry, tally
            )
    return tally


def report(folder: Path, tally: Tally, seconds: float, misses: bool) -> None:
    """Print the table of one folder."""
    print(f"\n{folder} - {tally.documents} documents, {seconds:.1f} s")
    print(f"{'field':<18}{'n':>6}{'correct':>9}{'accuracy':>10}{'wrong':>7}{'missing':>9}{'extra':>7}")
    for key in tally.fields:
        n, correct = tally.n[key], tally.correct[key]
        missing = tally.missing[key]
        wrong = n - correct - missing
        rate = correct / n if n else 0
        print(f"{key:<18}{n:>6}{correct:>9}{rate:>10.4f}{wrong:>7}{missing:>9}{tally.extra[key]:>7}")
    print(f"{'all header':<18}{tally.n.total():>6}{tally.correct.total():>9}{tally.header_accuracy():>10.4f}")
    counts = f"truth {tally.lines_truth}, found {tally.lines_found}, matched {tally.lines_matched}"
    print(f"lines: {counts}, F1 {tally.line_f1():.4f}")
    for miss in tally.misses if misses else []:
        print("  ", *miss, sep=" | ")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folders", nargs="+", type=Path)
    parser.add_argument("--lane", default="ap_invoices")
    parser.add_argument("--dictionaries", type=Path, default=Path("field_dictionaries"))
    parser.add_argument("--ignore-embedded-xml", action="store_true")
    parser.add_argument("--layout", help="only documents whose truth has this layout_kind")
    parser.add_argument("--misses", action="store_true", help="list every difference")
    options = parser.parse_args()
    dictionary = load_contracts(options.dictionaries).latest(options.lane)
    for folder in options.folders:
        started = time.perf_counter()
        tally = score_folder(folder, dictionary, options.ignore_embedded_xml, options.layout)
        report(folder, tally, time.perf_counter() - started, options.misses)


if __name__ == "__main__":
    main()
