"""Which cells a rule reads: what a correction of a cell can clear, and whose right it needs.

What belongs here: the reach of each kind of rule. What does not: evaluating rules (`cells`, `cross_field`,
`batch_rules`).
"""

from dataclasses import dataclass

from back_office_pipelines.dictionary.model import Dictionary
from back_office_pipelines.validation.automation import HOLD, critical_fields
from back_office_pipelines.validation.gates import gate_of

CONTROL_TOTAL = "CONTROL_TOTAL"


@dataclass(frozen=True)
class CellRef:
    """One cell of a record.

    Attributes:
        record_id: record the cell belongs to, header or child.
        header_id: its header record.
        record_type: type of the record.
    """

    record_id: str
    header_id: str
    record_type: str
    field: str


@dataclass(frozen=True)
class RuleRef:
    """One rule on one subject, as an exception names it."""

    subject_id: str
    rule: str
    reason_code: str
    field: str


def reads(dictionary: Dictionary, rule: RuleRef, cell: CellRef) -> bool:
    """Tell whether a rule reads a cell.

    A cross-field check reads its operands, those of child records included; a control total reads its amount and the
    currency of every header record; a hold for validation reads the critical fields; a gate reads the fields of its
    condition; any other rule reads its own field. A finding about a whole record (field '') reads no cell: what stands
    in the fields proves nothing about the row they came from.
    """
    if rule.reason_code == CONTROL_TOTAL:
        return cell.record_type == dictionary.header and cell.field in {rule.field, "currency"}
    if rule.rule == HOLD:
        return cell.record_id == rule.subject_id and cell.field in critical_fields(dictionary)
    gate = gate_of(dictionary, rule.rule)
    if gate is not None:
        return cell.record_id == rule.subject_id and cell.field in gate.operands
    check = dictionary.checks.get(rule.rule)
    if check is None:
        return cell.record_id == rule.subject_id and cell.field == rule.field
    if cell.record_id == rule.subject_id:
        return cell.field in check.operands
    return cell.header_id == rule.subject_id and cell.record_type == check.child and cell.field in check.child_operands
