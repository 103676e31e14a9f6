"""Tables of schema `controls` that every publication gives in full: terms, contracts, decisions, evidence of runs.

What belongs here: their rows. What does not: tables that come from the lake batch by batch, and publishing
(`publication`).
"""

from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal
from typing import Any

from back_office_pipelines.chain.runs import run_rows
from back_office_pipelines.dictionary.exhibit import Exhibit
from back_office_pipelines.dictionary.model import Dictionary
from back_office_pipelines.dictionary.store import version_order
from back_office_pipelines.ledger.automation import switch_of
from back_office_pipelines.ledger.entries import Entry
from back_office_pipelines.ledger.snapshot import Snapshot
from back_office_pipelines.ledger.state import materialization_of

Rows = list[dict[str, Any]]
WHOLE_TABLES = ("targets", "fields", "ageing_caps", "decisions", "materializations", "runs", "automation", "lessons")
"""Tables of schema `controls` that are given in full at every publish."""

HOURS_TERMS = frozenset({"turnaround_median", "turnaround_p90", "triage_p90", "resolve_p90", "redeliver_p90"})


def whole_rows(
    exhibits: Mapping[str, Exhibit],
    dictionaries: Mapping[str, Dictionary],
    snapshot: Snapshot,
    entries: Sequence[Entry],
    lessons: Rows,
) -> dict[str, Rows]:
    """Return the rows of each of `WHOLE_TABLES`.

    Args:
        exhibits: terms by client.
        dictionaries: contracts in use, by fingerprint.
        snapshot: state of the back office.
        entries: every materialization, end of a run and switch of automation, in order of sequence.
        lessons: what memories know.
    """
    return {
        "lessons": lessons,
        "targets": _targets(exhibits),
        "fields": _fields(dictionaries),
        "ageing_caps": _ageing_caps(dictionaries.values()),
        "decisions": [_decision(entry) for entry in snapshot.decisions],
        "materializations": _materializations(entries, snapshot),
        "runs": run_rows(entries),
        "automation": [_switched(entry) for entry in entries if entry.kind == "automation"],
    }


def _targets(exhibits: Mapping[str, Exhibit]) -> Rows:
    return [
        {
            "client": client,
            "lane": lane,
            "priority": priority,
            "term": term,
            "target": Decimal(target),
            "unit": "hours" if term in HOURS_TERMS else "fraction",
            "direction": "lower_is_better" if term in HOURS_TERMS else "higher_is_better",
        }
        for client, exhibit in exhibits.items()
        for lane, priorities in exhibit.targets.items()
        for priority, targets in priorities.items()
        for term, target in targets.model_dump().items()
        if target is not None
    ]


def _fields(dictionaries: Mapping[str, Dictionary]) -> Rows:
    rows = {
        (one.lane, one.version, record_type, field): {
            "lane": one.lane,
            "dictionary_version": one.version,
            "record_type": record_type,
            "field": field,
            "criticality": spec.criticality,
            "weight": one.criticality[spec.criticality].weight,
            "compare": spec.compare,
            "type": one.value_type(record_type, field).type,
        }
        for one in dictionaries.values()
        for record_type, record in one.records.items()
        for field, spec in record.fields.items()
    }
    return list(rows.values())


def _ageing_caps(dictionaries: Iterable[Dictionary]) -> Rows:
    newest = {one.lane: one for one in sorted(dictionaries, key=version_order)}
    return [
        {"lane": lane, "tier": tier, "cap_days": cap}
        for lane, dictionary in newest.items()
        for tier, cap in dictionary.ageing_caps.items()
    ]


def _decision(entry: Entry) -> dict[str, Any]:
    names = (
        "decision_id", "role", "action", "target", "exception_id", "field", "value", "reason_code", "reason",
        "cause_party", "sample_id", "submitter",
    )  # fmt: skip
    shown = entry.payload.get("shown", {}).get(entry.payload["exception_id"], {})
    return {
        **{name: entry.payload[name] for name in names},
        "observed": shown.get("observed"),
        "expected": shown.get("expected"),
        "decided_at": entry.as_of,
        "actor": entry.actor,
        "lane": entry.lane,
        "batch_id": entry.batch_id,
        "record_id": entry.payload["subject_id"] or entry.payload["record_id"],
    }


def _materializations(entries: Sequence[Entry], snapshot: Snapshot) -> Rows:
    current = {one.seq for stages in snapshot.made.values() for one in stages.values()}
    rows: Rows = []
    for entry in entries:
        if entry.kind != "materialization":
            continue
        made = materialization_of(entry)
        rows.append(
            {
                "lane": made.lane,
                "batch_id": made.batch_id,
                "stage": made.stage,
                "as_of": made.as_of,
                "in_force": entry.seq in current,
                "dictionary_fingerprint": made.dictionary_fingerprint,
                "code_version": made.code_version,
                "run_id": made.run_id,
                "actor": entry.actor,
                "output_hash": made.output_hash,
                "recorded_at": entry.recorded_at,
            }
        )
    return rows


def _switched(entry: Entry) -> dict[str, Any]:
    switch = switch_of(entry)
    names = ("lane", "client", "audited", "above", "errors", "error_bound", "audits", "reason", "submitter")
    return {
        **{name: getattr(switch, name) for name in names},
        "switched_at": entry.as_of,
        "state": "off" if switch.threshold is None else "on",
        "threshold": None if switch.threshold is None else float(switch.threshold),
        "target_error": None if switch.target_error is None else float(switch.target_error),
        "actor": entry.actor,
        "recorded_at": entry.recorded_at,
    }
