"""Evidence that a name is a party's, and what each kind of it is worth.

What belongs here: kinds, weights, and one piece of evidence. What does not: finding it (`addressed`, `imprints`,
`parties`), and choosing (`parties`).
"""

from collections.abc import Mapping
from dataclasses import dataclass

from back_office_pipelines.extraction.pdf.spans import Found

WEIGHTS: Mapping[str, float] = {
    "label": 1.0,
    "label_weak": 0.6,
    "label_person": 0.3,
    "sender_line": 0.9,
    "imprint": 0.8,
    "address_line": 0.5,
    "under_sender_line": 0.9,
    "contact_block": 0.55,
    "registered_block": 0.3,
    "window": 0.6,
    "company": 0.4,
    "company_again": 0.12,
    "company_in_foot": 0.2,
    "company_on_top": 0.15,
    "letterhead": 0.3,
    "first_in_letterhead": 0.45,
    "large_print": 0.3,
    "domain": 0.5,
    "registered": 0.3,
    "payee": 0.5,
}
"""Worth of each kind of evidence for a name."""
KINDS: Mapping[str, str] = {
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
MOST_MORE = 0.9
"""What all further evidence for a name is worth at most."""


@dataclass(frozen=True)
class Naming:
    """A name with one piece of evidence that it is a party's.

    Attributes:
        role: seller_name or buyer_name.
        evidence: a key of WEIGHTS.
    """

    role: str
    found: Found
    evidence: str
    score: float
