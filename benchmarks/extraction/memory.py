"""What a memory of corrections is worth: `python benchmarks/extraction/memory.py [FOLDER…] [--vendors N] [--bills N]`.

Sellers of the sample world send bills; whoever keys what was misread corrects it, and a lesson is used from three
agreeing corrections on. Told are the values that came out right by the rules alone and with the memory, how many pages
of a seller's next paper were taken for the old one, how many documents of the folders (all other layouts) a memory of
all these sellers changes, and what it costs in time.
"""

import argparse
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path

import pypdfium2 as pdfium

from back_office_pipelines.dictionary.model import Dictionary
from back_office_pipelines.dictionary.store import load_contracts
from back_office_pipelines.extraction.memory.layouts import fixed_texts
from back_office_pipelines.extraction.memory.lessons import NOTHING, Memory, Taught, lessons_of
from back_office_pipelines.extraction.memory.teaching import observed
from back_office_pipelines.extraction.pdf.page.pages import document_lines
from back_office_pipelines.extraction.pdf.page.words import Line
from back_office_pipelines.extraction.pdf.textlayer import read_text_layer
from back_office_pipelines.normalization.normalise import normalise
from back_office_pipelines.samples.fields import canonical
from back_office_pipelines.samples.pages.page import draw_in
from back_office_pipelines.samples.world.bills import bill_of
from back_office_pipelines.samples.world.cast import cast_of
from back_office_pipelines.samples.world.companies import Company

LEAST = 3
ROOT = Path(__file__).parents[2]
Lines = Sequence[Line]


@dataclass
class Counts:
    """Values of the truth, after three corrections of their field on their layout."""

    rules: int = 0
    memory: int = 0
    of: int = 0
    spoiled: int = 0


def main() -> None:
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("folders", nargs="*", type=Path)
    arguments.add_argument("--vendors", type=int, default=40)
    arguments.add_argument("--bills", type=int, default=8)
    given = arguments.parse_args()
    dictionary = load_contracts(ROOT / "field_dictionaries").latest("ap_invoices")
    sellers = list(_sellers())[: given.vendors]
    counts, everything = Counts(), []
    taken = pages = 0
    for entity, seller in sellers:
        everything += _lived(seller, entity, given.bills, dictionary, counts)
        known = _memory(_all_taught(seller, entity, dictionary))
        for _, lines in _bills(seller, entity, 2, turn=1):
            pages += 1
            taken += bool(known.of_page(fixed_texts(lines)))
    print(f"{len(sellers)} sellers, {given.bills} bills each; fields with a lesson, n = {counts.of}:")
    print(f"  right by the rules {counts.rules}, with the memory {counts.memory}, spoiled {counts.spoiled}")
    print(f"pages of a seller's next paper taken for the old: {taken} of {pages}")
    _others(
        given.folders,
        _memory([one for seller in sellers for one in _all_taught(seller[1], seller[0], dictionary)]),
        dictionary,
    )


def _sellers() -> Iterator[tuple[str, Company]]:
    for entity, groups in cast_of(1).sellers.items():
        yield from ((entity, one) for group in groups.values() for one in group)


def _bills(seller: Company, entity: str, count: int, turn: int = 0) -> Iterator[tuple[Mapping[str, str], Lines]]:
    """Yield the truth and the lines of so many bills."""
    buyer, first = cast_of(1).buyers[entity], date(2026, 9, 1)
    for at in range(count):
        order = f"PO-{4000 + 17 * at}" if at % 2 else None
        bill = bill_of(seller, buyer, f"{seller.prefix}{2000 + 37 * at}", first + timedelta(4 * at), order, f"m/{at}")
        drawn = draw_in(bill, seller.style(turn=turn))
        truth = {name: canonical(name, value) for name, value in drawn.header.items()}
        with pdfium.PdfDocument(drawn.pdf) as document:
            yield truth, tuple(document_lines(document))


def _lived(seller: Company, entity: str, bills: int, dictionary: Dictionary, counts: Counts) -> list[Taught]:
    """Read the bills of a seller one after the other, correcting what is misread, and count."""
    taught: list[Taught] = []
    for at, (truth, lines) in enumerate(_bills(seller, entity, bills)):
        known = _memory(taught)
        rules, now = _values(lines, dictionary, NOTHING), _values(lines, dictionary, known)
        for name in {one.field for one in known.lessons} & truth.keys():
            counts.of += 1
            counts.rules += rules.get(name) == truth[name]
            counts.memory += now.get(name) == truth[name]
            counts.spoiled += rules.get(name) == truth[name] != now.get(name)
        wrong = {name: value for name, value in truth.items() if now.get(name) != value}
        taught += _taught(f"{seller.vendor_id}/{at}", lines, wrong, dictionary)
    return taught


def _all_taught(seller: Company, entity: str, dictionary: Dictionary) -> list[Taught]:
    """Teach every field of three bills, whether misread or not."""
    bills = enumerate(_bills(seller, entity, LEAST))
    return [
        one for at, (truth, lines) in bills for one in _taught(f"{seller.vendor_id}/{at}", lines, truth, dictionary)
    ]


def _taught(name: str, lines: Lines, keyed: Mapping[str, str], dictionary: Dictionary) -> list[Taught]:
    seen = observed(lines, keyed, dictionary)
    return [
        Taught(f"{name}/{one}", name, one, shown.value, shown.shape, seen.fixed, seen.marks, shown.places)
        for one, shown in (seen.values or {}).items()
    ]


def _memory(taught: Sequence[Taught]) -> Memory:
    return Memory("benchmark", tuple(one for one in lessons_of(taught) if len(one.decisions) >= LEAST))


def _values(lines: Lines, dictionary: Dictionary, known: Memory) -> dict[str, str | None]:
    records = normalise(read_text_layer(lines, 1, dictionary, known), dictionary)
    return {value.name: value.value for value in records[0].values} if records else {}


def _others(folders: Sequence[Path], known: Memory, dictionary: Dictionary) -> None:
    """Tell how many documents of other layouts a memory changes, and what it costs to ask it."""
    pages = []
    for path in sorted(path for folder in folders for path in folder.rglob("*.pdf")):
        try:
            with pdfium.PdfDocument(path) as document:
                pages.append(tuple(document_lines(document)))
        except pdfium.PdfiumError:
            continue
    if not pages:
        return
    spent, answers = {"without": 1e9, "with": 1e9}, {}
    for _ in range(3):
        for name, memory in (("without", NOTHING), ("with", known)):
            started = time.process_time()
            answers[name] = [read_text_layer(lines, 1, dictionary, memory) for lines in pages]
            spent[name] = min(spent[name], time.process_time() - started)
    changed = sum(one != other for one, other in zip(answers["without"], answers["with"], strict=True))
    print(
        f"documents of the folders changed by {len(known.lessons)} lessons on other layouts: {changed} of {len(pages)}"
    )
    print(
        f"analysis takes {spent['with'] / spent['without']:.2f} times as long ({len(pages)} documents, best of three)"
    )


if __name__ == "__main__":
    main()
