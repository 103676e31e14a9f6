"""The manifest of a batch (DESIGN 7.1): what the sender says about its files.

What belongs here: the manifest's keys and their order. What does not: reading one (`intake`).
"""

import hashlib
import io
from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from ruamel.yaml import YAML

from back_office_pipelines.samples.arithmetic import ZERO
from back_office_pipelines.samples.bill import bills_of
from back_office_pipelines.samples.model import Batch, Story

FILE_NAME = "manifest.yaml"


def manifest_bytes(batch: Batch, files: Mapping[str, bytes], story: Story) -> bytes:
    """Return the manifest of a batch.

    Args:
        batch: what the story says.
        files: every file of the batch, by its path in the batch.
        story: for the sums of the documents.
    """
    content: dict[str, Any] = {
        "client": batch.client,
        "entity": batch.entity,
        "channel": batch.channel,
        "priority": batch.priority,
        "received_at": batch.received_at,
        "delivery": 1,
    }
    if "document_count" in batch.declares:
        content["document_count"] = len(files)
    if "control_totals" in batch.declares:
        content["control_totals"] = _control_totals(batch, story)
    if "checksums" in batch.declares:
        content["checksums"] = {name: f"sha256:{hashlib.sha256(files[name]).hexdigest()}" for name in sorted(files)}
    text = io.BytesIO()
    writer = YAML(typ="rt", pure=True)
    writer.width = 200
    writer.dump(content, text)
    return text.getvalue()


def _control_totals(batch: Batch, story: Story) -> dict[str, dict[str, str]]:
    """Add up the gross totals as the documents state them, by currency."""
    sums: dict[str, Decimal] = {}
    for document in batch.documents:
        for bill in bills_of(document, story):
            currency = bill.invoice.currency
            sums[currency] = sums.get(currency, ZERO) + bill.totals.gross_total
    return {currency: {"gross_total": str(amount)} for currency, amount in sorted(sums.items())}
