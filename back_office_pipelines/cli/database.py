"""`back-office db`: the operational database, and the files that it names."""

import typer

from back_office_pipelines.chain.sweep import sweep as sweep_office
from back_office_pipelines.cli.console import err, opened_office, out
from back_office_pipelines.cli.schema import upgrade_schema
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
