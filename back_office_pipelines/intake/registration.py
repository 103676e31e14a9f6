"""Registering arrivals in the ledger: order, contract and manifest are fixed here, once, for every later run.

A batch id comes again as a higher `delivery`, which is registered beside the ones before; other content under a
delivery that is known is a problem (`problems`), and so is everything else that cannot be registered.
"""

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from back_office_pipelines.clock import iso
from back_office_pipelines.dictionary.model import Dictionary
from back_office_pipelines.dictionary.store import Contracts
from back_office_pipelines.errors import BackOfficeError
from back_office_pipelines.intake.inbox import LINK, MANIFEST, Arrival, oddity
from back_office_pipelines.intake.manifest import Manifest, read_manifest
from back_office_pipelines.intake.problems import NONE, Problem
from back_office_pipelines.intake.reference import Pin, Pinned
from back_office_pipelines.ledger.automation import Pair
from back_office_pipelines.ledger.entries import Draft
from back_office_pipelines.ledger.state import Batch, BatchKey

CONTENT = "content"
REFERENCE = "reference"
"""Rules that arrivals break; `intake/inbox` has those of folders."""


Later = tuple[datetime, str]
"""When a batch was received, or registered, that an as-of time lies before; and its address."""


@dataclass
class Registrations:
    """What registering a set of arrivals comes to.

    Attributes:
        batches: batches to be registered now, in order of intake.
        dictionaries: contracts they are bound to, by fingerprint.
        problems: one for each arrival that cannot be taken as it is.
        later: those of them that were received after the as-of time, with that moment.
    """

    batches: list[Batch] = field(default_factory=list)
    dictionaries: dict[str, Dictionary] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)
    later: list[Later] = field(default_factory=list)

    def drafts(self, known_fingerprints: frozenset[str], actor: str, submitter: str | None = None) -> list[Draft]:
        """Return the entries to append: the text of contracts not yet kept, then the registrations."""
        texts = [
            Draft("dictionary", self.batches[0].registered_at, actor, _text(dictionary), dictionary.lane)
            for fingerprint, dictionary in sorted(self.dictionaries.items())
            if fingerprint not in known_fingerprints
        ]
        return texts + [batch.draft(actor, submitter) for batch in self.batches]


@dataclass(frozen=True)
class Binding:
    """What every batch is bound to when it is registered, beside its contract.

    Attributes:
        pin: binds to the reference data in force when it was received.
        automation: terms in force at the registration, by lane and client; off where there are none.
        memory: what corrections taught up to the registration, by lane and client; nothing where there is none.
    """

    pin: Pin
    automation: Mapping[Pair, Mapping[str, str]] = field(default_factory=dict)
    memory: Mapping[Pair, Mapping[str, str]] = field(default_factory=dict)


def plan_registrations(
    arrivals: Sequence[Arrival],
    registered: Mapping[BatchKey, Batch],
    contracts: Contracts,
    as_of: datetime,
    bind: Binding,
    sequence: int = 1,
) -> Registrations:
    """Decide which arrivals are new, which are known, and which cannot be taken.

    New batches get the next intake sequences in order of received_at, lane and batch id, so that the order does not
    depend on how a file system lists folders.

    Args:
        arrivals: complete folders of the inbox.
        registered: newest registration of every batch the ledger knows.
        contracts: dictionaries and exhibits.
        as_of: moment of registration.
        bind: what a batch is bound to beside its contract.
        sequence: the next intake sequence.
    """
    plan = Registrations()
    accepted: list[_Accepted] = []
    for arrival in arrivals:
        known = registered.get((arrival.lane, arrival.batch_id))
        try:
            if known is None or not _unchanged(arrival, known):
                accepted.append(_accepted(arrival, known, contracts, as_of, bind))
        except _RefusedError as refusal:
            plan.problems.append(refusal.problem)
            if refusal.received_later is not None:
                plan.later.append((refusal.received_later, arrival.address))
        except OSError as problem:
            what = f"cannot be read: {problem.strerror or problem}"
            plan.problems.append(Problem(arrival.address, MANIFEST, "MANIFEST_INVALID", what, "files that can be read"))
    accepted.sort(key=lambda one: (one.manifest.received_at, one.arrival.lane, one.arrival.batch_id))
    for number, one in enumerate(accepted, start=sequence):
        plan.dictionaries[one.dictionary.fingerprint] = one.dictionary
        plan.batches.append(_batch(one, number, as_of))
    return plan


@dataclass(frozen=True)
class _Accepted:
    """An arrival that can be registered, with everything it is bound to."""

    arrival: Arrival
    manifest: Manifest
    dictionary: Dictionary
    reference: Pinned
    automation: Mapping[str, str]
    memory: Mapping[str, str]


class _RefusedError(Exception):
    """An arrival that cannot be taken as it is; where it was received after the as-of time, when."""

    def __init__(self, problem: Problem) -> None:
        self.problem = problem
        self.received_later: datetime | None = None
        super().__init__(str(problem))


@dataclass(frozen=True)
class _Refusal:
    """Makes the refusals of one arrival, which share its place, content and client."""

    arrival: Arrival
    mark: str
    client: str = NONE

    def __call__(self, rule: str, reason_code: str, observed: str, expected: str) -> _RefusedError:
        return _RefusedError(
            Problem(self.arrival.address, rule, reason_code, observed, expected, self.mark, self.client)
        )


def _accepted(arrival: Arrival, known: Batch | None, contracts: Contracts, as_of: datetime, bind: Binding) -> _Accepted:
    odd = oddity(arrival.manifest)
    mark = odd or hashlib.sha256(arrival.manifest.read_bytes()).hexdigest()
    refuse = _Refusal(arrival, mark)
    if odd is not None:
        followed = ", which is never followed" if odd == LINK else ""
        raise refuse(MANIFEST, "MANIFEST_INVALID", f"its manifest is {odd}{followed}", "a file")
    try:
        manifest = read_manifest(arrival.manifest, arrival.address)
    except BackOfficeError as problem:
        culprit = problem.culprit if problem.thing.startswith("manifest") else f"manifest.yaml: {problem.culprit}"
        raise refuse(MANIFEST, "MANIFEST_INVALID", culprit, problem.remedy) from None
    if known is not None:
        _check_delivery(manifest, known, _Refusal(arrival, arrival.fingerprint(), known.client), as_of)
    _check_terms(manifest, contracts, as_of, refuse)
    bound = _Refusal(arrival, mark, manifest.client)
    try:
        dictionary = contracts.in_force(arrival.lane, manifest.received_at)
    except BackOfficeError as problem:
        raise bound(MANIFEST, "MANIFEST_INVALID", problem.culprit, problem.remedy) from None
    try:
        reference = bind.pin(manifest.client, dictionary.reference, manifest.received_at)
    except BackOfficeError as problem:
        raise bound(REFERENCE, "REFERENCE_INVALID", f"{problem.thing}: {problem.culprit}", problem.remedy) from None
    pair = arrival.lane, manifest.client
    return _Accepted(arrival, manifest, dictionary, reference, bind.automation.get(pair, {}), bind.memory.get(pair, {}))


def _check_terms(manifest: Manifest, contracts: Contracts, as_of: datetime, refuse: _Refusal) -> None:
    """Refuse a manifest that names a client, entity or time that cannot be."""
    exhibit = contracts.exhibits.get(manifest.client)
    if exhibit is None:
        known = ", ".join(sorted(contracts.exhibits))
        what = f"client {manifest.client!r} has no exhibit"
        wanted = f"one of {known}, or an exhibit field_dictionaries/clients/{manifest.client}.yaml"
        raise refuse(MANIFEST, "MANIFEST_INVALID", what, wanted)
    if manifest.entity is not None and manifest.entity not in exhibit.entities:
        what = f"entity {manifest.entity!r} is not in the exhibit of {manifest.client}"
        raise refuse(MANIFEST, "MANIFEST_INVALID", what, f"one of {', '.join(sorted(exhibit.entities))}")
    if manifest.received_at > as_of:
        what = f"received_at {iso(manifest.received_at)} lay after the as-of time when it was looked at"
        refusal = refuse(MANIFEST, "MANIFEST_INVALID", what, "a moment that has come")
        refusal.received_later = manifest.received_at
        raise refusal


def _check_delivery(manifest: Manifest, known: Batch, refuse: _Refusal, as_of: datetime) -> None:
    """Refuse other content under a delivery that is in force already, and a redelivery before the delivery it mends."""
    if manifest.delivery <= known.delivery:
        what = (
            f"other content than delivery {known.delivery} that was registered; it calls itself delivery "
            f"{manifest.delivery}, and the first content stays in force"
        )
        raise refuse(CONTENT, "BATCH_CONFLICT", what, f"the same content, or delivery {known.delivery + 1}")
    if as_of < known.registered_at:
        what = f"delivery {manifest.delivery} as of a time before delivery {known.delivery} was registered"
        raise refuse(CONTENT, "BATCH_CONFLICT", what, f"an as-of time from {iso(known.registered_at)} on")


def _unchanged(arrival: Arrival, known: Batch) -> bool:
    """Whether a folder still holds what was registered; it is only read again where somebody touched a file."""
    return arrival.look() == known.folder_look or arrival.fingerprint() == known.folder_fingerprint


def _batch(one: _Accepted, sequence: int, as_of: datetime) -> Batch:
    arrival, manifest = one.arrival, one.manifest
    return Batch(
        lane=arrival.lane,
        batch_id=arrival.batch_id,
        delivery=manifest.delivery,
        client=manifest.client,
        entity=manifest.entity or NONE,
        channel=manifest.channel or NONE,
        priority=manifest.priority,
        received_at=manifest.received_at,
        registered_at=as_of,
        intake_sequence=sequence,
        declared_documents=manifest.document_count,
        control_totals={
            currency: {name: str(total) for name, total in totals.items()}
            for currency, totals in manifest.control_totals.items()
        },
        checksums=dict(manifest.checksums),
        dictionary_version=one.dictionary.version,
        dictionary_fingerprint=one.dictionary.fingerprint,
        folder_fingerprint=arrival.fingerprint(),
        reference=one.reference,
        automation=one.automation,
        memory=one.memory,
        folder_look=arrival.look(),
    )


def _text(dictionary: Dictionary) -> dict[str, object]:
    return {
        "fingerprint": dictionary.fingerprint,
        "lane": dictionary.lane,
        "version": dictionary.version,
        # As one text: the ledger's own form sorts keys, and the order of fields and checks is part of a contract.
        "source": json.dumps(dictionary.source, ensure_ascii=False),
    }
