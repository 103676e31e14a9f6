"""`back-office release`: hand over accepted records that no gate holds."""

from typing import Annotated

import typer

from back_office_pipelines.chain.registration import due_batches
from back_office_pipelines.chain.steps import recover_deliveries
from back_office_pipelines.chain.unfinished import look
from back_office_pipelines.cli.console import acting_for, as_of_or_now, err, opened_office, out
from back_office_pipelines.cli.run import ACTOR_HELP, checked_lanes, run_due
from back_office_pipelines.errors import RunFailedError


def release(
    lane: Annotated[list[str] | None, typer.Option("--lane", help="Only this lane; repeat for several.")] = None,
    as_of: Annotated[str | None, typer.Option("--as-of", help="Time of the release; default now.")] = None,
    actor: Annotated[str | None, typer.Option("--actor", help=ACTOR_HELP)] = None,
) -> None:
    """Release accepted records and write the delivery files; batches with other work due wait for `run`."""
    moment, acting = as_of_or_now(as_of), acting_for(actor)
    with opened_office() as office:
        recover_deliveries(office)
        due = due_batches(look(office).snapshot, moment, checked_lanes(office, lane))
        ready = [one for one in due if set(one.stages) <= {"released", "worklist"}]
        failed = run_due(office, ready, moment, office.settings.inbox, acting)
    out.print(f"{len(ready)} batches released; {len(due) - len(ready)} have other work due: run 'back-office run'.")
    for message in failed:
        err.print(message, markup=False)
    if failed:
        raise typer.Exit(RunFailedError.exit_code)
