"""`back-office decide`: decisions of people into the ledger; the next run acts on them."""

from collections.abc import Sequence
from contextlib import ExitStack
from datetime import datetime
from pathlib import Path
from typing import Annotated

import typer

from back_office_pipelines.chain.observations import recall_of
from back_office_pipelines.chain.office import Office
from back_office_pipelines.chain.retirement import with_reactivations
from back_office_pipelines.chain.steps import batch_lock
from back_office_pipelines.cli.console import as_of_or_now, err, opened_office, out, submitter
from back_office_pipelines.errors import UsageError
from back_office_pipelines.extraction.model import FieldValue
from back_office_pipelines.ledger.state import BatchKey
from back_office_pipelines.normalization.normalise import normalise_value
from back_office_pipelines.review.approving import open_docket
from back_office_pipelines.review.decisions import Judgement, judge
from back_office_pipelines.review.docket import Docket, Subject
from back_office_pipelines.review.lines import Line, read_lines
from back_office_pipelines.values.style import UNDECIDED


def decide(
    file: Annotated[Path, typer.Argument(help="CSV or XLSX with the columns of a decisions file.")],
    as_of: Annotated[str | None, typer.Option("--as-of", help="Time of this import; default now.")] = None,
) -> None:
    """Record the decisions of a file; refused lines are printed with their reason."""
    moment = as_of_or_now(as_of)
    lines = read_lines(file)
    with opened_office() as office:
        judgement = record_lines(office, lines, moment)
    for line in judgement.already:
        out.print(f"line {line.number}: already recorded (to say it again, give it a decided_at)", markup=False)
    for line, reason in judgement.refused:
        err.print(f"line {line.number}: refused: {reason}", markup=False)
    out.print(
        f"{len(judgement.drafts)} recorded, {len(judgement.already)} already recorded, "
        f"{len(judgement.refused)} refused. 'back-office run' acts on them."
    )
    if judgement.refused:
        raise typer.Exit(1)


def record_lines(
    office: Office, lines: Sequence[Line], moment: datetime, keys: Sequence[BatchKey] | None = None
) -> Judgement:
    """Judge the lines of a decisions file and append what is not refused to the ledger.

    Args:
        office: the back office.
        lines: of one file.
        moment: time of the import.
        keys: batches to which all lines are known to belong; None looks their targets up among all.
    """
    with ExitStack() as locks:
        first_look, _ = _docket(office, keys)
        batches = sorted({first_look[line.target].batch for line in lines if line.target in first_look})
        # Nobody releases a record while a decision on it is being recorded.
        names = [batch_lock(lane, batch_id) for lane, batch_id in batches]
        locks.enter_context(office.ledger.lock(*names, "decisions"))
        docket, recorded = _docket(office, keys)
        judgement = judge(lines, docket, recorded, moment, submitter(), canonical_value, recall_of(office))
        office.ledger.append(with_reactivations(office.ledger, judgement.drafts))
    return judgement


def _docket(office: Office, keys: Sequence[BatchKey] | None) -> tuple[Docket, set[str]]:
    """Return everything that can be decided on, and the ids of the decisions there are."""
    docket: dict[str, Subject] = {}
    recorded: set[str] = set()
    for snapshot in [office.snapshot()] if keys is None else map(office.snapshot, keys):
        docket |= open_docket(snapshot, office.bound_dictionaries())
        recorded |= {entry.payload["decision_id"] for entry in snapshot.decisions}
    return docket, recorded


def canonical_value(subject: Subject, field: str, text: str) -> str:
    """Return the canonical text of a keyed value.

    Raises:
        UsageError: the text cannot be read as the field's type, or could be read in two ways.
    """
    value_type = subject.dictionary.value_type(str(subject.record_type), field)
    keyed = FieldValue(field, text, 1.0, "keyed", style=UNDECIDED)
    made = normalise_value(keyed, value_type)
    if made.value is None:
        detail = made.problem.detail if made.problem else "it is empty"
        raise UsageError(f"value of {field}", f"{text!r} cannot be taken: {detail}", "key it in canonical form")
    return made.value
