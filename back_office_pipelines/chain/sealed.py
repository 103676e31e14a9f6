"""What entries say of things outside chain and lake: claims a validation relied on, files delivered, evidence pages.

What belongs here: holding claims, delivery files and evidence pages against the hashes in their entries. What does not:
making those hashes (`ledger/claims.py`, `steps`), tables and sources (`verification`).
"""

import hashlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from back_office_pipelines.chain.office import Office
from back_office_pipelines.chain.steps import batch_lock
from back_office_pipelines.ledger.claims import SealedClaims
from back_office_pipelines.ledger.state import BatchKey

GONE = "{} is no longer where it was {}: it was moved or removed, which people may do"
UNNAMED = (
    "evidence page {}: no entry names its content, so nothing proves it; it is older than such hashes, or not ours"
)


@dataclass
class Sealed:
    """What entries say, gathered as they are read.

    Attributes:
        claims: of each batch as its newest validation found them; that covers those of all validations before.
        delivered: sha256 of every file delivered, by path below the deliveries folder.
        pages: batch and sha256 of every evidence page as it was written last, by path below their folder.
    """

    claims: dict[BatchKey, SealedClaims] = field(default_factory=dict)
    delivered: dict[str, str] = field(default_factory=dict)
    pages: dict[str, tuple[BatchKey, str]] = field(default_factory=dict)

    def take_in(self, key: BatchKey, payload: Mapping[str, Any]) -> None:
        """Take in what a materialization says; entries from before there were such hashes say nothing.

        Raises:
            KeyError, TypeError, ValueError, AttributeError: the entry makes no sense.
        """
        if payload.get("claims") is not None:
            said = payload["claims"]
            self.claims[key] = SealedClaims(int(said["through"]), int(said["rows"]), str(said["hash"]))
        self.delivered.update((str(name), str(one)) for name, one in payload.get("delivered", {}).items())
        self.pages.update((str(name), (key, str(one))) for name, one in payload.get("pages", {}).items())


def claim_problems(office: Office, sealed: Sealed) -> Iterator[str]:
    """Yield one sentence for each batch whose claims are not those its newest validation relied on."""
    found = office.ledger.seals({key: one.through for key, one in sealed.claims.items()})
    for (lane, batch_id), said in sealed.claims.items():
        if found[lane, batch_id] != said:
            yield (
                f"claims of batch {lane}/{batch_id}: there are {found[lane, batch_id].rows} and its newest validation "
                f"relied on {said.rows}: claims were removed, added or changed"
            )


def delivery_problems(office: Office, sealed: Sealed) -> Iterator[str]:
    """Yield one sentence for each delivery file that is there with other content than was delivered."""
    for name, content_hash in sealed.delivered.items():
        path = office.settings.deliveries / name
        try:
            changed = _hash_of(path) not in {content_hash, None}
        except OSError as problem:
            yield f"delivery file {path} cannot be read: {problem.strerror or problem}"
            continue
        if changed:
            yield f"delivery file {path} no longer has the content that was delivered"


def page_problems(office: Office, sealed: Sealed) -> Iterator[str]:
    """Yield one sentence for each evidence page that is there with other content than was written last."""
    for name, (key, content_hash) in sealed.pages.items():
        path = office.settings.evidence / name
        try:
            changed = _hash_of(path) not in {content_hash, None} and _page_differs(office, key, name)
        except OSError as problem:
            yield f"evidence page {path} cannot be read: {problem.strerror or problem}"
            continue
        if changed:
            yield (
                f"evidence page {path} no longer has the content that its entry names: hand it to nobody; where a run "
                "was killed, the next one writes it anew, else it was changed"
            )


def _page_differs(office: Office, key: BatchKey, name: str) -> bool:
    """Tell whether a page differs from its newest entry while no step, which writes it first, works on its batch."""
    with office.ledger.lock(batch_lock(*key)):
        newest = Sealed()
        try:
            for entry in office.ledger.entries("materialization", *key):
                newest.take_in(key, entry.payload)
            named = newest.pages[name][1]
        except (KeyError, TypeError, ValueError, AttributeError):
            return True  # entries that make no sense name nothing
        return _hash_of(office.settings.evidence / name) not in {named, None}


def _hash_of(path: Path) -> str | None:
    """Return the sha256 of a file; None where it is gone, which `files_gone` tells.

    Raises:
        OSError: it cannot be read.
    """
    try:
        with path.open("rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest()
    except FileNotFoundError:
        return None


def files_gone(office: Office) -> list[str]:
    """Return one sentence for each delivery file and evidence page that is gone, and each page that no entry names.

    None of them is a failure: people may take files away, and pages were written before entries named their hashes.
    """
    sealed = Sealed()
    for entry in office.ledger.stream(["materialization"]):
        sealed.take_in(entry.batch_key, entry.payload)
    deliveries, evidence = office.settings.deliveries, office.settings.evidence
    pages = sorted(path.relative_to(evidence).as_posix() for path in evidence.glob("*/*.html"))
    return [
        *(
            GONE.format(f"delivery file {one}", "delivered")
            for one in sealed.delivered
            if not (deliveries / one).exists()
        ),
        *(GONE.format(f"evidence page {one}", "written") for one in sealed.pages if not (evidence / one).exists()),
        *(UNNAMED.format(evidence / one) for one in pages if one not in sealed.pages),
    ]
