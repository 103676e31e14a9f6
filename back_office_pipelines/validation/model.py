"""Shapes that walk through validation: what failed, and what people have decided about it."""

from collections.abc import Mapping
from dataclasses import dataclass
from dataclasses import field as attribute
from datetime import datetime
from typing import Any, Literal

Row = dict[str, Any]
SubjectKind = Literal["batch", "document", "record"]


@dataclass(frozen=True)
class Failure:
    """One (subject, rule, field) that failed. It becomes an exception, or a warning where the rule says so.

    Attributes:
        record_id: header record concerned; a child's failure is its header's too. None for a batch or document.
        field: field concerned, '' where the whole subject is.
        observed: what was found.
        expected: what would have passed.
        since: moment of the act that made it; None where the validation that finds it does.
    """

    subject_kind: SubjectKind
    subject_id: str
    rule: str
    reason_code: str
    observed: str
    expected: str
    field: str = ""
    document_id: str | None = None
    record_id: str | None = None
    since: datetime | None = None


@dataclass(frozen=True)
class Decision:
    """A human act in force at the as-of time, as validation needs it.

    Attributes:
        actor: who decided.
        record_id: header record concerned, None for a document or batch.
        subject_id: record the value belongs to (header or child), None where no value is meant.
        exception_id: exception named, None where a record or batch is named.
        decision_id, role: as the ledger has them.
        shown: `observed` and `expected` of each exception it concerned, by its id, as they stood when it was made; for
            people to look at, no rule reads it.
        seen: whether the validation before took it into account; it has moved exceptions then, and moves none again.
    """

    action: str
    decided_at: datetime
    record_id: str | None = None
    subject_id: str | None = None
    exception_id: str | None = None
    field: str | None = None
    value: str | None = None
    reason: str | None = None
    cause_party: str | None = None
    seen: bool = False
    actor: str = ""
    role: str = ""
    decision_id: str = ""
    shown: Mapping[str, Mapping[str, str]] = attribute(default_factory=dict, compare=False)
