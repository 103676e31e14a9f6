"""Holding what the pipeline made against the truth: planted faults caught with the right reason, clean records held.

What belongs here: the comparison and its words. What does not: playing the world (`cli/play`).
"""

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import duckdb

from back_office_pipelines.samples.world.truth import DocumentTruth, Fault, Place, Truth

FOUND = """
SELECT e.batch_id, d.path, d.member, e.record_id, e.reason_code
FROM controls.exceptions e LEFT JOIN controls.documents d ON d.lane = e.lane AND d.batch_id = e.batch_id
 AND d.document_id = coalesce(e.document_id, split_part(e.record_id, '-', 1))
WHERE e.counts_against_fpy
"""
TAKEN = "SELECT batch_id, path, member FROM controls.documents WHERE role <> 'container'"


@dataclass(frozen=True)
class Found:
    """One exception that the pipeline raised: about a batch, a document of it, or a record (by its ordinal)."""

    batch_id: str
    path: str | None
    member: str | None
    record: int | None
    reason_code: str


@dataclass
class Rate:
    """So many of so many, and what became of the others."""

    n: int = 0
    hits: int = 0
    others: Counter[str] = field(default_factory=Counter)

    @property
    def rate(self) -> float | None:
        """Share of hits; None of nothing."""
        return self.hits / self.n if self.n else None

    def add(self, hit: bool, other: str) -> None:
        """Count one case."""
        self.n += 1
        self.hits += hit
        if not hit:
            self.others[other] += 1


@dataclass
class Score:
    """The result.

    Attributes:
        kinds: faults caught with a right reason code, by kind, of all that were planted.
        clean: clean records held, by medium; what they were held for stands in `reasons`.
    """

    kinds: dict[str, Rate] = field(default_factory=lambda: defaultdict(Rate))
    clean: dict[str, Rate] = field(default_factory=lambda: defaultdict(Rate))
    reasons: Counter[str] = field(default_factory=Counter)

    @property
    def caught(self) -> Rate:
        """All kinds of faults together."""
        return _together(self.kinds.values())

    @property
    def unseen(self) -> int:
        """How many faults lie in what was never taken in."""
        return sum(one.others[NOT_TAKEN_IN] for one in self.kinds.values())

    @property
    def held(self) -> Rate:
        """All clean records together."""
        return _together(self.clean.values())

    def lines(self) -> list[str]:
        """Return the result in words, one line a figure."""
        unseen = f"; {self.unseen} of them lie in what was not taken in" if self.unseen else ""
        told = [f"Planted faults caught with the right reason code: {_words(self.caught)}{unseen}"]
        for kind, rate in sorted(self.kinds.items()):
            missed = ", ".join(f"{n} x {other}" for other, n in rate.others.most_common())
            told.append(f"  {kind:<18} {_words(rate)}" + (f"; missed: {missed}" if missed else ""))
        told.append(f"Clean records held for what counts against first-pass yield: {_words(self.held)}")
        told += [f"  {medium:<18} {_words(rate)}" for medium, rate in sorted(self.clean.items())]
        told += [f"  held for {reason}: {n}" for reason, n in self.reasons.most_common(12)]
        return told


def _together(rates: Iterable[Rate]) -> Rate:
    listed = list(rates)
    return Rate(sum(one.n for one in listed), sum(one.hits for one in listed))


def _words(rate: Rate) -> str:
    return "nothing to count" if rate.rate is None else f"{rate.rate:.1%} ({rate.hits} of n = {rate.n})"


def score(truth: Truth, found: Collection[Found], taken: Collection[Place]) -> Score:
    """Compare.

    Args:
        truth: of the world.
        found: every exception that was raised, whatever became of it.
        taken: documents that were taken in. A fault in another is not caught; clean records of others are not counted.
    """
    by_place: dict[Place, list[Found]] = defaultdict(list)
    by_batch: dict[str, set[str]] = defaultdict(set)
    for one in found:
        if one.path is None:
            by_batch[one.batch_id].add(one.reason_code)
        else:
            by_place[one.batch_id, one.path, one.member].append(one)
    result = Score()
    present, batches = set(taken), {batch_id for batch_id, _, _ in taken}
    for place, document in truth.documents.items():
        if place in present:
            _judge(document, by_place[place], result)
        elif document.fault is not None:
            result.kinds[document.fault.kind].add(hit=False, other=NOT_TAKEN_IN)
    for batch in truth.batches:
        for fault in batch.faults:
            codes = by_batch[batch.batch_id]
            # A wrong checksum is told of the file it belongs to.
            codes |= {one.reason_code for place, all_ in by_place.items() if place[0] == batch.batch_id for one in all_}
            instead = "nothing" if batch.batch_id in batches else NOT_TAKEN_IN
            result.kinds[fault.kind].add(bool(codes & fault.codes), instead)
    return result


def _judge(document: DocumentTruth, found: Sequence[Found], result: Score) -> None:
    fault = document.fault
    if fault is not None:
        codes = {one.reason_code for one in found if _concerns(one, fault)}
        instead = f"{document.medium}: {'+'.join(sorted(codes)) or 'nothing'}"
        result.kinds[fault.kind].add(bool(codes & fault.codes), instead)
        if fault.record is None:
            return
    for ordinal in range(1, len(document.headers) + 1):
        if fault is not None and fault.record == ordinal:
            continue
        reasons = {one.reason_code for one in found if one.record in {None, ordinal} and one.reason_code not in OF_FILE}
        result.clean[document.medium].add(bool(reasons), "passed")
        result.reasons.update(f"{document.medium}: {reason}" for reason in reasons)


NOT_TAKEN_IN = "not taken in"
"""What became of a fault that the pipeline never saw."""
OF_FILE = frozenset({"CHECKSUM_MISMATCH"})
"""Reasons that lie in the manifest, not in the record."""


def _concerns(one: Found, fault: Fault) -> bool:
    return fault.record is None or one.record in {None, fault.record}


def score_warehouse(truth: Truth, warehouse: Path) -> Score:
    """Compare with a published warehouse."""
    with duckdb.connect(str(warehouse), read_only=True) as connection:
        rows = connection.execute(FOUND).fetchall()
        taken = connection.execute(TAKEN).fetchall()
    found = [Found(batch, path, member, ordinal_of(record), code) for batch, path, member, record, code in rows]
    return score(truth, found, [(batch, path, member) for batch, path, member in taken])


def ordinal_of(record_id: str | None) -> int | None:
    """Return the ordinal in a record id."""
    return int(record_id.rpartition("-")[2]) if record_id else None


def as_json(result: Score) -> Mapping[str, object]:
    """Return the result for machines."""

    def one(rate: Rate) -> Mapping[str, object]:
        return {"n": rate.n, "hits": rate.hits, "rate": rate.rate, "others": dict(rate.others)}

    return {
        "caught": one(result.caught),
        "held": one(result.held),
        "kinds": {name: one(rate) for name, rate in sorted(result.kinds.items())},
        "clean": {name: one(rate) for name, rate in sorted(result.clean.items())},
        "reasons": dict(result.reasons.most_common()),
    }
