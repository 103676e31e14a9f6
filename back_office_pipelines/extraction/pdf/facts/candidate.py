"""A text that may be a field's value, by the label that names it, and what such a label is worth.

What belongs here: what all places of a value beside its label share. What does not: those places (`beside`, `below`).
"""

from collections.abc import Mapping
from dataclasses import dataclass

from back_office_pipelines.extraction.pdf.facts.captions import whole_order
from back_office_pipelines.extraction.pdf.facts.grouped import whole_number
from back_office_pipelines.extraction.pdf.page.rows import Kind, Label, Mention, Row

WEAK = 0.55
"""Worth of a label that says little, beside 1 for one that names its field."""
LEAD, GAP = 0.9, 0.85
"""Worth left by each word before a label in its segment, and by each word between label and value."""
FILLERS = frozenset(
    (
        "nr", "no", "nº", "n°", "number", "numéro", "numero", "núm", "nummer", "vom", "von", "van", "am", "of",
        "the", "le", "la", "du", "de", "des", "in", "eur", "usd", "gbp", "chf", "dated", "from", "at", "on", "is",
        "bis", "zum", "til", "until", "by", "est", "der", "den", "dd", "und", "and", "et", "e", "en", "zu", "à",
    )
)  # fmt: skip
"""Words that may stand between a label and its value at no cost."""
KIND_OF: Mapping[str, Kind] = {
    "invoice_number": "reference",
    "purchase_order": "reference",
    "issue_date": "date",
    "due_date": "date",
    "seller_vat_id": "vat_id",
    "buyer_vat_id": "vat_id",
    "seller_iban": "iban",
    "net_total": "amount",
    "tax_total": "amount",
    "gross_total": "amount",
    "amount_due": "amount",
    "prepaid_total": "amount",
    "allowance_total": "amount",
    "charge_total": "amount",
    "rounding_amount": "amount",
}


@dataclass(frozen=True, slots=True)
class Candidate:
    """A text that may be a field's value.

    Attributes:
        score: from 0 to 1, how well label and value fit.
        label: the label that names it, None where other evidence does.
        evidence: where it stands relative to its label, and what kind of label that is.
    """

    field: str
    mention: Mention
    score: float
    label: Label | None
    evidence: str


def worth(label: Label) -> float:
    """Return what a label is worth."""
    return (WEAK if label.meaning.weak else 1.0) * LEAD**label.lead


def evidence(place: str, label: Label) -> str:
    """Return where a value stands, and what kind of label names it."""
    return f"{place}_{'generic' if label.meaning.weak else 'specific'}"


def whole_value(field: str, row: Row, label: Label, mention: Mention) -> Mention:
    """Return a value with all its parts: numbers of documents are written in groups, orders with words."""
    if field == "purchase_order":
        return whole_order(row, label, mention)
    return whole_number(row, label, mention) if field == "invoice_number" else mention


def says_more(text: str) -> bool:
    """Tell whether a word between a label and its value makes it one of something else."""
    word = text.strip("().,:;*%/-|").casefold()
    return sum(map(str.isalpha, word)) > 1 and word not in FILLERS


def said_before(row: Row, mention: Mention) -> int:
    """Count the words right before a number that make it one of something else: "Paseo de la Ribera 40"."""
    taken = {at for other in row.mentions if other.start < mention.start for at in range(other.start, other.end)}
    count, at = 0, mention.start - 1
    while at >= 0 and row.words[at + 1].box[0] - row.words[at].box[2] < row.height and at not in taken | row.claimed:
        count += says_more(row.words[at].text)
        at -= 1
    return count


def is_labelled(row: Row, mention: Mention) -> bool:
    """Tell whether a value has a label of its own before it in its segment."""
    first = mention.start - mention.lead
    return any(first <= label.start < mention.start and (label.colon or label.lead == 0) for label in row.labels)
