"""`back-office run`: the main job. The one command module that runs Dagster jobs (`release` uses its functions).

Collect the channels → register the inbox → run what is due, batch by batch, in this process → publish the warehouse
once → say what happened.
"""

import os
import socket
import warnings
from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import Annotated

import typer

from back_office_pipelines.chain.collection import collect_and_register
from back_office_pipelines.chain.office import Office
from back_office_pipelines.chain.publication import finish_publication, publication_due
from back_office_pipelines.chain.registration import Due, Registered, due_batches, left_failed, registered_later
from back_office_pipelines.chain.runs import ACTOR_TAG, AS_OF_TAG, PROCESS_TAG, SUBMITTER_TAG
from back_office_pipelines.chain.steps import recover_deliveries
from back_office_pipelines.chain.unfinished import keep, look
from back_office_pipelines.cli.console import Acting, acting_for, as_of_or_now, err, opened_office
from back_office_pipelines.cli.progress import with_progress
from back_office_pipelines.cli.summary import left_for_later, print_summary
from back_office_pipelines.clock import iso
from back_office_pipelines.errors import RunFailedError, UsageError
from back_office_pipelines.ledger.state import BatchKey, Stage
from back_office_pipelines.settings import Settings, load_settings

ACTOR_HELP = "Who it is done for; default the person at the keyboard, who is recorded in any case."


def run(
    lane: Annotated[list[str] | None, typer.Option("--lane", help="Only this lane; repeat for several.")] = None,
    inbox: Annotated[
        Path | None, typer.Option("--inbox", help="Inbox instead of the one under BACK_OFFICE_DATA.")
    ] = None,
    reference: Annotated[
        Path | None, typer.Option("--reference", help="Reference tables instead of those under BACK_OFFICE_DATA.")
    ] = None,
    as_of: Annotated[str | None, typer.Option("--as-of", help="Time at which the machine acts; default now.")] = None,
    actor: Annotated[str | None, typer.Option("--actor", help=ACTOR_HELP)] = None,
    no_release: Annotated[bool, typer.Option("--no-release", help="Stop before release.")] = False,
) -> None:
    """Collect channels, register complete batches, run what is due, release what is accepted, publish the warehouse."""
    moment, acting = as_of_or_now(as_of), acting_for(actor)
    with opened_office(_with_reference(reference)) as office:
        lanes = checked_lanes(office, lane)
        folder = (inbox or office.settings.inbox).resolve()
        if inbox is None:
            folder.mkdir(parents=True, exist_ok=True)  # an inbox of our own without arrivals is no error
        skip: frozenset[Stage] = frozenset({"released"}) if no_release else frozenset()
        registered, _, failed = run_once(office, folder, moment, acting, lanes=lanes, skip=skip)
        print_summary(office, registered)
    if registered.later:
        err.print(left_for_later(moment, registered), markup=False)
    for message in [*registered.stepped_down, *registered.refused, *failed]:
        err.print(message, markup=False)
    if failed:
        raise typer.Exit(RunFailedError.exit_code)
    if registered.refused:
        raise typer.Exit(1)


def run_once(
    office: Office,
    inbox: Path,
    moment: datetime,
    acting: Acting,
    *,
    lanes: frozenset[str] | None = None,
    skip: frozenset[Stage] = frozenset(),
    publish: bool = True,
) -> tuple[Registered, list[Due], list[str]]:
    """Do everything that `run` does; return what was registered, what was due, and a message for each failed run.

    Args:
        office: the back office.
        inbox: where batches arrive.
        moment: the as-of time.
        acting: who it is done for.
        lanes: only these; None for all.
        skip: stages to leave out.
        publish: whether to publish the warehouse; who does a series of runs publishes with the last.
    """
    recover_deliveries(office)
    finish_publication(office)
    registered = collect_and_register(office, inbox, moment, acting.actor, acting.submitter)
    found = look(office)
    registered = replace(registered, later=[*registered.later, *registered_later(office.ledger, moment)])
    due = due_batches(found.snapshot, moment, lanes)
    due += left_failed(office, due, moment, lanes)
    due = [one for one in (each.without(skip) for each in due) if one.stages]
    failed = run_due(office, due, moment, inbox, acting, found.reactivated, publish=publish)
    keep(office, found)
    return registered, due, failed


def _with_reference(folder: Path | None) -> Settings:
    if folder is not None and not folder.is_dir():
        raise UsageError(f"reference folder {folder}", "does not exist", "name the folder with one sub-folder a client")
    return replace(load_settings(), other_reference=folder.resolve() if folder else None)


def checked_lanes(office: Office, lanes: Sequence[str] | None) -> frozenset[str] | None:
    """Return the lanes a command is limited to, None for all.

    Raises:
        UsageError: a lane has no dictionary.
    """
    for name in lanes or ():
        office.contracts.latest(name)
    return frozenset(lanes) if lanes else None


def run_due(
    office: Office,
    due: Sequence[Due],
    as_of: datetime,
    inbox: Path,
    acting: Acting,
    reactivated: Sequence[BatchKey] = (),
    *,
    publish: bool = True,
) -> list[str]:
    """Run the stages that are due, then publish if anything changed; return one message for each failed run.

    Batches that came back from retirement get their partition key again, also where nothing is due on them.
    """
    warnings.filterwarnings("ignore", module="dagster")
    from back_office_pipelines.cli.jobs import Jobs  # noqa: PLC0415 - Dagster takes seconds to import

    jobs = Jobs.open(office.ledger, as_of, inbox, _tags(as_of, acting))
    try:
        jobs.fail_dead_runs(_lives)
        jobs.partitions.add(reactivated)
        jobs.catch_up()
        failed = [message for one in _progress(due) if (message := jobs.run_batch(one)) is not None]
        publishes = publish and publication_due(office) is not None
        if publishes and (message := jobs.publish()) is not None:
            failed.append(message)
        if publishes or (publish and due):  # it reads the whole ledger, which a run without work need not
            jobs.report_alarms(office.contracts.lanes)
    finally:
        jobs.close()
    return failed


def _progress(due: Sequence[Due]) -> Iterator[Due]:
    """Yield the batches under a progress bar; without a terminal, a plain line each."""
    for one in with_progress(due, "batches", lambda one: one.batch.address):
        if not err.is_terminal:
            err.print(f"running {one.batch.address}: {', '.join(one.stages)}", markup=False)
        yield one


def _tags(as_of: datetime, acting: Acting) -> dict[str, str]:
    return {
        PROCESS_TAG: _process_name(os.getpid()),
        AS_OF_TAG: iso(as_of),
        ACTOR_TAG: acting.actor,
        SUBMITTER_TAG: acting.submitter,
    }


def _process_name(pid: int) -> str:
    """Return a name that no other process ever has: host, boot, pid and the tick at which it started."""
    stat = Path(f"/proc/{pid}/stat")
    started = stat.read_text().rpartition(")")[2].split()[19] if stat.exists() else "gone"
    boot = Path("/proc/sys/kernel/random/boot_id").read_text().strip()
    return "/".join((socket.gethostname(), boot, str(pid), started))


def _lives(process_name: str) -> bool:
    """Whether the process that left this name still runs; one of another host is taken to live."""
    host, _, pid, _ = process_name.rsplit("/", 3)
    return host != socket.gethostname() or process_name == _process_name(int(pid))
