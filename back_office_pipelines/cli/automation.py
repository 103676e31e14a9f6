"""`back-office automation`: whether records of a lane pass without a person, and what proves it."""

from typing import Annotated

import typer

from back_office_pipelines.chain.automation import Standing, standings, switch_off, switch_on
from back_office_pipelines.cli.console import acting_for, as_of_or_now, opened_office, out
from back_office_pipelines.cli.run import ACTOR_HELP

app = typer.Typer(help="Whether records of a lane pass without a person.", no_args_is_help=True)

Lane = Annotated[str, typer.Argument(help="Operating lane.")]
Client = Annotated[str, typer.Argument(help="Client.")]
AsOf = Annotated[str | None, typer.Option("--as-of", help="Time of the act; default now.")]
Actor = Annotated[str | None, typer.Option("--actor", help=ACTOR_HELP)]


@app.callback()
def automation() -> None:
    """Switch automation on from what audits prove, and off."""


@app.command("show")
def show(as_of: AsOf = None) -> None:
    """Show what is in force for each lane and client, and what its audited documents prove today."""
    moment = as_of_or_now(as_of)
    with opened_office() as office:
        found = standings(office, moment)
    for one in found:
        out.print(_told(one), markup=False)


@app.command("on")
def on(lane: Lane, client: Client, as_of: AsOf = None, actor: Actor = None) -> None:
    """Switch automation on from the loosest threshold that the audits prove; refused where they prove none."""
    acting = acting_for(actor)
    with opened_office() as office:
        switch = switch_on(office, lane, client, as_of_or_now(as_of), acting.actor, acting.submitter)
    measured = f"{switch.errors} of {switch.above} audited documents wrong, bound {switch.error_bound:.4f}"
    out.print(
        f"automation of {lane} for {client} is on from confidence {switch.threshold}: {measured}, "
        f"target {switch.target_error}. It holds for batches registered from now on.",
        markup=False,
    )


@app.command("off")
def off(
    lane: Lane,
    client: Client,
    reason: Annotated[str, typer.Option("--reason", help="Why.")],
    as_of: AsOf = None,
    actor: Actor = None,
) -> None:
    """Switch automation off: records read from pages are held for a person again."""
    acting = acting_for(actor)
    with opened_office() as office:
        switch_off(office, lane, client, as_of_or_now(as_of), acting.actor, acting.submitter, reason)
    out.print(f"automation of {lane} for {client} is off for batches registered from now on.", markup=False)


def _told(one: Standing) -> str:
    state = f"on from confidence {one.switch.threshold}" if one.switch is not None and one.running else "off"
    if one.proof is None:
        said = "the client's exhibit has no target, so it stays off"
    elif one.proof.proved is None:
        said = one.proof.refusal
    else:
        step = one.proof.proved
        said = (
            f"{one.proof.audited} audited documents prove {step.threshold}: {step.measured}, "
            f"target {one.proof.target_error}"
        )
    return f"{one.lane} for {one.client}: {state}; {said}"
