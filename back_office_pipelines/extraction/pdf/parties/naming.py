"""Evidence that a name is a party's, and its kinds.

What belongs here: kinds, and one piece of evidence. What does not: finding it (`addressed`, `imprints`,
`parties`), and what it is worth (`parties.yaml`).
"""

from collections.abc import Mapping
from dataclasses import dataclass

from back_office_pipelines.extraction.pdf.page.spans import Found

EVIDENCE = (
    "advertiser",
    "label",
    "sender_line",
    "under_sender_line",
    "imprint",
    "window",
    "label_weak",
    "contact_block",
    "domain",
    "payee",
    "owner",
    "address_line",
    "first_in_letterhead",
    "company",
    "label_person",
    "letterhead",
    "large_print",
    "registered_block",
    "registered",
    "company_in_foot",
    "company_on_top",
    "company_again",
)
"""All kinds of evidence, what says most first."""
KINDS: Mapping[str, str] = {
    "advertiser": "label",
    "label_weak": "label",
    "label_person": "label",
    "imprint": "foot",
    "address_line": "window",
    "registered_block": "head",
    "company_again": "company",
    "company_on_top": "head",
    "letterhead": "head",
    "first_in_letterhead": "head",
    "large_print": "head",
    "contact_block": "head",
    "company_in_foot": "foot",
    "registered": "foot",
    "under_sender_line": "window",
}
"""Evidence that is one kind because it comes from one place; every other is a kind of its own."""


@dataclass(frozen=True)
class Naming:
    """A name with one piece of evidence that it is a party's.

    Attributes:
        role: seller_name or buyer_name.
        evidence: one of EVIDENCE.
    """

    role: str
    found: Found
    evidence: str
