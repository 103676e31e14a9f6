"""Does Dagster know what the ledger knows? Its history can be deleted, or added to by hand; the ledger's cannot.

What belongs here: pure comparison. What does not: reading either side's storage, saying it in Dagit (`defs/mirror.py`).
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from back_office_pipelines.ledger.entries import Entry
from back_office_pipelines.ledger.state import BatchKey, Stage

SHOWN = 10
StageKey = tuple[str, str]
"""Lane and stage."""


@dataclass
class LedgerView:
    """What the ledger tells of runs and stages, read on as it grows: entries never change, so none is read twice.

    Attributes:
        through: sequence of the last entry read.
        ended: run id and status of every end recorded.
        runs: ids of every run an entry names, but for those that worked on batches before these were retired.
        made: run that made the newest materialization, by lane and stage, then batch.
        of_batch: those of `runs` that worked on a batch.
        retired: stages of batches that were made before the batch was retired; Dagster may have forgotten these.
    """

    through: int = 0
    ended: set[tuple[str, str]] = field(default_factory=set)
    runs: set[str] = field(default_factory=set)
    made: dict[StageKey, dict[str, str]] = field(default_factory=dict)
    of_batch: dict[BatchKey, set[str]] = field(default_factory=dict)
    retired: dict[StageKey, set[str]] = field(default_factory=dict)

    def read_on(self, entries: Iterable[Entry]) -> None:
        """Take in the entries after `through`, in order."""
        for entry in entries:
            self.through = entry.seq
            if entry.kind == "retired":
                self._retire(entry.batch_key)
            elif "run_id" in entry.payload:
                self._take_in(entry, str(entry.payload["run_id"]))

    def _take_in(self, entry: Entry, run_id: str) -> None:
        lane, batch_id = str(entry.lane), str(entry.batch_id)
        self.runs.add(run_id)
        if entry.batch_id is not None:
            self.of_batch.setdefault((lane, batch_id), set()).add(run_id)
        if entry.kind == "run":
            self.ended.add((run_id, str(entry.payload["status"])))
        elif entry.kind == "materialization":
            stage = (lane, entry.payload["stage"])
            self.made.setdefault(stage, {})[batch_id] = run_id
            self.retired.get(stage, set()).discard(batch_id)

    def _retire(self, key: BatchKey) -> None:
        """Let Dagster forget what was made and run on a batch so far."""
        lane, batch_id = key
        self.runs -= self.of_batch.pop(key, set())
        for stage, batches in self.made.items():
            if stage[0] == lane and batch_id in batches:
                self.retired.setdefault(stage, set()).add(batch_id)


@dataclass(frozen=True)
class DagsterRuns:
    """Runs the orchestrator has.

    Attributes:
        unfinished: ids of runs that had not ended when they were read, before all others.
        ended: id and status of those that had.
        known: every id, read last, so that no run can slip between two readings.
    """

    unfinished: frozenset[str]
    ended: frozenset[tuple[str, str]]
    known: frozenset[str]


@dataclass(frozen=True)
class DagsterAsset:
    """Partitions that the orchestrator calls materialized, of one asset of a stage."""

    lane: str
    stage: Stage
    asset: str
    partitions: frozenset[str]

    def address(self, batch_id: str) -> str:
        """Return how people name the asset of a batch."""
        return f"{self.lane}/{self.asset} of {batch_id}"


@dataclass(frozen=True)
class Disagreement:
    """Where orchestrator and ledger differ; all empty where they agree.

    Attributes:
        forgotten: runs the ledger names and Dagster no longer has.
        wiped: assets of batches materialized by the ledger, of which Dagster has no materialization.
        unrecorded: runs that ended in Dagster and whose end the ledger lacks.
        unbacked: assets of batches that Dagster calls materialized and the ledger never heard of.
    """

    forgotten: tuple[str, ...] = ()
    wiped: tuple[str, ...] = ()
    unrecorded: tuple[str, ...] = ()
    unbacked: tuple[str, ...] = ()

    @property
    def knows_less(self) -> bool:
        """Whether Dagster lacks something."""
        return bool(self.forgotten or self.wiped)

    @property
    def knows_more(self) -> bool:
        """Whether Dagster has something that the ledger does not back."""
        return bool(self.unrecorded or self.unbacked)

    def sentences(self) -> list[str]:
        """Return one sentence for each kind of difference, with the first few names."""
        said = {
            "runs of the ledger that Dagster no longer has": self.forgotten,
            "materializations of the ledger that Dagster lacks (wiped, or their step failed afterwards)": self.wiped,
            "ended runs that the ledger lacks so far (sensor ledger_mirror and 'back-office run' add them)":
                self.unrecorded,
            "materializations in Dagster that the ledger does not back (reported by hand)": self.unbacked,
        }  # fmt: skip
        return [f"{what}, {len(names)} in all: {listed(names)}" for what, names in said.items() if names]


def listed(names: Sequence[str]) -> str:
    """Return the first few names, and that there are more."""
    return ", ".join([*names[:SHOWN], *(["…"] if len(names) > SHOWN else [])])


def lacking_in_dagster(ledger: LedgerView, runs: DagsterRuns, assets: Iterable[DagsterAsset]) -> Disagreement:
    """Return what the ledger knows and Dagster does not.

    Race-free where the ledger was read first, then the runs, then the assets: a step commits before Dagster hears of
    it, so what an unfinished run made is left out, and a run that has ended has told everything.
    """
    wiped = tuple(
        one.address(batch_id)
        for one in assets
        for batch_id, run_id in sorted(ledger.made.get((one.lane, one.stage), {}).items())
        if batch_id not in one.partitions
        and run_id not in runs.unfinished
        and batch_id not in ledger.retired.get((one.lane, one.stage), ())
    )
    return Disagreement(forgotten=tuple(sorted(ledger.runs - runs.known)), wiped=wiped)


def lacking_in_ledger(ledger: LedgerView, runs: DagsterRuns, assets: Iterable[DagsterAsset]) -> Disagreement:
    """Return what Dagster knows and the ledger does not; race-free where the ledger was read last."""
    unbacked = tuple(
        one.address(batch_id)
        for one in assets
        for batch_id in sorted(one.partitions - ledger.made.get((one.lane, one.stage), {}).keys())
    )
    unrecorded = tuple(sorted({run_id for run_id, _ in runs.ended - ledger.ended}))
    return Disagreement(unrecorded=unrecorded, unbacked=unbacked)
