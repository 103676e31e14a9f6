"""One back office, opened: its settings, contracts, ledger, lake, vault and the folders it delivers to."""

import json
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from functools import cached_property

from back_office_pipelines.dictionary.loader import build_dictionary
from back_office_pipelines.dictionary.model import Dictionary
from back_office_pipelines.dictionary.store import Contracts, load_contracts
from back_office_pipelines.errors import LedgerError, SettingsError
from back_office_pipelines.extraction.extractor import Extractor
from back_office_pipelines.extraction.isolation.pool import process_workers
from back_office_pipelines.intake.reference import ReferenceFolder
from back_office_pipelines.intake.vault import Vault
from back_office_pipelines.ledger.automation import Pair
from back_office_pipelines.ledger.ledger import Ledger
from back_office_pipelines.ledger.secret import office_secret
from back_office_pipelines.ledger.signing import SIGNING_VARIABLE, Signer, signer
from back_office_pipelines.ledger.snapshot import Snapshot, take_snapshot
from back_office_pipelines.ledger.state import BatchKey, batch_of
from back_office_pipelines.release.deliveries import Deliveries
from back_office_pipelines.settings import Settings
from back_office_pipelines.storage.lake import Lake
from back_office_pipelines.storage.server import libpq_url
from back_office_pipelines.storage.warehouse import Warehouse


@dataclass(frozen=True)
class Office:
    """Everything a step reads from and writes to.

    Attributes:
        extractor: opens files and reads documents; the workers of this process, started when there is something to do
            and kept for all its batches and offices.
    """

    settings: Settings
    contracts: Contracts
    ledger: Ledger
    extractor: Extractor = field(default_factory=process_workers)

    @classmethod
    def open(cls, settings: Settings, postgres_url: str) -> "Office":
        """Open the back office of some settings on a running database."""
        return cls(settings, load_contracts(settings.dictionaries, settings.lanes), Ledger(libpq_url(postgres_url)))

    @cached_property
    def lake(self) -> Lake:
        """Parquet tables, of retired batches in archives."""
        return Lake(self.settings.lake, self.settings.archive)

    @cached_property
    def vault(self) -> Vault:
        """Source files."""
        return Vault(self.settings.vault)

    @cached_property
    def reference(self) -> ReferenceFolder:
        """Clients' reference tables."""
        return ReferenceFolder(self.settings.reference, self.vault.keep)

    @cached_property
    def deliveries(self) -> Deliveries:
        """Delivery files."""
        return Deliveries(self.settings.deliveries)

    @cached_property
    def warehouse(self) -> Warehouse:
        """Published DuckDB files."""
        return Warehouse(self.settings.warehouse)

    @cached_property
    def secret(self) -> bytes:
        """What salts the Merkle trees of this office, made at first use."""
        return office_secret(self.settings.secret)

    @cached_property
    def signer(self) -> Signer | None:
        """What signs checkpoints; None where no key is configured.

        Raises:
            SettingsError: no key is configured although the last publication was signed: a gap could not be mended.
        """
        found, last = signer(self.settings.signing_key), self.ledger.last("publication")
        if found is None and last is not None and last.payload.get("signed_by"):
            raise SettingsError(
                f"setting {SIGNING_VARIABLE}",
                f"is not set, and checkpoints are signed up to entry {last.seq}",
                "name the file of the key, or of a new one, and keep the public halves of both for `audit verify`",
            )
        return found

    def close(self) -> None:
        """Give the ledger's connections back."""
        self.ledger.close()

    def snapshot(self, *keys: BatchKey) -> Snapshot:
        """Read the ledger's present state: of the batches that are worked on, or, without any, of the whole office."""
        return take_snapshot(self.ledger, self.lake, keys or None)

    def owners(self, keys: Collection[BatchKey]) -> dict[BatchKey, Pair]:
        """Return the lane and client of some batches."""
        registered = map(batch_of, self.ledger.of_batches("batch", keys)) if keys else ()
        return {batch.key: (batch.lane, batch.client) for batch in registered}

    def bound_dictionaries(self) -> Mapping[str, Dictionary]:
        """Return every contract a batch was ever bound to, by fingerprint, from the text the ledger kept."""
        return {name: self.bound_dictionary(name) for (name,) in self.ledger.values("dictionary", "fingerprint")}

    def bound_dictionary(self, fingerprint: str) -> Dictionary:
        """Return the contract with a fingerprint; one this process has built before is not read again.

        Raises:
            LedgerError: the ledger kept no such text.
        """
        if fingerprint not in _BUILT:
            entry = self.ledger.find("dictionary", "fingerprint", fingerprint)
            if entry is None:
                raise LedgerError(
                    f"dictionary {fingerprint}", "is not in the ledger", "restore the ledger from a backup"
                )
            _BUILT[fingerprint] = from_text(entry.payload)
        return _BUILT[fingerprint]


_BUILT: dict[str, Dictionary] = {}
"""Contracts built in this process: a fingerprint stands for one text, whatever the office."""


def from_text(payload: Mapping[str, object]) -> Dictionary:
    """Build a contract from the payload of its ledger entry.

    Raises:
        DictionaryError: the text breaks the format.
    """
    source = json.loads(str(payload["source"]))  # written by intake/registration.py
    thing = f"dictionary {payload['lane']} {payload['version']} in the ledger"
    return build_dictionary(source["content"], source["common"], thing)
