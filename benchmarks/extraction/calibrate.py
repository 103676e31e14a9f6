"""Measure how often values of pages are right, by the evidence they rest on: text layers and recognised pictures.

    python benchmarks/extraction/calibrate.py FOLDER... --out back_office_pipelines/extraction/pdf/confidence.yaml
    python benchmarks/extraction/calibrate.py FOLDER --lane expense_receipts --part recognised --out ...

Part `evidence` reads every PDF that has a truth beside it as if no XML were embedded, part `recognised` every image;
the other part of the file stays as it is. Counts by "type/evidence": in how many families of layouts it occurred and
the sum over families of the share that was right. A family counts once, so that a
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
from back_office_pipelines.dictionary.strict_yaml import load_mapping
from back_office_pipelines.extraction.model import FieldValue
from back_office_pipelines.extraction.ocr.engine import LONGEST_SIDE
from back_office_pipelines.extraction.ocr.pages import MOST_SCANNED, scan
from back_office_pipelines.extraction.ocr.pictures import as_rgb, frames, points_of
from back_office_pipelines.extraction.pdf.textlayer import read
from back_office_pipelines.extraction.pdf.words import Line, page_lines
from back_office_pipelines.normalization.normalise import normalise_value

IMAGES = (".png", ".jpg", ".jpeg", ".tif", ".tiff", ".webp")
Counts = dict[str, dict[str, list[bool]]]
HEADING = """# How often values read from pages are right, by type of value and evidence: counted, not felt. Written by
#   python benchmarks/extraction/calibrate.py FOLDER... --out back_office_pipelines/extraction/pdf/confidence.yaml
# evidence: text layers (PDFs of ap_invoices); recognised: pictures (expense_receipts, with --part recognised).
# layouts: families of layouts it occurred in; right: sum over them of the share that was right. The confidence of a
# value is (right + 1) / (layouts + 2).
"""


def pdf_lines(path: Path) -> list[Line]:
    """Return the lines of a PDF's text layer."""
    document = pdfium.PdfDocument(path.read_bytes())
    try:
        return [line for index in range(min(len(document), 50)) for line in page_lines(document, index)]
    finally:
        document.close()


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
    parser.add_argument("--part", choices=["evidence", "recognised"], default="evidence")
    options = parser.parse_args()
    dictionary = load_contracts(options.dictionaries).latest(options.lane)
    counts: Counts = defaultdict(lambda: defaultdict(list))
    lines_of = {".pdf": pdf_lines} if options.part == "evidence" else dict.fromkeys(IMAGES, picture_lines)
    for folder in options.folders:
        for path, truth in pairs(folder):
            if reader := lines_of.get(path.suffix.lower()):
                count_lines(path.stem, reader(path), truth, dictionary, counts)
    write(options.out, options.part, counts)


def write(out: Path, part: str, counts: Counts) -> None:
    """Write one part of the file anew; the other one stays."""
    parts = load_mapping(out)
    parts[part] = {
        name: {"layouts": len(families), "right": f"{sum(sum(one) / len(one) for one in families.values()):.2f}"}
        for name, families in sorted(counts.items())
    }
    lines = [HEADING]
    for title in ("evidence", "recognised"):
        rows = [
            f'  "{name}": {{layouts: {row["layouts"]}, right: "{row["right"]}"}}\n'
            for name, row in parts[title].items()
        ]
        lines += [f"{title}:\n", *rows]
    out.write_text("".join(lines), encoding="utf-8")


if __name__ == "__main__":
    main()
