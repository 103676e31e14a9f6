"""Conservation: nothing that came in is lost, nothing is in two places. Pure sentences over counts and ids."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

Row = Mapping[str, Any]
STATES = frozenset({"accepted", "held", "rejected"})


def lost_documents(documents: Iterable[Row], extractions: Iterable[Row], findings: Iterable[Row]) -> list[str]:
    """Return one sentence for each document that left extraction neither with records nor with a reason."""
    outcomes = Counter(row["document_id"] for row in extractions)
    named = {row["subject_id"] for row in findings}
    without = {row["document_id"] for row in extractions if row["records"] == 0 and row["document_id"] not in named}
    problems = [
        f"document {row['document_id']} ({row['path']}) has {outcomes[row['document_id']]} outcomes instead of one"
        for row in documents
        if outcomes[row["document_id"]] != 1
    ]
    return problems + [f"document {name} gave no records and no reason" for name in sorted(without)]


def lost_records(
    extracted: Sequence[Row],
    states: Sequence[Row],
    accepted: Mapping[str, Sequence[Row]],
    exceptions: Iterable[Row],
) -> list[str]:
    """Return one sentence for each record that the split lost, doubled, or let go without a reason.

    Args:
        extracted: rows of `extracted_records`.
        states: rows of `record_states`.
        accepted: rows of accepted records by record type.
        exceptions: rows of `exceptions`.
    """
    headers = {row["record_id"]: row["parent_record_id"] or row["record_id"] for row in extracted}
    state_of = {row["record_id"]: row["state"] for row in states}
    times = Counter(row["record_id"] for row in states)
    unresolved = [row for row in exceptions if row["state"] != "resolved"]
    documents = {row["subject_id"] for row in unresolved if row["subject_kind"] == "document"}
    open_on = {row["record_id"] for row in unresolved if row["record_id"] is not None}
    open_on |= {row["record_id"] for row in extracted if row["document_id"] in documents}
    placed = Counter(row["record_id"] for rows in accepted.values() for row in rows)
    problems = [
        f"record {name} has {times[name]} states instead of one"
        for name, header in headers.items()
        if name == header and times[name] != 1
    ]
    problems += [f"record {name} was never extracted" for name in state_of if name not in headers]
    problems += [f"record {name} has unknown state {state}" for name, state in state_of.items() if state not in STATES]
    problems += [f"record {name} is held without an open exception" for name, state in state_of.items()
                 if state == "held" and name not in open_on]  # fmt: skip
    problems += [f"record {name} is {state} with an open exception" for name, state in state_of.items()
                 if state == "accepted" and name in open_on]  # fmt: skip
    for name, header in headers.items():
        expected = 1 if state_of.get(header) == "accepted" else 0
        if placed[name] != expected:
            problems.append(f"record {name} is {placed[name]} times among the accepted instead of {expected}")
    return problems
