"""`back-office memory`: what corrections taught about layouts, and how it fared since."""

from collections.abc import Iterator
from typing import Annotated

import typer

from back_office_pipelines.chain.lessons import Known, lessons_in_force
from back_office_pipelines.chain.memory import kept, learn
from back_office_pipelines.chain.office import Office
from back_office_pipelines.cli.console import as_of_or_now, opened_office, out

app = typer.Typer(help="What corrections taught about the layouts of documents.", no_args_is_help=True)

AsOf = Annotated[str | None, typer.Option("--as-of", help="Time of the act; default now.")]


@app.callback()
def memory() -> None:
    """Show what was learned from which decisions, and learn from new ones."""


@app.command("show")
def show(as_of: AsOf = None) -> None:
    """List the lessons of each lane and client: what, from which decisions, how often used and right since."""
    moment = as_of_or_now(as_of)
    with opened_office() as office:
        found = lessons_in_force(office, moment)
        states = list(_states(office, found))
    for line in [*states, *map(_told, found)]:
        out.print(line, markup=False)


@app.command("learn")
def learn_now(as_of: AsOf = None) -> None:
    """Take new corrections in; every run does so too, before it registers batches."""
    moment = as_of_or_now(as_of)
    with opened_office() as office:
        added = learn(office, moment)
    for one in added:
        out.print(f"{one.lane} for {one.client}: version {one.version}, {one.rows} corrections teach", markup=False)
    if not added:
        out.print("nothing new is learned")


def _states(office: Office, found: list[Known]) -> Iterator[str]:
    """Yield a line for each lane and client: whether it keeps a memory, and how much it knows."""
    asked = kept(office)
    for lane, client in sorted(asked.keys() | {(one.lane, one.client) for one in found}):
        own = [one for one in found if (one.lane, one.client) == (lane, client)]
        least = asked.get((lane, client))
        state = "off; its exhibit has no memory" if least is None else f"on from {least} agreeing decisions"
        yield f"{lane} for {client}: {state}; {len(own)} lessons, {sum(one.used for one in own)} in use"


def _told(one: Known) -> str:
    lesson, number = one.lesson, len(one.lesson.decisions)
    state = "in use" if one.used else f"not in use ({number} of {one.least or 'none'} decisions)"
    fared = f"{one.count('right')} right, {one.count('wrong')} wrong, {one.count(None)} open"
    return (
        f"{one.lane} {one.client} {lesson.field}: {lesson.told()}; learned from {number} decisions "
        f"({', '.join(lesson.decisions)}); confidence at most {lesson.bound:.2f}; {state}; "
        f"used {len(one.uses)} times: {fared}"
    )
