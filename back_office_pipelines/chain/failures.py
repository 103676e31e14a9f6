"""Runs that failed and were not made good since: what somebody has to look at, with the cause and the remedy.

What belongs here: which failures stand, told from the ends of runs in the ledger. What does not: showing them in Dagit
(`defs/failures.py`).
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from back_office_pipelines.clock import iso
from back_office_pipelines.ledger.entries import Entry
from back_office_pipelines.ledger.runs import EndedRun, ended_run_of
from back_office_pipelines.values.markdown import markdown_table

REMEDY = "re-execute the run in Dagit, or `back-office run`, which takes its batch up again"
NO_CAUSE = "its process died, or a blocking check failed"
Work = tuple[str | None, str | None, str]
"""Lane, batch and, where a run worked on no batch, its job."""


@dataclass
class Failures:
    """Failures that stand, read on as the ledger grows.

    Attributes:
        through: sequence of the last entry read.
        standing: the newest end of each work that has not been made good, in order of time.
    """

    through: int = 0
    standing: dict[Work, EndedRun] = field(default_factory=dict)

    def read_on(self, entries: Iterable[Entry]) -> None:
        """Take in the ends of runs after `through`, in order: a success makes good what failed before it."""
        for entry in entries:
            self.through = entry.seq
            run = ended_run_of(entry)
            work = (run.lane, run.batch_id, "" if run.batch_id else run.job)
            self.standing.pop(work, None)
            if run.status != "success":
                self.standing[work] = run


def failed_table(runs: Sequence[EndedRun]) -> str:
    """Return failures as a markdown table, newest first."""
    if not runs:
        return "No batch is left failed."
    columns = ("batch", "ended", "failed step", "cause and remedy", "run")
    return "\n".join(markdown_table(columns, map(_cells, reversed(runs))))


def _cells(run: EndedRun) -> list[str]:
    what = f"{run.lane}/{run.batch_id}" if run.batch_id else run.job
    steps = ", ".join(run.steps_failed) or run.status
    cause = f"{run.cause or NO_CAUSE}; then {REMEDY}"
    cells = (what, iso(run.ended_at), steps, cause, f"`{run.run_id[:8]}`")
    return [cell.replace("|", "/").replace("\n", " ") for cell in cells]
