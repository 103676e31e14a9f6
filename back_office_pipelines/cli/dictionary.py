"""`back-office dictionary`: the contracts."""

from typing import Annotated

import typer
from rich.table import Table

from back_office_pipelines.cli.console import out
from back_office_pipelines.dictionary.store import load_contracts
from back_office_pipelines.settings import load_settings

app = typer.Typer(help="Field dictionaries: the contracts.", no_args_is_help=True)


@app.command("check")
def check() -> None:
    """Load every dictionary and exhibit and say what is there; the first thing wrong ends with its remedy."""
    contracts = load_contracts(load_settings().dictionaries)
    for lane, versions in contracts.lanes.items():
        for dictionary in versions:
            fields = sum(len(record.fields) for record in dictionary.records.values())
            out.print(
                f"{lane} {dictionary.version}: {fields} fields, "
                f"{len(dictionary.checks)} checks, fingerprint {dictionary.fingerprint[:16]}"
            )
    for client, exhibit in contracts.exhibits.items():
        out.print(f"client {client}: {len(exhibit.entities)} entities, zone {exhibit.calendar.time_zone}")


@app.command("show")
def show(lane: Annotated[str, typer.Argument(help="Name of the lane.")]) -> None:
    """Show the newest version of a lane's dictionary."""
    dictionary = load_contracts(load_settings().dictionaries).latest(lane)
    out.print(f"{dictionary.identity.title}, version {dictionary.version}: {dictionary.identity.grain}")
    for name, record in dictionary.records.items():
        table = Table("field", "title", "type", "criticality", "required", "source", title=f"{name}: {record.title}")
        for field, spec in record.fields.items():
            required = "yes" if spec.nullable == "never" else ""
            table.add_row(field, spec.title, spec.type, spec.criticality, required, spec.source or "")
        out.print(table)
