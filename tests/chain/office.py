"""A small back office in this process: a real ledger, one lane, batches of a few lines, stages run one by one."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from back_office_pipelines.chain.observations import recall_of
from back_office_pipelines.chain.office import Office
from back_office_pipelines.chain.registration import due_batches, register_inbox
from back_office_pipelines.chain.retirement import with_reactivations
from back_office_pipelines.chain.steps import Step, run_step
from back_office_pipelines.chain.unfinished import look
from back_office_pipelines.cli.decide import canonical_value
from back_office_pipelines.clock import iso
from back_office_pipelines.dictionary.store import load_contracts
from back_office_pipelines.extraction.extractor import InProcess
from back_office_pipelines.intake.inbox import Arrival
from back_office_pipelines.ledger.ledger import Ledger
from back_office_pipelines.ledger.state import Stage
from back_office_pipelines.review.approving import open_docket
from back_office_pipelines.review.decisions import judge
from back_office_pipelines.review.lines import Line
from back_office_pipelines.settings import Settings
from back_office_pipelines.storage.server import libpq_url
from tests.scenario import HOUR, NOON, ROOT, contracts

LANE = "ap_invoices"
KEY = (LANE, "b1")
HEADER = "invoice_number,issue_date,currency,seller_name,net_total,tax_total,gross_total"
INVOICES = f"""{HEADER}
R-1,2026-11-02,EUR,Kupfer & Söhne,100.00,19.00,119.00
R-2,2026-11-03,EUR,,200.00,38.00,238.00
R-3,2026-11-04,EUR,Quarz OHG,300.00,57.00,399.00
R-4,2026-11-05,EUR,,400.00,76.00,476.00
"""
"""One record without a fault, one whose totals disagree, two without a seller."""


@dataclass(frozen=True)
class SmallOffice:
    """A back office and the inbox it takes batches from."""

    office: Office
    inbox: Path

    @property
    def data(self) -> Path:
        return self.office.settings.data

    def deliver(self, batch_id: str, files: Mapping[str, str], **manifest: object) -> Path:
        folder = self.inbox / LANE / batch_id
        folder.mkdir(parents=True)
        for name, text in files.items():
            (folder / name).write_text(text, encoding="utf-8")
        said = {"client": "northwind", "received_at": f'"{iso(NOON - HOUR)}"', **manifest}
        text = "".join(f"{name}: {value}\n" for name, value in said.items())
        (folder / "manifest.yaml").write_text(text, encoding="utf-8")
        return folder

    def register(self, at: datetime = NOON) -> None:
        assert register_inbox(self.office, self.inbox, at, "ada").refused == []

    def run(self, at: datetime) -> None:
        """Run everything that is due."""
        for due in due_batches(look(self.office).snapshot, at):
            key = due.batch.key
            for stage in due.stages:
                run_step(Step(self.office, *key, at, "run", "ada"), stage, Arrival(*key, self.inbox.joinpath(*key)))

    def record(self, number: str) -> str:
        """Id of the record with this invoice number."""
        values = self.office.snapshot().rows(KEY, "extracted", "field_values")
        (record,) = {row["record_id"] for row in values if row["value"] == number}
        return str(record)

    def exception(self, number: str) -> str:
        """Id of the exception about the record with this invoice number."""
        rows, record = self.office.snapshot().rows(KEY, "validated", "exceptions"), self.record(number)
        (found,) = (row for row in rows if row["subject_id"] == record)
        return str(found["exception_id"])

    def decide(self, action: str, target: str, decided_at: datetime, *, recorded_at: datetime, **cells: str) -> None:
        empty = Line(2, iso(decided_at), "ada", "supervisor", action, target, "", "", "", "")
        snapshot = self.office.snapshot()
        docket = open_docket(snapshot, self.office.bound_dictionaries())
        judgement = judge(
            [replace(empty, **cells)], docket, (), recorded_at, "ada", canonical_value, recall_of(self.office)
        )
        assert judgement.refused == []
        self.office.ledger.append(with_reactivations(self.office.ledger, judgement.drafts))


def open_small_office(url: str, folder: Path, dictionaries: Path | None = None) -> SmallOffice:
    """Open one on an empty database, with the contracts of a folder or else those of the repository."""
    chosen = dictionaries or ROOT / "field_dictionaries"
    settings = Settings(data=folder / "data", dictionaries=chosen, dagster_home=ROOT)
    known = load_contracts(chosen) if dictionaries else contracts()
    return SmallOffice(Office(settings, known, Ledger(libpq_url(url)), InProcess()), folder / "inbox")


def rows(small: SmallOffice, stage: Stage, table: str) -> list[dict[str, Any]]:
    """Rows of a table in force of all batches."""
    snapshot = small.office.snapshot()
    return [row for key in sorted(snapshot.batches) for row in snapshot.rows(key, stage, table)]


def play(small: SmallOffice) -> None:
    """Deliver one batch and live three afternoons with it: its history has several runs of most stages.

    Decisions are not recorded in the order in which they were made, and the run at the second hour sees one that it is
    too early for: neither sequence nor time alone tells which decisions a stage took into account.
    """
    folder = small.deliver("b1", {"invoices.csv": INVOICES, "empty.csv": ""}, document_count=2)
    (folder / "link.csv").symlink_to("invoices.csv")
    small.register()
    small.run(NOON)
    reason = "checked with the seller"
    small.decide("override", small.exception("R-3"), NOON + 5 * HOUR, recorded_at=NOON + 6 * HOUR, reason=reason)
    small.decide("correct", small.exception("R-2"), NOON + HOUR, recorded_at=NOON + 6 * HOUR, value="Quarz OHG")
    small.decide("reject", small.record("R-2"), NOON + 5 * HOUR, recorded_at=NOON + 6 * HOUR, reason=reason)
    small.run(NOON + 2 * HOUR)
    small.run(NOON + 7 * HOUR)
    small.decide("triage", small.exception("R-4"), NOON + 8 * HOUR, recorded_at=NOON + 8 * HOUR)
    small.run(NOON + 9 * HOUR)


LATER = NOON + timedelta(days=1)
