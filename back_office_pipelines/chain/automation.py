"""Switching automation on and off: a person may switch on what audits prove; the machine only ever switches off.

What belongs here: gathering audits of a lane and client from the ledger and the lake, and the acts. What does not: the
statistics (`routing/proof`) and what validation makes of it (`validation/automation`).
"""

import hashlib
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from decimal import Decimal

from back_office_pipelines.chain.office import Office
from back_office_pipelines.dictionary.exhibit import AutomationTerms
from back_office_pipelines.errors import RefusedActError, UsageError
from back_office_pipelines.ledger.automation import Pair, Switch, in_force
from back_office_pipelines.ledger.chain import canonical_json
from back_office_pipelines.ledger.entries import Entry
from back_office_pipelines.ledger.snapshot import Snapshot
from back_office_pipelines.ledger.state import BatchKey
from back_office_pipelines.routing.audits import audited_records, evidence
from back_office_pipelines.routing.proof import Audited, Proof, Step, prove, stands

MACHINE = "machine"


@dataclass(frozen=True)
class Audits:
    """The audited documents of a lane and client.

    Attributes:
        through: sequence of the newest score looked at; 0 where there is none.
    """

    documents: Sequence[Audited]
    through: int

    @property
    def hash(self) -> str:
        """Return one hash over ids, confidences and verdicts."""
        return hashlib.sha256(canonical_json(evidence(self.documents)).encode()).hexdigest()


@dataclass(frozen=True)
class Standing:
    """How automation stands for a lane and client.

    Attributes:
        switch: in force; None where nobody ever switched.
        proof: what today's audits prove; None where the exhibit has no target.
    """

    lane: str
    client: str
    switch: Switch | None
    audits: Audits
    proof: Proof | None

    @property
    def running(self) -> bool:
        """Whether records pass without a person."""
        return self.switch is not None and self.switch.threshold is not None


def standings(office: Office, as_of: datetime) -> list[Standing]:
    """Return how automation stands for every lane and client."""
    switches = switched(office, as_of)
    pairs = sorted((lane, client) for lane in office.contracts.lanes for client in office.contracts.exhibits)
    found = audits_of(office, pairs, as_of)
    standing = []
    for pair in pairs:
        terms = _terms(office, pair)
        proof = prove(found[pair].documents, terms.thresholds, terms.target_error) if terms else None
        standing.append(Standing(*pair, switches.get(pair, (0, None))[1], found[pair], proof))
    return standing


def switched(office: Office, as_of: datetime) -> Mapping[Pair, tuple[int, Switch]]:
    """Return the switches in force at a moment, with the sequences of their entries."""
    return in_force(office.ledger.entries("automation"), as_of)


def bound_terms(office: Office, as_of: datetime) -> dict[Pair, dict[str, str]]:
    """Return what batches registered at a moment are bound to, by lane and client."""
    return {pair: switch.terms(seq) for pair, (seq, switch) in switched(office, as_of).items()}


def switch_on(office: Office, lane: str, client: str, as_of: datetime, actor: str, submitter: str) -> Switch:
    """Switch automation on from the loosest threshold that the audits prove.

    Raises:
        UsageError: the exhibit has no target for the lane.
        RefusedActError: the audits do not prove it; says how many more are needed.
    """
    terms = _terms(office, (lane, client))
    if terms is None:
        raise UsageError(
            f"automation of {lane} for {client}",
            "its exhibit has no target",
            f"add 'automation' to clients/{client}.yaml",
        )
    with office.ledger.lock("automation"):
        audits = audits_of(office, [(lane, client)], as_of)[lane, client]
        proof = prove(audits.documents, terms.thresholds, terms.target_error)
        if proof.proved is None:
            raise RefusedActError(f"automation of {lane} for {client}", proof.refusal, "audit more documents")
        switch = replace(
            _measured((lane, client), terms, audits, proof.proved, "proved on audited documents"),
            threshold=str(proof.proved.threshold),
            submitter=submitter,
        )
        office.ledger.append([switch.draft(as_of, actor)])
    return switch


def switch_off(
    office: Office, lane: str, client: str, as_of: datetime, actor: str, submitter: str, reason: str
) -> Switch:
    """Switch automation off, for batches registered from now on.

    Raises:
        UsageError: it is not on.
    """
    with office.ledger.lock("automation"):
        _, current = switched(office, as_of).get((lane, client), (0, None))
        if current is None or current.threshold is None:
            raise UsageError(f"automation of {lane} for {client}", "is not on", "nothing is to be done")
        audits = Audits((), current.through)
        terms = _terms(office, current.pair)
        switch = replace(_measured(current.pair, terms, audits, None, reason), submitter=submitter)
        office.ledger.append([switch.draft(as_of, actor)])
    return switch


def step_down(office: Office, as_of: datetime) -> list[Switch]:
    """Switch automation off where audits since then break what was proved; return what was switched off."""
    with office.ledger.lock("automation"):
        running = {pair: one for pair, (_, one) in switched(office, as_of).items() if one.threshold is not None}
        doubtful = _rescored(office, running, as_of) if running else []
        found = audits_of(office, doubtful, as_of) if doubtful else {}
        fallen = [switch for pair in doubtful if (switch := _fallen(office, running[pair], found[pair])) is not None]
        office.ledger.append([switch.draft(as_of, MACHINE) for switch in fallen])
    return fallen


def _rescored(office: Office, running: Mapping[Pair, Switch], as_of: datetime) -> list[Pair]:
    """Return the lanes and clients with scores that their switch in force has not looked at."""
    fresh = _scores(office, as_of, after=min(one.through for one in running.values()))
    owners = office.owners({entry.batch_key for entry in fresh})
    newest = {owners[entry.batch_key]: entry.seq for entry in fresh}  # in order of sequence
    return [pair for pair, one in running.items() if newest.get(pair, 0) > one.through]


def _fallen(office: Office, running: Switch, audits: Audits) -> Switch | None:
    """Return the act that switches off, None where the threshold in force stands."""
    terms = _terms(office, running.pair)
    if terms is None:
        return _measured(running.pair, None, audits, None, "the exhibit has no target any more")
    broken = stands(audits.documents, Decimal(str(running.threshold)), terms.target_error)
    if broken is None:
        return None
    return _measured(running.pair, terms, audits, broken, f"audits break it: {broken.measured}")


def _measured(pair: Pair, terms: AutomationTerms | None, audits: Audits, step: Step | None, reason: str) -> Switch:
    """Return the act of switching off, with what was measured when it was decided."""
    return Switch(
        *pair,
        threshold=None,
        target_error=str(terms.target_error) if terms else None,
        audited=len(audits.documents),
        above=step.audited if step else 0,
        errors=step.errors if step else 0,
        error_bound=round(step.bound, 6) if step else None,
        audits=audits.hash,
        through=audits.through,
        reason=reason,
    )


def audits_of(office: Office, pairs: Collection[Pair], as_of: datetime) -> dict[Pair, Audits]:
    """Return the audited documents of some lanes and clients, from scores made at or before a moment."""
    by_batch: dict[BatchKey, list[Entry]] = {}
    for entry in _scores(office, as_of):
        by_batch.setdefault(entry.batch_key, []).append(entry)
    owners = {key: owner for key, owner in office.owners(by_batch.keys()).items() if owner in pairs}
    if not owners:  # a snapshot of no batches would be one of the whole office
        return {pair: Audits([], 0) for pair in pairs}
    found: dict[Pair, list[Audited]] = {pair: [] for pair in pairs}
    through = dict.fromkeys(pairs, 0)
    snapshot = office.snapshot(*owners)
    for key, owner in owners.items():
        found[owner] += _audited(office, snapshot, key, by_batch[key])
        through[owner] = max(through[owner], by_batch[key][-1].seq)
    return {pair: Audits(found[pair], through[pair]) for pair in pairs}


def _audited(office: Office, snapshot: Snapshot, key: BatchKey, scores: Sequence[Entry]) -> Iterator[Audited]:
    contract = office.bound_dictionary(snapshot.batches[key].dictionary_fingerprint)
    values = snapshot.rows(key, "extracted", "field_values")
    return audited_records(contract, values, [entry.payload for entry in scores])


def _scores(office: Office, as_of: datetime, after: int = 0) -> list[Entry]:
    """Return the scores of drawn documents up to a moment; spot checks are no random sample and prove nothing."""
    return [entry for entry in office.ledger.scores(after) if entry.as_of <= as_of and entry.payload["sample_id"]]


def _terms(office: Office, pair: Pair) -> AutomationTerms | None:
    lane, client = pair
    exhibit = office.contracts.exhibits.get(client)
    return exhibit.automation.get(lane) if exhibit else None
