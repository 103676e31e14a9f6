"""Whether invoices that come in one file are read as if each came alone.

    python benchmarks/extraction/joined.py FOLDER... [--files 100] [--seed 1]

Puts two to four documents that give one invoice each into one PDF, by chance, and compares its records with those of
the documents one by one. Counted are files that give the same records; files that give other values; files with fewer
or more records, of these those that ask a person (AMBIGUOUS); and documents alone of which any is divided or doubted.
"""

import argparse
import io
import random
from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path

import pypdfium2 as pdfium

from back_office_pipelines.dictionary.model import Dictionary
from back_office_pipelines.dictionary.store import load_contracts
from back_office_pipelines.extraction.pdf.reader import read_pdf
from back_office_pipelines.normalization.normalise import normalise

ASKS = ("may begin another invoice", "once more, with another")
Records = list[tuple[tuple[str, str | None], ...]]


def records(content: bytes, dictionary: Dictionary) -> tuple[Records, bool]:
    """Return the fields of each record of a PDF's pages, lines included, and whether a person is asked to divide it."""
    extraction = read_pdf(content, dictionary, ignore_embedded_xml=True)
    found = normalise(extraction, dictionary)
    texts = [(one.parent, tuple((value.name, value.value) for value in one.values)) for one in found]
    asked = any(text in finding.detail for finding in extraction.findings for text in ASKS)
    return [(("invoice", str(parent is None)), *values) for parent, values in texts], asked


def invoices(found: Records) -> int:
    """Return how many of some records are invoices."""
    return sum(one[0][1] == "True" for one in found)


def joined(paths: Sequence[Path]) -> bytes:
    """Return one PDF of several."""
    with pdfium.PdfDocument.new() as target:
        for path in paths:
            with pdfium.PdfDocument(path) as source:
                target.import_pages(source)
        buffer = io.BytesIO()
        target.save(buffer)
    return buffer.getvalue()


def outcomes(paths: Sequence[Path], files: int, seed: int, dictionary: Dictionary) -> Iterator[str]:
    """Yield what became of each document alone, then of each joined file."""
    alone: dict[Path, Records] = {}
    for path in paths:
        found, asked = records(path.read_bytes(), dictionary)
        if invoices(found) == 1:
            alone[path] = found
        if invoices(found) > 1 or asked:
            yield "documents alone that are divided or doubted"
    chance = random.Random(seed)  # noqa: S311  drawing, no secret
    for _ in range(files):
        chosen = chance.sample(sorted(alone), chance.randint(2, 4))
        found, asked = records(joined(chosen), dictionary)
        expected = [record for path in chosen for record in alone[path]]
        if found == expected:
            yield "same records"
        elif invoices(found) == len(chosen):
            yield "as many records, other values"
        else:
            yield f"another number of records, {'a person is asked' if asked else 'nobody is asked'}"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folders", nargs="+", type=Path)
    parser.add_argument("--files", type=int, default=100)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--dictionaries", type=Path, default=Path("field_dictionaries"))
    given = parser.parse_args()
    paths = sorted(path for folder in given.folders for path in folder.rglob("*.pdf"))
    dictionary = load_contracts(given.dictionaries).latest("ap_invoices")
    for told, count in Counter(outcomes(paths, given.files, given.seed, dictionary)).most_common():
        print(f"{count:>6}  {told}")


if __name__ == "__main__":
    main()
