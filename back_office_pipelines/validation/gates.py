"""Gates on the records of a batch: which header records wait for an approval, and in which words.

What belongs here: the condition of each gate, held against values in force. What does not: whose approvals hold
(`approvals`), and what an exception's life makes of both (`lifecycle`). A gate opens on a record that nothing else
holds, so that people approve what would be released; once it is open it is judged at every validation.
"""

from collections.abc import Collection, Iterator, Mapping
from decimal import Decimal
from typing import Any

import pandas as pd

from back_office_pipelines.dictionary.gates import Gate
from back_office_pipelines.dictionary.model import Dictionary
from back_office_pipelines.dictionary.words import approvals_in_words
from back_office_pipelines.intake.identity import short_hash
from back_office_pipelines.validation.automation import critical_fields
from back_office_pipelines.validation.model import Failure, Row
from back_office_pipelines.validation.records import Cells

PREFIX = "gate."
"""Begin of the rule that a gate's exception names; no check can be called so, since names have no dots."""


def gate_of(dictionary: Dictionary, rule: str) -> Gate | None:
    """Return the gate that a rule names, None where it names none."""
    return dictionary.review.gates.get(rule.removeprefix(PREFIX)) if is_gate(rule) else None


def is_gate(rule: str) -> bool:
    """Tell whether the rule of an exception is a gate, also one that its contract no longer has."""
    return rule.startswith(PREFIX)


def gate_failures(
    dictionary: Dictionary,
    headers: pd.DataFrame,
    cells: Cells,
    header_of: Mapping[str, str],
    ready: Collection[str],
    previous: Collection[Row],
) -> list[Failure]:
    """Return one failure for each header record and gate that it meets.

    Args:
        dictionary: contract of the batch.
        headers: typed frame of the header records.
        cells: values in force.
        header_of: header record of every record.
        ready: header records that nothing else holds.
        previous: rows of `exceptions` of the validation before, those of gates.
    """
    known = {(row["record_id"], row["rule"]) for row in previous}
    met = [
        (name, record_id, amount, currency)
        for name, gate in dictionary.review.gates.items()
        for record_id, amount, currency in _meeting(gate, headers)
        if record_id in ready or (record_id, PREFIX + name) in known
    ]
    values = _values_of({record_id for _, record_id, _, _ in met}, cells, header_of)
    return [
        _failure(dictionary, name, record_id, amount, currency, values.get(record_id, []))
        for name, record_id, amount, currency in met
    ]


def _meeting(gate: Gate, headers: pd.DataFrame) -> Iterator[tuple[str, Decimal | None, str | None]]:
    columns = [[_present(value) for value in headers[name].tolist()] for name in gate.operands]
    for record_id, amount, currency in zip(headers.index, *columns, strict=True):
        if gate.amount_from.meets(amount, currency):
            yield str(record_id), amount, currency


def _present(value: Any) -> Any:
    return None if pd.isna(value) else value


Value = tuple[str, str, str]
"""Record id, field and canonical text."""


def _values_of(wanted: Collection[str], cells: Cells, header_of: Mapping[str, str]) -> dict[str, list[Value]]:
    """Return every value of some header records and their children, in order."""
    found: dict[str, list[Value]] = {record_id: [] for record_id in wanted}
    for (record_id, field), cell in cells.items() if wanted else ():
        header = header_of.get(record_id, record_id)
        if header in found and cell.value is not None:
            found[header].append((record_id, field, cell.value))
    return {record_id: sorted(values) for record_id, values in found.items()}


def _failure(
    dictionary: Dictionary, name: str, record_id: str, amount: Decimal | None, currency: str | None, values: list[Value]
) -> Failure:
    """Put into words what is to be approved: all that pays, and a hash of every value, so that any other is another."""
    gate = dictionary.review.gates[name]
    own = {field: text for owner, field, text in values if owner == record_id}
    shown = [f"{field} {own[field]}" for field in _shown_fields(dictionary, gate) if field in own]
    covers = short_hash(*(part for value in values for part in value))
    limit = gate.amount_from.limits.get(currency or "")
    since = f"from {limit} {currency} on" if limit is not None and amount is not None else "no limit is known for it"
    return Failure(
        subject_kind="record",
        subject_id=record_id,
        rule=PREFIX + name,
        reason_code=gate.reason,
        observed=f"{', '.join(shown)}; {len(values)} values in all, hash {covers}",
        expected=f"{approvals_in_words(gate)}: {since}",
    )


def _shown_fields(dictionary: Dictionary, gate: Gate) -> list[str]:
    """Return what the gate looks at, then the other critical fields in the order of the dictionary."""
    critical = critical_fields(dictionary)
    named = (name for name in dictionary.records[dictionary.header].fields if name in critical)
    return list(dict.fromkeys([*gate.operands, *named]))
