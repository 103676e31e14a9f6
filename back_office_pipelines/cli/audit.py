"""`back-office audit`: evidence."""

import typer

from back_office_pipelines.chain.verification import verify_office
from back_office_pipelines.cli.console import err, opened_office, out

app = typer.Typer(help="Evidence: the ledger and what it stands for.", no_args_is_help=True)


@app.callback()
def audit() -> None:
    """Work on the evidence of the back office."""


@app.command("verify")
def verify() -> None:
    """Check the ledger's chain and checkpoints, and every lake and vault file it names."""
    with opened_office() as office:
        problems = verify_office(office)
        entries = len(office.ledger.entries())
    for problem in problems:
        err.print(problem, markup=False)
    out.print(f"{entries} ledger entries and the files they name: {len(problems)} problems.")
    if problems:
        raise typer.Exit(1)
