"""`back-office sample`: the sample world: write it, play its story, hold the result against its truth."""

import json
import os
from dataclasses import replace
from pathlib import Path
from typing import Annotated

import typer

from back_office_pipelines.cli.console import acting_for, opened_office, out
from back_office_pipelines.errors import UsageError
from back_office_pipelines.samples.world.score import as_json, score_warehouse
from back_office_pipelines.samples.world.story import SCANS, WEEKS, tell, tell_thinly
from back_office_pipelines.samples.world.truth import read_truth, seed_of
from back_office_pipelines.samples.world.write import write_world
from back_office_pipelines.settings import load_settings

app = typer.Typer(help="Write the sample world, play its story, hold the result against its truth.")
ALL_DAYS = 5 * WEEKS
World = Annotated[Path, typer.Argument(help="Folder of a written sample world.")]


@app.callback(invoke_without_command=True)
def sample(
    context: typer.Context,
    to: Annotated[Path | None, typer.Option("--out", help="Folder to write: inbox, reference and truth.")] = None,
    seed: Annotated[int, typer.Option(help="Another seed is another world.")] = 1,
    days: Annotated[int, typer.Option(min=1, max=ALL_DAYS, help="Business days of arrivals.")] = ALL_DAYS,
    scans: Annotated[float, typer.Option(min=0, max=1, help="Share of scans; each takes seconds to read.")] = SCANS,
    thin: Annotated[
        bool, typer.Option("--thin", help="Two streams in one small batch a week each, and no scans: a quick world.")
    ] = False,
) -> None:
    """Write the sample world: eight weeks of two clients' invoices, the same bytes for the same seed."""
    if context.invoked_subcommand is not None:
        return
    if to is None:
        raise UsageError("sample", "no folder is named", "add --out DIR")
    world = tell_thinly(seed, days) if thin else tell(seed, days, scans=scans)
    written = write_world(world, to, max(1, os.cpu_count() or 1))
    out.print(
        f"{written.documents} documents with {written.records} records in {len(written.batches)} batches, "
        f"{written.faults} planted faults: {written.inbox}",
        markup=False,
    )


@app.command()
def play(
    folder: World,
    days: Annotated[int | None, typer.Option(min=1, help="Only so many days of arrivals.")] = None,
) -> None:
    """Play the story: batches arrive, the pipeline runs, people decide, with the as-of time stepping along."""
    from back_office_pipelines.cli.play import Stage, play_world, told  # noqa: PLC0415 - Dagster takes seconds

    truth = read_truth(folder)
    settings = replace(load_settings(), other_reference=(folder / "reference").resolve())
    with opened_office(settings) as office:
        stage = Stage(office, folder.resolve(), truth, acting_for(None), seed_of(folder))
        played = play_world(stage, days)
        told(played)
        for line in score_warehouse(truth.of_days(days), office.warehouse.published).lines()[:1]:
            out.print(line, markup=False)
    if played.refused:
        raise typer.Exit(1)


@app.command()
def score(
    folder: World,
    to: Annotated[Path | None, typer.Option("--json", help="Write the result for machines too.")] = None,
) -> None:
    """Print which planted faults were caught with the right reason code, and how many clean records were held."""
    truth = read_truth(folder)
    with opened_office() as office:
        if office.warehouse.current() is None:
            raise UsageError("sample score", "no warehouse is published", f"run 'back-office sample play {folder}'")
        result = score_warehouse(truth, office.warehouse.published)
    for line in result.lines():
        out.print(line, markup=False)
    if to is not None:
        to.write_text(json.dumps(as_json(result), indent=1) + "\n", encoding="utf-8")
