"""Who answered an exception: the decisions of people that concern it, those that never name it included.

What belongs here: finding them in what the ledger kept. What does not: what they lead to (`validation/lifecycle`), of
which this follows the same rules of reach.
"""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from back_office_pipelines.dictionary.model import Dictionary
from back_office_pipelines.validation.decided import Decided
from back_office_pipelines.validation.lifecycle import follows_record
from back_office_pipelines.validation.model import Decision
from back_office_pipelines.validation.reading import RuleRef, reads

Row = Mapping[str, Any]


def answers(
    exceptions: Sequence[Row], decisions: Sequence[Decision], records: Sequence[Row], dictionary: Dictionary
) -> dict[str, list[Decision]]:
    """Return the decisions that concern each exception, by exception id, oldest first.

    Args:
        exceptions: rows of `exceptions` of a batch.
        decisions: of that batch, none marked as seen, in the order in which they were recorded.
        records: rows of `extracted_records`.
        dictionary: contract of the batch; says which cells a rule reads.
    """
    decided = Decided.of(decisions, list(map(dict, records)), list(map(dict, exceptions)))
    named: dict[str | None, list[Decision]] = {}
    for one in decisions:
        named.setdefault(one.exception_id, []).append(one)
    found = {}
    for row in exceptions:
        own = named.get(row["exception_id"], [])
        beside = {id(one): one for one in _beside(row, decided, dictionary) if one not in own}
        found[row["exception_id"]] = sorted([*own, *beside.values()], key=lambda one: one.decided_at)
    return found


def _beside(row: Row, decided: Decided, dictionary: Dictionary) -> Iterator[Decision]:
    """Yield what concerns an exception without naming it: of its record while it stood, or what ended it."""
    ended = row["resolved_at"]
    for one in decided.by_record.get(row["record_id"], ()):
        whole = one.exception_id is None and follows_record(one.action, row["rule"], row["reason_code"])
        if whole and row["opened_at"] <= one.decided_at and (ended is None or one.decided_at <= ended):
            yield one
    if row["resolution"] == "corrected":
        yield from _clearing(row, decided, dictionary)
    rejection = decided.rejection(row["record_id"])
    if rejection is not None and row["resolution"] == "rejected":
        yield rejection


def _clearing(row: Row, decided: Decided, dictionary: Dictionary) -> list[Decision]:
    """Return the newest corrections, up to its end, of what the exception's rule reads."""
    rule = RuleRef(row["subject_id"], row["rule"], row["reason_code"], row["field"])
    found = [
        one
        for one, cell in decided.new_corrections(row["record_id"])
        if one.decided_at <= row["resolved_at"] and reads(dictionary, rule, cell)
    ]
    newest = max((one.decided_at for one in found), default=None)
    return [one for one in found if one.decided_at == newest]
