"""Reads the story from the YAML files below `story/`, and tells it with other quantities for another seed.

What belongs here: files to `Story`, and names that must exist. What does not: sums and drawing.
"""

import hashlib
from collections.abc import Iterator
from decimal import ROUND_HALF_UP, Decimal
from pathlib import Path

from pydantic import ValidationError

from back_office_pipelines.dictionary.strict_yaml import load_mapping
from back_office_pipelines.errors import UsageError
from back_office_pipelines.samples.model import Batch, Document, Invoice, Line, Story

STORY = Path(__file__).parent / "story"
AS_WRITTEN = 1
"""The seed that tells the story word for word."""


def load_story(seed: int = AS_WRITTEN, folder: Path = STORY) -> Story:
    """Return the story.

    Args:
        seed: 1 keeps every quantity as written; any other seed scales each one by 50 to 150 percent.
        folder: where the YAML files lie.

    Raises:
        UsageError: a file breaks the format or names a party or language that does not exist.
        DictionaryError: a file is no strict YAML.
    """
    content = {
        "parties": load_mapping(folder / "parties.yaml"),
        "vocabularies": load_mapping(folder / "words.yaml"),
        "batches": [load_mapping(path) for path in sorted((folder / "batches").glob("*.yaml"))],
    }
    try:
        story = Story.model_validate(content)
    except ValidationError as problem:
        first = problem.errors()[0]
        where = ".".join(str(part) for part in first["loc"])
        raise UsageError("sample story", f"{where}: {first['msg']}", "correct the entry") from None
    for culprit in _problems(story):
        raise UsageError("sample story", culprit, "correct the entry")
    return story if seed == AS_WRITTEN else _retold(story, seed)


def _problems(story: Story) -> Iterator[str]:
    for batch in story.batches:
        for document in batch.documents:
            yield from (f"{document.file} {problem}" for problem in _document_problems(document, story))


def _document_problems(document: Document, story: Story) -> Iterator[str]:
    if (document.kind == "csv") != (document.csv is not None):
        yield "needs a block 'csv' if, and only if, it is a CSV file"
    if document.kind != "csv" and len(document.invoices) != 1:
        yield "holds several invoices and is no CSV file"
    for invoice in document.invoices:
        for name in (invoice.seller, invoice.buyer):
            if name not in story.parties:
                yield f"names unknown party {name!r}"
        if invoice.language not in story.vocabularies:
            yield f"is written in unknown language {invoice.language!r}"


def _retold(story: Story, seed: int) -> Story:
    return story.model_copy(update={"batches": tuple(_other_batch(batch, seed) for batch in story.batches)})


def _other_batch(batch: Batch, seed: int) -> Batch:
    documents = tuple(
        document.model_copy(update={"invoices": tuple(_other_invoice(invoice, seed) for invoice in document.invoices)})
        for document in batch.documents
    )
    return batch.model_copy(update={"documents": documents})


def _other_invoice(invoice: Invoice, seed: int) -> Invoice:
    lines = tuple(_other_line(line, f"{seed}/{invoice.number}/{at}") for at, line in enumerate(invoice.lines))
    return invoice.model_copy(update={"lines": lines})


def _other_line(line: Line, draw: str) -> Line:
    """Scale a quantity, keeping its decimals and never reaching zero."""
    percent = 50 + int.from_bytes(hashlib.sha256(draw.encode()).digest()[:4]) % 101
    step = Decimal(1).scaleb(int(line.quantity.as_tuple().exponent))
    scaled = (line.quantity * percent / 100).quantize(step, ROUND_HALF_UP)
    return line.model_copy(update={"quantity": max(scaled, step)})
