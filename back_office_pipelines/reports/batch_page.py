"""The evidence page of a batch: what came in, what failed and why, who decided, and the hashes that stand for it.

What belongs here: rows of the lake to one page. What does not: computing any of them, and where the page is kept
(`chain/steps`). The page is one file without links to the outside, so that it can be handed on; values of fields that
the dictionary calls personal do not stand on it.
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from functools import cache
from importlib import resources
from operator import itemgetter
from typing import Any

from jinja2 import Environment, StrictUndefined, Template

from back_office_pipelines.clock import iso
from back_office_pipelines.dictionary.model import Dictionary
from back_office_pipelines.intake.redelivery import document_of, shown_path
from back_office_pipelines.ledger.state import Batch
from back_office_pipelines.reports.answers import answers
from back_office_pipelines.reports.personal import NOT_SHOWN, Personal
from back_office_pipelines.review.critical import CriticalValue, CriticalValues
from back_office_pipelines.review.worklist import document_of as document_of_exception
from back_office_pipelines.review.worklist import open_reasons
from back_office_pipelines.validation.batch_rules import control_total_rule
from back_office_pipelines.validation.model import Decision
from back_office_pipelines.validation.states import handed_over

Row = Mapping[str, Any]
MOST_ROWS = 500
"""Rows of a list that the page shows; it says where the rest is."""
TEMPLATE = "batch_page.html"


@dataclass(frozen=True)
class BatchEvidence:
    """What the page of a batch is made of.

    Attributes:
        batch: its registration.
        dictionary: its contract.
        as_of: moment for which it tells.
        documents: rows of `documents`.
        extractions: rows of `extractions`.
        field_values: rows of `field_values`.
        records: rows of `extracted_records`.
        record_states: rows of `record_states`.
        accepted_values: rows of `accepted_values`.
        exceptions: rows of `exceptions`.
        approvals: rows of `approvals`.
        releases: rows of `releases`.
        decisions: what people decided until then, none marked as seen, in the order in which it was recorded.
        hashes: content hash by `stage.table` of everything in force.
    """

    batch: Batch
    dictionary: Dictionary
    as_of: datetime
    documents: Sequence[Row]
    extractions: Sequence[Row]
    field_values: Sequence[Row]
    records: Sequence[Row]
    record_states: Sequence[Row]
    accepted_values: Sequence[Row]
    exceptions: Sequence[Row]
    approvals: Sequence[Row]
    releases: Sequence[Row]
    decisions: Sequence[Decision]
    hashes: Mapping[str, str]


@dataclass(frozen=True)
class ControlTotal:
    """A declared total and what the records add up to.

    Attributes:
        found: what they add up to; None where it is the declared sum to the cent.
    """

    currency: str
    field: str
    declared: str
    found: str | None


def batch_page(evidence: BatchEvidence) -> str:
    """Return the page as HTML."""
    read = {row["document_id"]: row for row in evidence.extractions}
    places = {row["document_id"]: shown_path(row) for row in evidence.documents}
    personal = Personal.of(evidence.dictionary, evidence.records)
    states = list(_states_now(evidence))
    documents = sorted(evidence.documents, key=lambda row: (row["path"], row["member"] or "", row["document_id"]))
    return _template().render(
        batch=evidence.batch,
        as_of=evidence.as_of,
        most=MOST_ROWS,
        not_shown=NOT_SHOWN,
        top_documents=sum(row["member"] is None for row in documents),
        documents=[{**row, "place": shown_path(row), **read.get(row["document_id"], _UNREAD)} for row in documents],
        states=sorted(Counter(map(itemgetter("state"), states)).items()),
        records=_records(evidence, states, places),
        totals=control_totals(evidence.batch.control_totals, evidence.exceptions),
        reasons=sorted(open_reasons(evidence.exceptions).items(), key=lambda item: (-item[1], item[0])),
        exceptions=_exceptions(evidence, places, personal),
        approvals=[{**row, "place": _place_of_record(row["record_id"], places)} for row in evidence.approvals],
        decisions=_decisions(evidence, places, personal),
        releases=_releases(evidence, places),
        hashes=sorted(evidence.hashes.items()),
    )


def _states_now(evidence: BatchEvidence) -> Iterator[Row]:
    """Yield the header records, each with where it stands: with what became of it after validation."""
    released = {(row["record_id"], row["revision"]) for row in evidence.releases}
    for row in evidence.record_states:
        done = (row["record_id"], row["revision"]) in released
        yield {**row, "state": handed_over(row["state"], row["revision"]) if done else row["state"]}


def _records(evidence: BatchEvidence, states: Sequence[Row], places: Mapping[str, str]) -> list[dict[str, Any]]:
    """Return the header records in the order of their documents; those shown have their critical values in force."""
    rows = [{**row, "place": _place_of_record(row["record_id"], places)} for row in states]
    rows.sort(key=lambda row: (row["place"], row["record_id"]))
    shown = {row["record_id"] for row in rows[:MOST_ROWS]}
    values = (row for row in evidence.field_values if row["record_id"] in shown)
    critical = CriticalValues(evidence.dictionary, values, evidence.decisions)
    accepted: dict[tuple[str, int], dict[str, str]] = {}
    for value in evidence.accepted_values:
        if value["record_id"] in shown:
            accepted.setdefault((value["record_id"], value["revision"]), {})[value["field"]] = value["value"]
    for row in rows[:MOST_ROWS]:
        kept = accepted.get((row["record_id"], row["revision"]))
        row["values"] = [one if kept is None else _as_accepted(one, kept) for one in critical.of(row["record_id"])]
    return rows


def _as_accepted(value: CriticalValue, accepted: Mapping[str, str]) -> CriticalValue:
    """Return a value of an accepted record as it was accepted: what people record later does not change it."""
    text = accepted.get(value.name)
    return value if text == value.text else replace(value, text=text, page=None, corrected=False)


def _exceptions(evidence: BatchEvidence, places: Mapping[str, str], personal: Personal) -> list[dict[str, Any]]:
    """Return the exceptions in the order of their documents, each with what people decided about it."""
    answered = answers(evidence.exceptions, evidence.decisions, evidence.records, evidence.dictionary)
    rows = [
        {
            **row,
            "observed": personal.shown(row["subject_id"], row["field"], row["observed"]),
            "place": places.get(document_of_exception(row), ""),
            "answers": [_answer(one, row, personal) for one in answered[row["exception_id"]]],
        }
        for row in evidence.exceptions
    ]
    return sorted(
        rows, key=lambda row: (row["place"], row["subject_id"], row["field"], row["reason_code"], row["exception_id"])
    )


def _answer(one: Decision, exception: Row, personal: Personal) -> dict[str, Any]:
    """Return a decision on an exception, with what that showed then where it shows something else now."""
    then = one.shown.get(exception["exception_id"])
    other = then is not None and any(then[name] != exception[name] for name in ("observed", "expected"))
    return {
        **vars(one),
        "value": personal.shown(one.subject_id, one.field, one.value),
        "then": _shown_then(then, exception, personal) if then is not None and other else None,
    }


def _shown_then(then: Mapping[str, str], exception: Row, personal: Personal) -> dict[str, str | None]:
    """Return what an exception showed when somebody decided about it."""
    found = personal.shown(exception["subject_id"], exception["field"], then["observed"])
    return {"observed": found, "expected": then["expected"]}


def _decisions(evidence: BatchEvidence, places: Mapping[str, str], personal: Personal) -> list[dict[str, Any]]:
    """Return the decisions in the order in which they were made, each with what it is about in words."""
    exceptions = {row["exception_id"]: row for row in evidence.exceptions}
    rows = []
    for one in evidence.decisions:
        about = exceptions.get(one.exception_id or "", _NAMES_NO_EXCEPTION)
        record = one.subject_id or one.record_id
        place = _place_of_record(record, places) if record else places.get(document_of_exception(about), "")
        then = one.shown.get(one.exception_id or "")
        said = {
            "place": place,
            "record": record,
            "about": about,
            "field_meant": one.field or about["field"],
            "value": personal.shown(one.subject_id, one.field, one.value),
            "then": _shown_then(then, about, personal) if then is not None else None,
        }
        rows.append({**vars(one), **said})
    return sorted(rows, key=lambda row: row["decided_at"])


def _releases(evidence: BatchEvidence, places: Mapping[str, str]) -> list[dict[str, Any]]:
    rows = [{**row, "place": _place_of_record(row["record_id"], places)} for row in evidence.releases]
    return sorted(rows, key=lambda row: (row["released_at"], row["place"], row["record_id"], row["revision"]))


def _place_of_record(record_id: str, places: Mapping[str, str]) -> str:
    return places.get(document_of(record_id), "")


_NAMES_NO_EXCEPTION = {"document_id": None, "record_id": None, "subject_id": None, "reason_code": "", "field": ""}
_UNREAD = {"status": "not read yet", "reason_code": None, "document_class": None, "pages": None, "records": None}


def control_totals(declared: Mapping[str, Mapping[str, str]], exceptions: Iterable[Row]) -> list[ControlTotal]:
    """Return every total the manifest declared beside what the records add up to.

    Args:
        declared: exact sums by currency and field.
        exceptions: of the batch; a total without one is met to the cent.
    """
    found = {
        (row["rule"], row["field"]): row["observed"]
        for row in exceptions
        if row["reason_code"] == "CONTROL_TOTAL" and row["resolution"] != "superseded"
    }
    return [
        ControlTotal(currency, field, total, found.get((control_total_rule(currency), field)))
        for currency, totals in sorted(declared.items())
        for field, total in sorted(totals.items())
    ]


@cache
def _template() -> Template:
    text = resources.files(__package__).joinpath(TEMPLATE).read_text(encoding="utf-8")
    environment = Environment(autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True)
    environment.filters["iso"] = iso
    return environment.from_string(text)
