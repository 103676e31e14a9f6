"""What entries say of things outside chain and lake: the claims a validation relied on, the files that were delivered.

What belongs here: holding claims and delivery files against the hashes in their entries. What does not: making those
hashes (`ledger/claims.py`, `steps`), tables and sources (`verification`).
"""

import hashlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from back_office_pipelines.chain.office import Office
from back_office_pipelines.ledger.claims import SealedClaims
from back_office_pipelines.ledger.state import BatchKey

MOVED = "delivery file {} is no longer where it was delivered: it was moved or removed, which people may do"


@dataclass
class Sealed:
    """What entries say, gathered as they are read.

    Attributes:
        claims: of each batch as its newest validation found them; that covers those of all validations before.
        delivered: sha256 of every file delivered, by path below the deliveries folder.
    """

    claims: dict[BatchKey, SealedClaims] = field(default_factory=dict)
    delivered: dict[str, str] = field(default_factory=dict)

    def take_in(self, key: BatchKey, payload: Mapping[str, Any]) -> None:
        """Take in what a materialization says; entries from before there were such hashes say nothing.

        Raises:
            KeyError, TypeError, ValueError, AttributeError: the entry makes no sense.
        """
        if payload.get("claims") is not None:
            said = payload["claims"]
            self.claims[key] = SealedClaims(int(said["through"]), int(said["rows"]), str(said["hash"]))
        self.delivered.update((str(name), str(one)) for name, one in payload.get("delivered", {}).items())


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
            with path.open("rb") as file:
                changed = hashlib.file_digest(file, "sha256").hexdigest() != content_hash
        except FileNotFoundError:
            continue  # told by `moved_deliveries`
        except OSError as problem:
            yield f"delivery file {path} cannot be read: {problem.strerror or problem}"
            continue
        if changed:
            yield f"delivery file {path} no longer has the content that was delivered"


def moved_deliveries(office: Office) -> list[str]:
    """Return one sentence for each delivery file that is gone: no failure, people may have taken it away."""
    sealed = Sealed()
    for entry in office.ledger.stream(["materialization"]):
        sealed.take_in(entry.batch_key, entry.payload)
    return [MOVED.format(name) for name in sealed.delivered if not (office.settings.deliveries / name).exists()]
