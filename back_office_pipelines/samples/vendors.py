"""The client's vendor master of the story, as a reference table: every seller, with the account agreed with it.

What belongs here: the rows. What does not: what the columns mean (`_common.yaml`, reference table `vendors`).
"""

import csv
import io

from back_office_pipelines.samples.model import Story

CLIENT, TABLE, AS_OF = "northwind", "vendors", "2026-01-01"
COLUMNS = ("vendor_id", "name", "vat_id", "iban", "country")


def vendors_csv(story: Story) -> bytes:
    """Return the vendor master; one row a seller of the story, numbered in the order of their keys."""
    sellers = sorted({invoice.seller for batch in story.batches for one in batch.documents for invoice in one.invoices})
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(COLUMNS)
    for number, key in enumerate(sellers, start=1):
        party = story.parties[key]
        iban = party.account.iban if party.account else None
        writer.writerow([f"V{number:04}", party.name, party.vat_id or "", iban or "", party.country])
    return text.getvalue().encode()
