"""Registering arrivals in the ledger: order, contract and manifest are fixed here, once, for every later run."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from back_office_pipelines.dictionary.model import Dictionary
from back_office_pipelines.dictionary.store import Contracts
from back_office_pipelines.errors import BackOfficeError, UsageError
from back_office_pipelines.intake.inbox import Arrival
from back_office_pipelines.intake.manifest import FILE_NAME, Manifest, read_manifest
from back_office_pipelines.intake.reference import Pin, Pinned
from back_office_pipelines.ledger.entries import Draft
from back_office_pipelines.ledger.state import Batch, BatchKey

NONE = "(none)"
"""Value of a grain column where the sender named nothing; never empty, so that roll-ups stay readable."""


@dataclass
class Registrations:
    """What registering a set of arrivals comes to.

    Attributes:
        batches: batches to be registered now, in order of intake.
        dictionaries: contracts they are bound to, by fingerprint.
        refused: one message for each arrival that cannot be taken as it is.
    """

    batches: list[Batch] = field(default_factory=list)
    dictionaries: dict[str, Dictionary] = field(default_factory=dict)
    refused: list[str] = field(default_factory=list)

    def drafts(self, known_fingerprints: frozenset[str], actor: str, submitter: str | None = None) -> list[Draft]:
        """Return the entries to append: the text of contracts not yet kept, then the registrations."""
        texts = [
            Draft("dictionary", self.batches[0].registered_at, actor, _text(dictionary), dictionary.lane)
            for fingerprint, dictionary in sorted(self.dictionaries.items())
            if fingerprint not in known_fingerprints
        ]
        return texts + [batch.draft(actor, submitter) for batch in self.batches]


def plan_registrations(
    arrivals: Sequence[Arrival],
    registered: Mapping[BatchKey, Batch],
    contracts: Contracts,
    as_of: datetime,
    pin: Pin,
) -> Registrations:
    """Decide which arrivals are new, which are known, and which cannot be taken.

    New batches get the next intake sequences in order of received_at, lane and batch id, so that the order does not
    depend on how a file system lists folders.

    Args:
        arrivals: complete folders of the inbox.
        registered: what the ledger knows.
        contracts: dictionaries and exhibits.
        as_of: moment of registration.
        pin: binds a batch to the reference data in force when it was received.
    """
    plan = Registrations()
    accepted: list[_Accepted] = []
    for arrival in arrivals:
        try:
            known = registered.get((arrival.lane, arrival.batch_id))
            if known is not None:
                _refuse_changed(arrival, known)
            else:
                accepted.append(_accepted(arrival, contracts, as_of, pin))
        except BackOfficeError as problem:
            plan.refused.append(str(problem))
    accepted.sort(key=lambda one: (one.manifest.received_at, one.arrival.lane, one.arrival.batch_id))
    for sequence, one in enumerate(accepted, start=len(registered) + 1):
        plan.dictionaries[one.dictionary.fingerprint] = one.dictionary
        plan.batches.append(_batch(one, sequence, as_of))
    return plan


@dataclass(frozen=True)
class _Accepted:
    """An arrival that can be registered, with everything it is bound to."""

    arrival: Arrival
    manifest: Manifest
    dictionary: Dictionary
    reference: Pinned


def _accepted(arrival: Arrival, contracts: Contracts, as_of: datetime, pin: Pin) -> _Accepted:
    manifest = _checked_manifest(arrival, contracts, as_of)
    dictionary = contracts.in_force(arrival.lane, manifest.received_at)
    reference = pin(manifest.client, dictionary.reference, manifest.received_at)
    return _Accepted(arrival, manifest, dictionary, reference)


def _checked_manifest(arrival: Arrival, contracts: Contracts, as_of: datetime) -> Manifest:
    manifest = read_manifest(arrival.folder / FILE_NAME, arrival.address)
    thing = f"manifest of batch {arrival.address}"
    if manifest.client not in contracts.exhibits:
        remedy = f"correct it, or add field_dictionaries/clients/{manifest.client}.yaml"
        raise UsageError(thing, f"client {manifest.client!r} has no exhibit", remedy)
    exhibit = contracts.exhibit(manifest.client)
    if manifest.entity is not None and manifest.entity not in exhibit.entities:
        raise UsageError(thing, f"entity {manifest.entity!r} is not in the exhibit of {manifest.client}", "correct it")
    if manifest.received_at > as_of:
        raise UsageError(thing, f"received_at {manifest.received_at} lies after the as-of time {as_of}", "correct it")
    if manifest.delivery != 1:
        raise UsageError(
            thing, f"delivery {manifest.delivery} comes before a first delivery", "deliver it as delivery 1"
        )
    return manifest


def _refuse_changed(arrival: Arrival, known: Batch) -> None:
    """Say so when a registered batch's folder no longer holds what was delivered: the first content stays in force."""
    if arrival.fingerprint() != known.folder_fingerprint:
        raise UsageError(
            f"batch {arrival.address}",
            "its folder changed after it was registered, and the first content stays in force",
            "restore the folder, or deliver the new content under another batch id",
        )


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
    )


def _text(dictionary: Dictionary) -> dict[str, object]:
    return {
        "fingerprint": dictionary.fingerprint,
        "lane": dictionary.lane,
        "version": dictionary.version,
        "source": dict(dictionary.source),
    }


KeepFile = Callable[[bytes], str]
"""Keeps bytes in the vault and returns their sha256."""
