"""`back-office db`: the operational database."""

import typer

from back_office_pipelines.cli.console import out
from back_office_pipelines.ledger.upgrade import upgrade as upgrade_schema
from back_office_pipelines.settings import load_settings
from back_office_pipelines.storage.server import database, libpq_url

app = typer.Typer(help="The operational database.", no_args_is_help=True)


@app.callback()
def db() -> None:
    """Work on the operational database."""


@app.command("upgrade")
def upgrade() -> None:
    """Bring the schema up to date."""
    settings = load_settings()
    with database(settings) as url:
        steps = upgrade_schema(libpq_url(settings.admin_postgres_url or url))
    out.print(f"Schema steps applied: {', '.join(steps) or 'none, it was up to date'}.")
