"""Measure how often values of the PDF text layer are right, by the evidence they rest on.

    python benchmarks/extraction/calibrate.py FOLDER... --out back_office_pipelines/extraction/pdf/confidence.yaml

Reads every PDF that has a truth beside it as if no XML were embedded, and counts by "type/evidence": in how many
families of layouts it occurred and the sum over families of the share that was right. A family counts once, so that a
hundred prints of one style sheet do not vouch for a layout nobody has seen. Fields the page does not show (per truth)
are left out.
"""

import argparse
from collections import defaultdict
from pathlib import Path
from typing import Any

import pypdfium2 as pdfium
from score import equal, pairs

from back_office_pipelines.dictionary.model import Dictionary
from back_office_pipelines.dictionary.store import load_contracts
from back_office_pipelines.extraction.model import FieldValue
from back_office_pipelines.extraction.pdf.textlayer import read
from back_office_pipelines.extraction.pdf.words import page_lines
from back_office_pipelines.normalization.normalise import normalise_value

Counts = dict[str, dict[str, list[bool]]]
HEADING = """# How often values read from a text layer are right, by type of value and evidence: counted, not felt.
# Written by
#   python benchmarks/extraction/calibrate.py FOLDER... --out back_office_pipelines/extraction/pdf/confidence.yaml
# layouts: families of layouts it occurred in; right: sum over them of the share that was right. The confidence of a
# value is (right + 1) / (layouts + 2).
"""


def count_document(path: Path, truth: dict[str, Any], dictionary: Dictionary, counts: Counts) -> None:
    """Add the choices of one document to the counts."""
    document = pdfium.PdfDocument(path.read_bytes())
    try:
        lines = [line for index in range(min(len(document), 50)) for line in page_lines(document, index)]
    finally:
        document.close()
    reading = read(lines, dictionary)
    shown = truth.get("visible_truth") or truth
    hidden = set() if truth.get("visible_truth") else set(truth.get("not_visible_fields") or ())
    family = truth.get("layout_family") or path.stem
    for choice, code in reading.choices:
        expected = shown.get(choice.field)
        if expected is None or choice.field in hidden:
            continue
        value_type = dictionary.value_type(dictionary.header, choice.field)
        raw = FieldValue(choice.field, choice.found.text, 1.0, "text_layer", style=reading.style, reading=code)
        value = normalise_value(raw, value_type)
        if value.problem is None:  # an ambiguous text is an exception whatever its confidence
            type_name = dictionary.records[dictionary.header].fields[choice.field].type
            counts[f"{type_name}/{choice.evidence}"][family].append(equal(choice.field, expected, value.value))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folders", nargs="+", type=Path)
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--lane", default="ap_invoices")
    parser.add_argument("--dictionaries", type=Path, default=Path("field_dictionaries"))
    options = parser.parse_args()
    dictionary = load_contracts(options.dictionaries).latest(options.lane)
    counts: Counts = defaultdict(lambda: defaultdict(list))
    for folder in options.folders:
        for path, truth in pairs(folder):
            if path.suffix.lower() == ".pdf":
                count_document(path, truth, dictionary, counts)
    lines = [HEADING, "evidence:\n"]
    for name, families in sorted(counts.items()):
        right = sum(sum(found) / len(found) for found in families.values())
        lines.append(f'  "{name}": {{layouts: {len(families)}, right: "{right:.2f}"}}\n')
    options.out.write_text("".join(lines), encoding="utf-8")


if __name__ == "__main__":
    main()
