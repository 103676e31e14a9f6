"""`back-office db`: the operational database, and the files that it names."""

from typing import Annotated

import typer

from back_office_pipelines.chain.compaction import BATCHES_A_COMPACTION, compact
from back_office_pipelines.chain.office import Office
from back_office_pipelines.chain.retirement import QUIET_DAYS, Terms, retirable
from back_office_pipelines.chain.retirement import retire as retire_batches
from back_office_pipelines.chain.sweep import sweep as sweep_office
from back_office_pipelines.cli.console import acting_for, as_of_or_now, err, opened_office, out
from back_office_pipelines.cli.run import ACTOR_HELP
from back_office_pipelines.cli.schema import upgrade_schema
from back_office_pipelines.ledger.state import BatchKey
from back_office_pipelines.settings import load_settings
from back_office_pipelines.storage.server import database

app = typer.Typer(help="The operational database.", no_args_is_help=True)


@app.callback()
def db() -> None:
    """Work on the operational database."""


@app.command("upgrade")
def upgrade() -> None:
    """Bring the schema up to date."""
    settings = load_settings()
    with database(settings) as url:
        steps, sentences = upgrade_schema(settings, url)
    out.print(f"Schema steps applied: {', '.join(steps) or 'none, it was up to date'}.")
    for sentence in sentences:
        err.print(sentence, markup=False)


@app.command("retire")
def retire(
    quiet_days: Annotated[int, typer.Option("--quiet-days", help="Days without any act on a batch.")] = QUIET_DAYS,
    as_of: Annotated[str | None, typer.Option("--as-of", help="Time of the retirement; default now.")] = None,
    actor: Annotated[str | None, typer.Option("--actor", help=ACTOR_HELP)] = None,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Only tell which batches would be retired.")] = False,
    compact_from: Annotated[
        int, typer.Option("--compact-from", help="Retired batches of a lane that make archives worth it.")
    ] = BATCHES_A_COMPACTION,
) -> None:
    """Retire batches that are over and quiet: Dagster forgets their keys; ledger, lake and figures keep them.

    Their lake files are then written into archives; 'back-office db sweep' removes the small ones.
    """
    acting = acting_for(actor)
    terms = Terms(as_of_or_now(as_of), acting.actor, quiet_days, acting.submitter)
    with opened_office() as office:
        retired = retirable(office, terms) if dry_run else retire_batches(office, terms)
        forgotten = [] if dry_run else _forget(office)
        compacted = [] if dry_run else compact(office, terms, compact_from)
    for lane, batch_id in retired:
        out.print(f"{'would retire' if dry_run else 'retired'} {lane}/{batch_id}", markup=False)
    out.print(f"{len(retired)} batches {'would be ' if dry_run else ''}retired; {len(forgotten)} keys left Dagster.")
    for one in compacted:
        out.print(
            f"{one.batches} batches of {one.lane} compacted: {one.tables} tables in {one.archives} archives, "
            f"{one.size} bytes; 'back-office db sweep' removes their small files.",
            markup=False,
        )


def _forget(office: Office) -> list[BatchKey]:
    from back_office_pipelines.cli.jobs import (  # noqa: PLC0415 - Dagster takes seconds to import
        forget_retired_partitions,
    )

    return forget_retired_partitions(office)


@app.command("sweep")
def sweep() -> None:
    """Remove files that a process left when it died before its ledger entry; what the ledger names is never touched."""
    with opened_office() as office:
        swept = sweep_office(office)
    for path, size in swept.removed.items():
        out.print(f"removed {path} ({size} bytes)", markup=False)
    for sentence in swept.left:
        err.print(f"left {sentence}.", markup=False)
    total = sum(swept.removed.values())
    out.print(f"{len(swept.removed)} files removed, {total} bytes; {len(swept.left)} things left alone.")
