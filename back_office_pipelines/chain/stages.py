"""The stages of a lane as functions of a view: intake, extracted, validated, released, worklist.

What belongs here: which rows a stage's pure function gets, and what is counted of its result. What does not: locks,
storing, the ledger, delivery folders (`steps`). Nothing here writes, so any of these can be computed again at any time.
"""

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from back_office_pipelines.chain.carry import carried_rows, stays
from back_office_pipelines.chain.decided import decision_of, decisions_until
from back_office_pipelines.chain.memory import of_batch
from back_office_pipelines.chain.view import Delivery, Made, Rows, View
from back_office_pipelines.dictionary.types import record_table
from back_office_pipelines.errors import LedgerError
from back_office_pipelines.intake.documents import take_in
from back_office_pipelines.intake.redelivery import Before
from back_office_pipelines.ledger.claims import succeeding
from back_office_pipelines.ledger.entries import Entry
from back_office_pipelines.ledger.snapshot import undecided
from back_office_pipelines.ledger.state import Stage
from back_office_pipelines.normalization.stage import extract_batch
from back_office_pipelines.release.release import newest_revisions, release
from back_office_pipelines.reports.batch_page import BatchEvidence, batch_page
from back_office_pipelines.review.worklist import as_csv, worklist_rows
from back_office_pipelines.storage.lake import arrange
from back_office_pipelines.storage.tables import Table, fixed_tables
from back_office_pipelines.validation.conservation import illegal_moves, lost_documents, lost_records
from back_office_pipelines.validation.split import Released, Validated, ValidationInput, validate


def compute(view: View) -> Made:
    """Compute the stage a view is for.

    Raises:
        LakeError: a table or source file it reads is missing or damaged.
        LedgerError: it lost or doubled something.
    """
    return _STAGES[view.stage](view)


def _intake(view: View) -> Made:
    before = Before(view.rows("intake", "documents"), _released_ids(view))
    taken = take_in(view.batch, view.files, view.ask, before)
    tables = fixed_tables()
    return Made(
        [
            (tables["batches"], [taken.batch]),
            (tables["documents"], taken.documents),
            (tables["intake_findings"], taken.findings),
        ],
        {"documents": len(taken.documents), "findings": len(taken.findings)},
    )


def _extracted(view: View) -> Made:
    documents = view.rows("intake", "documents")
    before = {name: view.rows("extracted", name) for name in _EXTRACTED}
    kept = carried_rows(documents, view.batch.delivery, _released_ids(view), before)
    new = [row for row in documents if not stays(row, view.batch.delivery)]
    to_read = [row for row in new if row["role"] == "document"]
    read = extract_batch(
        to_read, view.read_source, view.dictionary, view.extractor, of_batch(view.batch, view.read_table)
    )
    made = {
        "extractions": [*kept["extractions"], *map(_unread, _others(new)), *read.extractions],
        "extracted_records": [*kept["extracted_records"], *read.records],
        "field_values": [*kept["field_values"], *read.field_values],
        "extraction_findings": [*kept["extraction_findings"], *read.findings],
    }
    findings = [*made["extraction_findings"], *view.rows("intake", "intake_findings")]
    _refuse_loss(view, lost_documents(documents, made["extractions"], findings))
    return Made(
        [(fixed_tables()[name], rows) for name, rows in made.items()],
        {
            "documents": len(documents),
            "records": sum(row["parent_record_id"] is None for row in made["extracted_records"]),
            "field_values": len(made["field_values"]),
            "findings": len(made["extraction_findings"]),
            "learned_values": sum(row["learned_from"] is not None for row in made["field_values"]),
        },
    )


_EXTRACTED = ("extractions", "extracted_records", "field_values", "extraction_findings")


def _others(documents: Rows) -> Rows:
    """Return what is kept and never read: containers, whose parts are documents, and what lies beside a text."""
    return [row for row in documents if row["role"] != "document"]


def _unread(document: Mapping[str, Any]) -> dict[str, Any]:
    return {
        **{name: document[name] for name in ("lane", "batch_id", "document_id")},
        "status": document["role"],
        **dict.fromkeys(("reason_code", "document_class", "language")),
        "pages": 0,
        "records": 0,
    }


def _validated(view: View) -> Made:
    decisions = [entry for entry in view.decisions if entry.as_of <= view.as_of]
    given = _to_validate(view, decisions)
    made = validate(given)
    _refuse_loss(view, lost_records(given.records, made.record_states, made.accepted, made.exceptions))
    before, after = (given.previous_states, given.previous_exceptions), (made.record_states, made.exceptions)
    stood = given.standing
    _refuse_loss(view, illegal_moves(before, after, made.failing, stood.with_client, stood.returned.keys()))
    return Made(_validated_tables(view, made), _validated_counts(made), decisions_through=_newest(decisions))


def _to_validate(view: View, decisions: Sequence[Entry]) -> ValidationInput:
    """Gather what validation looks at; decisions made later than the as-of time are not among them."""
    new = {entry.seq for entry in undecided(decisions, view.validated)}
    documents = view.rows("intake", "documents")
    return ValidationInput(
        batch=view.batch,
        dictionary=view.dictionary,
        as_of=view.as_of,
        findings=[*view.rows("intake", "intake_findings"), *view.rows("extracted", "extraction_findings")],
        records=view.rows("extracted", "extracted_records"),
        field_values=view.rows("extracted", "field_values"),
        decisions=[decision_of(entry, seen=entry.seq not in new) for entry in decisions],
        previous_exceptions=view.rows("validated", "exceptions"),
        previous_states=view.rows("validated", "record_states"),
        previous_waits=view.rows("validated", "client_waits"),
        previous_approvals=view.rows("validated", "approvals"),
        reference=view.reference(),
        ask=succeeding(view.ask, view.batch.batch_id, {row["document_id"] for row in documents}),
        released=_released_before(view),
        gone=frozenset(row["document_id"] for row in documents if row["last_delivery"] < view.batch.delivery),
    )


def _validated_tables(view: View, made: Validated) -> list[tuple[Table, Rows]]:
    tables = fixed_tables()
    return [
        (tables["exceptions"], made.exceptions),
        (tables["client_waits"], made.client_waits),
        (tables["approvals"], made.approvals),
        (tables["warnings"], made.warnings),
        (tables["record_states"], made.record_states),
        (tables["accepted_values"], made.accepted_values),
        *((record_table(view.dictionary, name), rows) for name, rows in made.accepted.items()),
    ]


def _validated_counts(made: Validated) -> dict[str, int]:
    by_state = Counter(row["state"] for row in made.record_states)
    return {
        "records": by_state.total(),
        **{state: by_state[state] for state in ("accepted", "held", "gated", "returned", "rejected")},
        "exceptions": len(made.exceptions),
        "open_exceptions": sum(row["state"] != "resolved" for row in made.exceptions),
        "warnings": len(made.warnings),
    }


def _released_before(view: View) -> Released:
    """Return what was handed over as it was validated then: nothing that happens later changes it."""
    revisions = newest_revisions(view.rows("released", "releases"))
    if not revisions:
        return Released()
    return Released(revisions, view.accepted(), view.rows("validated", "accepted_values"))


def _released_ids(view: View) -> frozenset[str]:
    return frozenset(row["record_id"] for row in view.rows("released", "releases"))


def _refuse_loss(view: View, problems: Sequence[str]) -> None:
    """Refuse tables that lost, doubled or wrongly moved something; the checks in Dagit only show what is held here."""
    if problems:
        raise LedgerError(f"batch {view.batch.address}", problems[0], "report it: nothing was committed")


def _released(view: View) -> Made:
    waiting = undecided(view.decisions, view.validated)
    made = release(
        view.batch,
        view.dictionary,
        view.as_of,
        view.rows("validated", "record_states"),
        view.accepted(),
        view.rows("released", "releases"),
        undecided=frozenset(entry.payload["record_id"] for entry in waiting),
    )
    return Made(
        [(fixed_tables()["releases"], made.releases)],
        {"released": len(made.releases), "newly_released": made.new},
        decisions_through=_newest(view.decisions),
        delivery=Delivery(made.delivery, made.files) if made.new else None,
        page=batch_page(_evidence(view, made.releases)),
    )


def _worklist(view: View) -> Made:
    documents, exceptions = view.rows("intake", "documents"), view.rows("validated", "exceptions")
    approvals = view.rows("validated", "approvals")
    evidence = _evidence(view)
    rows = worklist_rows(exceptions, documents, evidence.field_values, view.dictionary, approvals, evidence.decisions)
    page = batch_page(evidence)
    return Made([], {"open_exceptions": len(rows)}, worklist=as_csv(rows), page=page)


def _evidence(view: View, releases: Rows | None = None) -> BatchEvidence:
    """Return what the page of a batch shows: the same whichever of the two stages that write it comes last.

    Args:
        view: of a release or a worklist.
        releases: rows of `releases` that stage makes; None for those in force.
    """
    hashes = dict(view.reads)
    if releases is None:
        releases = view.rows("released", "releases")
    else:
        hashes["released.releases"] = arrange(fixed_tables()["releases"], releases).stored.content_hash
    return BatchEvidence(
        batch=view.batch,
        dictionary=view.dictionary,
        as_of=view.as_of,
        documents=view.rows("intake", "documents"),
        extractions=view.rows("extracted", "extractions"),
        field_values=view.rows("extracted", "field_values"),
        records=view.rows("extracted", "extracted_records"),
        record_states=view.rows("validated", "record_states"),
        accepted_values=view.rows("validated", "accepted_values"),
        exceptions=view.rows("validated", "exceptions"),
        approvals=view.rows("validated", "approvals"),
        releases=releases,
        decisions=decisions_until(view.decisions, view.as_of),
        hashes=hashes,
    )


_STAGES: Mapping[Stage, Callable[[View], Made]] = {
    "intake": _intake,
    "extracted": _extracted,
    "validated": _validated,
    "released": _released,
    "worklist": _worklist,
}


def _newest(decisions: Sequence[Entry]) -> int:
    return max((entry.seq for entry in decisions), default=0)
