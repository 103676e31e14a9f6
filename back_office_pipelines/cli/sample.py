"""`back-office sample`: the little sample inbox, drawn by code, the same bytes every time."""

from pathlib import Path
from typing import Annotated

import typer

from back_office_pipelines.cli.console import out
from back_office_pipelines.samples.write import write_samples


def sample(
    to: Annotated[Path, typer.Option("--out", help="Folder to write; its inbox goes to `run --inbox`.")],
    seed: Annotated[int, typer.Option(help="Seed of the sample world.")] = 1,
) -> None:
    """Write the sample inbox and, beside it, the truth about its documents."""
    written = write_samples(to, seed)
    out.print(f"{written.documents} documents in {len(written.batches)} batches: {written.inbox}", markup=False)
