"""What people of the story have before them, what is right about it, and the lines they write.

What belongs here: the shapes, and the truth as a person at a desk knows it. What does not: who decides what
(`deciding`), and how a case is put together from the office's tables (`desk`).
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal, InvalidOperation

from back_office_pipelines.clock import iso
from back_office_pipelines.samples.world.truth import DocumentTruth

CRITICAL = ("invoice_number", "issue_date", "currency", "seller_name", "gross_total")


@dataclass(frozen=True)
class Open:
    """One open exception as people see it on the worklist; `approvers`: how many approvals it waits for, if any."""

    exception_id: str
    subject_id: str
    record_id: str | None
    field: str
    reason_code: str
    owner: str
    actions: tuple[str, ...]
    approvers: int = 0


@dataclass(frozen=True)
class Case:
    """What is decided together: the open exceptions of one record, document or batch.

    Attributes:
        truth: about the document; None for a batch.
        ordinal: of the record in the document; None without a record.
        read: header fields as the pipeline has them now.
        round: how often people decided on it before.
        hands: who corrected or accepted something of it before.
    """

    key: str
    client: str
    exceptions: tuple[Open, ...]
    truth: DocumentTruth | None
    ordinal: int | None
    read: Mapping[str, str]
    round: int = 0
    hands: frozenset[str] = frozenset()

    @property
    def kind(self) -> str | None:
        """What is wrong with it on purpose."""
        fault = self.truth.fault if self.truth else None
        return fault.kind if fault and fault.record in {None, self.ordinal} else None


@dataclass(frozen=True)
class Said:
    """One line of a decisions file; `refused`: words with which the story wants it refused, if it does."""

    decided_at: datetime
    actor: str
    role: str
    action: str
    target: str
    field: str = ""
    value: str = ""
    reason: str = ""
    cause_party: str = ""
    sample_id: str = ""
    refused: str = ""

    def cells(self) -> dict[str, str]:
        """Return the line as the cells of a decisions file."""
        said = {name: text for name, text in vars(self).items() if name != "refused"}
        return {**said, "decided_at": iso(self.decided_at), "reason_code": ""}


@dataclass(frozen=True)
class Released:
    """One released record as QA and the client see it; `returned`: whether the client ever sent it back."""

    record_id: str
    client: str
    released_at: datetime
    values: Mapping[str, str]
    truth: DocumentTruth
    ordinal: int
    returned: bool = False


def right_values(case: Case) -> dict[str, str]:
    """Return the header fields as they should be: what the document states, and where that is wrong what is right."""
    assert case.truth is not None  # noqa: S101 - asked before
    assert case.ordinal is not None  # noqa: S101
    stated = case.truth.headers[case.ordinal - 1] if case.ordinal <= len(case.truth.headers) else {}
    right = case.truth.right[case.ordinal - 1] if case.ordinal <= len(case.truth.right) else {}
    if case.kind is None or case.kind == "unknown_vendor":
        return dict(stated)
    missing = {name: right[name] for name in CRITICAL if name in right and name not in stated}
    return {name: right.get(name, value) for name, value in stated.items()} | missing


def same(read: str | None, wanted: str) -> bool:
    """Tell whether a value as delivered is the right one, whatever its spaces, letter case or trailing zeros."""
    if read is None:
        return False
    try:
        return Decimal(read) == Decimal(wanted)
    except InvalidOperation:
        return "".join(read.split()).casefold() == "".join(wanted.split()).casefold()
