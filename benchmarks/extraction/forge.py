"""Hybrid invoices against forgery: honest files as they are, and the same with one embedded value changed at a time.

Run: `python benchmarks/extraction/forge.py [--data ../shared/data/ap_invoices/einvoice_pdf]`. Prints, per field, how
many forged values are held, and which honest files are held (by the truth files' own word `hybrid_mismatch`).
"""

import argparse
import sys
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path

from back_office_pipelines.dictionary.model import Dictionary
from back_office_pipelines.dictionary.store import load_contracts
from back_office_pipelines.dictionary.strict_yaml import load_mapping
from back_office_pipelines.extraction.model import Extraction
from back_office_pipelines.extraction.pdf.embedded import read_embedded
from back_office_pipelines.extraction.pdf.mismatch import visible_mismatches
from back_office_pipelines.extraction.pdf.opening import attachments, open_pdf
from back_office_pipelines.extraction.pdf.page.layer import page_lines
from back_office_pipelines.extraction.pdf.page.words import Line

OTHER_ACCOUNT = "GB82WEST12345698765432"


def _later(text: str) -> str:
    digits = text.replace("-", "")[:8]
    day = date(int(digits[:4]), int(digits[4:6]), int(digits[6:])) + timedelta(days=17)
    return day.isoformat()


def _next_number(text: str) -> str:
    return f"{text[:-1]}{(int(text[-1]) + 3) % 10}" if text[-1:].isdecimal() else f"{text}7"


FORGERIES: Mapping[str, Callable[[str], str]] = {
    "invoice_number": _next_number,
    "issue_date": _later,
    "currency": lambda text: "CHF" if text != "CHF" else "EUR",
    "seller_name": lambda _: "Nordwind Handelsgesellschaft",
    "seller_iban": lambda _: OTHER_ACCOUNT,
    "net_total": lambda text: str(Decimal(text) + Decimal("13.37")),
    "tax_total": lambda text: str(Decimal(text) + Decimal("13.37")),
    "gross_total": lambda text: str(Decimal(text) + Decimal("13.37")),
    "amount_due": lambda text: str(Decimal(text) + Decimal("13.37")),
}


def forged(embedded: Extraction, field: str, dictionary: Dictionary) -> tuple[Extraction, str] | None:
    """Return the extraction with one header value changed and the true text, None where it has no such value."""
    header, *others = embedded.records
    value = next((one for one in header.fields if one.name == field and one.text.strip()), None)
    if value is None or header.record_type != dictionary.header:
        return None
    changed = replace(value, raw=FORGERIES[field](value.text), reading=None)
    fields = tuple(changed if one is value else one for one in header.fields)
    return replace(embedded, records=(replace(header, fields=fields), *others)), value.text


def hybrids(folder: Path, dictionary: Dictionary) -> Iterator[tuple[Path, Extraction, list[Line], list[bytes]]]:
    for path in sorted(folder.glob("*.pdf")):
        content = path.read_bytes()
        with open_pdf(content) as document:
            attached = attachments(document, content)
            embedded = read_embedded(attached, dictionary)
            if embedded is not None and embedded.records:
                lines = [line for index in range(len(document)) for line in page_lines(document, index)]
                yield path, embedded, lines, [one.content for one in attached]


def main() -> int:
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--data", type=Path, default=Path("../shared/data/ap_invoices/einvoice_pdf"))
    given = options.parse_args()
    dictionary = load_contracts(Path("field_dictionaries")).latest("ap_invoices")
    tried, held, honest = Counter[str](), Counter[str](), Counter[str]()
    for path, embedded, lines, xml in hybrids(given.data, dictionary):
        truth = load_mapping(path.with_name(f"{path.stem}.truth.json"))
        findings = visible_mismatches(embedded, lines, dictionary, xml)
        kind = "contradicting" if truth["hybrid_mismatch"] else "agreeing"
        honest[f"{kind}, {'held' if findings else 'not held'}"] += 1
        if findings:
            print(f"{kind} {path.name}: {', '.join(str(one.field) for one in findings)}")
            continue
        for field in FORGERIES:
            if (made := forged(embedded, field, dictionary)) is None:
                continue
            tried[field] += 1
            without = [one.replace(made[1].encode(), b"") for one in xml]
            found = visible_mismatches(made[0], lines, dictionary, without)
            held[field] += any(one.field == field for one in found)
    print(dict(honest))
    for field, number in tried.items():
        print(f"{field:16} {held[field]:3} of {number} forged values held")
    return 0


if __name__ == "__main__":
    sys.exit(main())
