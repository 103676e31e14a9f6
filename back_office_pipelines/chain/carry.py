"""What extraction made of documents that stay through a redelivery: carried on as it is, never read again.

Pure functions over rows. What belongs here: choosing the rows. What does not: which documents stay (`redelivery`).
"""

from collections.abc import Collection, Mapping, Sequence
from typing import Any

Row = Mapping[str, Any]


def stays(document: Row, delivery: int) -> bool:
    """Whether a document came with an earlier delivery than the one in force."""
    return bool(document["delivery"] < delivery)


def carried_rows(
    documents: Sequence[Row], delivery: int, released: Collection[str], before: Mapping[str, Sequence[Row]]
) -> dict[str, list[Row]]:
    """Return the rows of earlier extraction that stay, by table.

    Of a document that came again unchanged all stay; of another one those of its released records, and what
    was found on the document itself.

    Args:
        documents: rows of `documents`.
        delivery: in force now.
        released: released header records.
        before: rows of extraction's tables as they were.
    """
    whole = {row["document_id"]: row["last_delivery"] == delivery for row in documents if stays(row, delivery)}
    records = [
        row
        for row in before["extracted_records"]
        if row["document_id"] in whole
        and (whole[row["document_id"]] or (row["parent_record_id"] or row["record_id"]) in released)
    ]
    kept = {row["record_id"] for row in records}
    return {
        "extractions": [row for row in before["extractions"] if row["document_id"] in whole],
        "extracted_records": records,
        "field_values": [row for row in before["field_values"] if row["record_id"] in kept],
        "extraction_findings": [
            row for row in before["extraction_findings"] if row["subject_id"] in kept or row["subject_id"] in whole
        ],
    }
