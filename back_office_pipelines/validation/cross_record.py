"""Rules across all records of a lane: duplicates, by claims of business keys.

What belongs here: which keys a record has and what it means when somebody else holds one. What does not: who holds it
(`ledger/claims`), which the caller asks. Records of a document that came before with the same bytes are left out: the
document's own exception holds them all, and says why.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import pandas as pd

from back_office_pipelines.dictionary.model import Dictionary
from back_office_pipelines.dictionary.verbs import Check, NearlyUnique, Unique
from back_office_pipelines.ledger.claims import NEAR, Ask, Claim, Holder
from back_office_pipelines.ledger.state import Batch
from back_office_pipelines.validation.model import Failure
from back_office_pipelines.validation.records import present_values
from back_office_pipelines.values.keys import fold, neighbourhood, one_edit_apart, skeleton

SEPARATOR = "\x1f"


def cross_record_failures(
    dictionary: Dictionary, frames: Mapping[str, pd.DataFrame], batch: Batch, ask: Ask, copies: frozenset[str]
) -> Iterator[tuple[Check, Failure]]:
    """Yield every record that is, or nearly is, one that came before.

    Args:
        dictionary: contract of the batch.
        frames: typed frames by record type.
        batch: its client and lane are the room in which keys are unique.
        ask: who was first.
        copies: documents whose bytes came before.
    """
    keys = list(_keys(dictionary, frames, copies))
    held = ask([key.claim(batch) for key in keys])
    by_claim = {(one.claim.kind, one.claim.key, one.claim.subject_id): one.holders for one in held}
    told: set[tuple[str, str]] = set()
    for key in keys:
        holders = by_claim.get((key.kind, key.text, key.record_id), ())
        others = (one for one in holders if key.means(one) and (key.record_id, one.subject_id) not in told)
        holder = next(others, None)
        if holder is None or (key.record_id, key.rule) in told:
            continue
        told |= {(key.record_id, holder.subject_id), (key.record_id, key.rule)}
        observed = f"{key.shown}; also record {holder.subject_id} of batch {holder.batch_id} ({holder.detail})"
        expected = f"no earlier record with {key.wording}"
        yield key.check, Failure("record", key.record_id, key.rule, key.check.reason, observed, expected)


@dataclass(frozen=True)
class _Key:
    """One key of one record.

    Attributes:
        rule: name of the check.
        kind, text: as claimed.
        shown: what of the record to show people.
        wording: what the key consists of, in words.
        means: whether a holder of the key is meant.
    """

    rule: str
    check: Check
    kind: str
    text: str
    shown: str
    wording: str
    record_id: str
    document_id: str
    means: Callable[[Holder], bool] = lambda _: True

    def claim(self, batch: Batch) -> Claim:
        return batch.claim(self.kind, self.text, self.record_id, self.document_id, self.shown)


def _keys(dictionary: Dictionary, frames: Mapping[str, pd.DataFrame], copies: frozenset[str]) -> Iterator[_Key]:
    """Yield exact keys before near ones: what is the same is told as such, once."""
    exact = [(rule, check) for rule, check in dictionary.checks.items() if isinstance(check.verb, Unique)]
    near = [(rule, check) for rule, check in dictionary.checks.items() if isinstance(check.verb, NearlyUnique)]
    for rule, check in [*exact, *near]:
        for record_id, row in present_values(frames[check.record], ("document_id", *check.operands)):
            if row["document_id"] not in copies:
                yield from _keys_of(rule, check, record_id, row)


def _keys_of(rule: str, check: Check, record_id: str, row: Mapping[str, Any]) -> Iterator[_Key]:
    verb, where = check.verb, {"record_id": record_id, "document_id": row["document_id"]}
    if isinstance(verb, Unique):
        for name, parts in verb.keys.items():
            texts = _texts(parts, row)
            if texts is not None:
                shown = ", ".join(str(row[part.partition(".")[0]]) for part in parts)
                text, wording = SEPARATOR.join(texts), f"the same {_worded(parts)}"
                yield _Key(rule, check, f"key:{rule}.{name}", text, shown, wording, **where)
    elif isinstance(verb, NearlyUnique):
        texts = _texts(verb.same, row)
        if texts is not None and verb.similar in row:
            shown = str(row[verb.similar])
            wording = f"the same {_worded(verb.same)} and nearly this {verb.similar}"
            shapes = [skeleton(shown)] if verb.by == "look_alikes" else sorted(neighbourhood(shown))
            for shape in shapes:
                text = SEPARATOR.join([rule, *texts, shape])
                yield _Key(rule, check, NEAR, text, shown, wording, **where, means=_nearness(verb, shown))


def _nearness(verb: NearlyUnique, own: str) -> Callable[[Holder], bool]:
    if verb.by == "look_alikes":
        return lambda holder: fold(holder.detail) != fold(own)
    return lambda holder: one_edit_apart(holder.detail, own)


def _texts(parts: Sequence[str], row: Mapping[str, Any]) -> list[str] | None:
    """Return the comparable texts of a key's parts, None where one is absent."""
    texts = []
    for part in parts:
        field, _, of = part.partition(".")
        if field not in row:
            return None
        value = row[field].year if of == "year" else row[field]
        texts.append(value.isoformat() if isinstance(value, date) else _text(value))
    return texts


def _text(value: Any) -> str:
    return fold(value) if isinstance(value, str) else f"{value:f}" if hasattr(value, "as_tuple") else str(value)


def _worded(parts: Sequence[str]) -> str:
    return ", ".join(f"year of {part.removesuffix('.year')}" if part.endswith(".year") else part for part in parts)
