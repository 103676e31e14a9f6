"""Draws the sample inbox and writes it to disk, with the truth beside it and never inside.

What belongs here: from the story to files. What does not: what any file looks like.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from back_office_pipelines.errors import UsageError
from back_office_pipelines.samples.bill import bills_of
from back_office_pipelines.samples.cii import cii_xml
from back_office_pipelines.samples.csv_file import csv_bytes
from back_office_pipelines.samples.hybrid import hybrid_pdf
from back_office_pipelines.samples.loader import AS_WRITTEN, load_story
from back_office_pipelines.samples.manifest import FILE_NAME, manifest_bytes
from back_office_pipelines.samples.model import Batch, Document, Story
from back_office_pipelines.samples.pdf import pdf_page
from back_office_pipelines.samples.truth import LANE, to_json, truth_of
from back_office_pipelines.samples.ubl import ubl_xml
from back_office_pipelines.samples.vendors import AS_OF, CLIENT, TABLE, vendors_csv


@dataclass(frozen=True)
class DrawnBatch:
    """One batch in memory: its documents by path, its manifest, and the truth by document path."""

    batch_id: str
    files: Mapping[str, bytes]
    manifest: bytes
    truth: Mapping[str, bytes]


@dataclass(frozen=True)
class SamplesWritten:
    """What was written.

    Attributes:
        inbox: folder to hand to the pipeline.
        truth: folder with what a faultless reader finds, one JSON file a document.
        batches: ids, in the order of arrival.
        documents: files of all batches, manifests not counted.
        records: invoices and credit notes in them.
        faults: documents that are wrong on purpose.
    """

    inbox: Path
    truth: Path
    batches: tuple[str, ...]
    documents: int
    records: int
    faults: int


def write_samples(folder: Path, seed: int = AS_WRITTEN) -> SamplesWritten:
    """Write `inbox/ap_invoices/<batch_id>/…`, `truth/…/….truth.json` and `reference/…` below a folder.

    The same seed gives the same bytes; seed 1 tells the story as written, others change its quantities. Writing again
    what is already there changes nothing.

    Raises:
        UsageError: a batch of these samples already lies there with other content.
    """
    story = load_story(seed)
    drawn = [draw_batch(batch, story) for batch in story.batches]
    inbox, truth = folder / "inbox", folder / "truth"
    for batch in drawn:
        _refuse_other_content(inbox / LANE / batch.batch_id, batch)
    _write(folder / "reference" / CLIENT / TABLE / f"{AS_OF}.csv", vendors_csv(story))
    for batch in drawn:
        for name, content in batch.truth.items():
            _write(truth / LANE / batch.batch_id / f"{name}.truth.json", content)
        _deliver(inbox / LANE / batch.batch_id, batch)
    documents = [document for batch in story.batches for document in batch.documents]
    return SamplesWritten(
        inbox=inbox,
        truth=truth,
        batches=tuple(batch.batch_id for batch in story.batches),
        documents=len(documents),
        records=sum(len(document.invoices) for document in documents),
        faults=sum(document.fault is not None for document in documents),
    )


def draw_batch(batch: Batch, story: Story) -> DrawnBatch:
    """Draw every file of a batch."""
    files = {document.file: draw_document(document, story) for document in batch.documents}
    truth = {document.file: to_json(truth_of(batch, document, story)) for document in batch.documents}
    return DrawnBatch(batch.batch_id, files, manifest_bytes(batch, files, story), truth)


def draw_document(document: Document, story: Story) -> bytes:
    """Draw one document in its medium."""
    bills = bills_of(document, story)
    if document.csv is not None:
        return csv_bytes(bills, document.csv)
    if document.kind in {"ubl", "cii"}:
        return ubl_xml(bills[0]) if document.kind == "ubl" else cii_xml(bills[0])
    return hybrid_pdf(bills[0], story) if document.kind == "hybrid" else pdf_page(bills[0], story)


def _refuse_other_content(folder: Path, batch: DrawnBatch) -> None:
    for name, content in {**batch.files, FILE_NAME: batch.manifest}.items():
        path = folder / name
        if path.exists() and path.read_bytes() != content:
            raise UsageError(f"sample folder {folder}", f"{name} has other content", "choose an empty folder")


def _deliver(folder: Path, batch: DrawnBatch) -> None:
    """Write the documents, then the manifest in one step: it completes the batch."""
    for name, content in batch.files.items():
        _write(folder / name, content)
    part = folder / f".{FILE_NAME}.part"
    _write(part, batch.manifest)
    part.replace(folder / FILE_NAME)


def _write(path: Path, content: bytes) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content)
