"""One back office, opened: its settings, contracts, ledger, lake, vault and the folders it delivers to."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from back_office_pipelines.dictionary.loader import build_dictionary
from back_office_pipelines.dictionary.model import Dictionary
from back_office_pipelines.dictionary.store import Contracts, load_contracts
from back_office_pipelines.errors import LedgerError
from back_office_pipelines.intake.vault import Vault
from back_office_pipelines.ledger.ledger import Ledger
from back_office_pipelines.ledger.snapshot import Snapshot, take_snapshot
from back_office_pipelines.release.deliveries import Deliveries
from back_office_pipelines.settings import Settings
from back_office_pipelines.storage.lake import Lake
from back_office_pipelines.storage.server import libpq_url
from back_office_pipelines.storage.warehouse import Warehouse


@dataclass(frozen=True)
class Office:
    """Everything a step reads from and writes to."""

    settings: Settings
    contracts: Contracts
    ledger: Ledger

    @classmethod
    def open(cls, settings: Settings, postgres_url: str) -> "Office":
        """Open the back office of some settings on a running database."""
        return cls(settings, load_contracts(settings.dictionaries, settings.lanes), Ledger(libpq_url(postgres_url)))

    @cached_property
    def lake(self) -> Lake:
        """Parquet tables."""
        return Lake(self.settings.lake)

    @cached_property
    def vault(self) -> Vault:
        """Source files."""
        return Vault(self.settings.vault)

    @cached_property
    def deliveries(self) -> Deliveries:
        """Delivery files."""
        return Deliveries(self.settings.deliveries)

    @cached_property
    def warehouse(self) -> Warehouse:
        """Published DuckDB files."""
        return Warehouse(self.settings.warehouse)

    def snapshot(self) -> Snapshot:
        """Read the ledger's present state."""
        return take_snapshot(self.ledger, self.lake)

    def bound_dictionaries(self) -> Mapping[str, Dictionary]:
        """Return every contract a batch was ever bound to, by fingerprint, from the text the ledger kept."""
        return {
            entry.payload["fingerprint"]: self._from_text(entry.payload) for entry in self.ledger.entries("dictionary")
        }

    def bound_dictionary(self, fingerprint: str) -> Dictionary:
        """Return the contract with a fingerprint.

        Raises:
            LedgerError: the ledger kept no such text.
        """
        if fingerprint in self._built:
            return self._built[fingerprint]
        for entry in self.ledger.entries("dictionary"):
            if entry.payload["fingerprint"] == fingerprint:
                return self._from_text(entry.payload)
        raise LedgerError(f"dictionary {fingerprint}", "is not in the ledger", "restore the ledger from a backup")

    @cached_property
    def _built(self) -> dict[str, Dictionary]:
        """Contracts built so far: checking a text takes longer than most stages, and it never changes."""
        return {}

    def _from_text(self, payload: Mapping[str, Any]) -> Dictionary:
        fingerprint, source = payload["fingerprint"], payload["source"]
        if fingerprint not in self._built:
            thing = f"dictionary {payload['lane']} {payload['version']} in the ledger"
            self._built[fingerprint] = build_dictionary(source["content"], source["common"], thing)
        return self._built[fingerprint]
