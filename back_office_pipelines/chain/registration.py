"""The chain's beginning: what lies in the inbox is registered in the ledger, once, and what is due is told."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path

from back_office_pipelines.chain.automation import bound_terms, step_down
from back_office_pipelines.chain.memory import bound_memories, learn
from back_office_pipelines.chain.office import Office
from back_office_pipelines.chain.retirement import with_reactivations
from back_office_pipelines.dictionary.home import INTAKE_LANE
from back_office_pipelines.dictionary.model import Dictionary
from back_office_pipelines.errors import DictionaryError
from back_office_pipelines.intake.inbox import Arrival, list_inbox
from back_office_pipelines.intake.problems import Problem, plan_problems
from back_office_pipelines.intake.registration import Binding, Later, Registrations, plan_registrations
from back_office_pipelines.ledger.ledger import Ledger
from back_office_pipelines.ledger.snapshot import Snapshot, moves_records, newest_registrations
from back_office_pipelines.ledger.state import STAGES, Batch, BatchKey, Stage, batch_of


@dataclass(frozen=True)
class Due:
    """A batch with work to do.

    Attributes:
        stages: stages to run, in walking order.
        basis: sequence of the newest decision that can move records, 0 for none; the same basis is the same work.
    """

    batch: Batch
    stages: tuple[Stage, ...]
    basis: int

    def without(self, skipped: frozenset[Stage]) -> "Due":
        """Return the same work without some stages."""
        return replace(self, stages=tuple(stage for stage in self.stages if stage not in skipped))


@dataclass(frozen=True)
class Registered:
    """What registering an inbox came to.

    Attributes:
        new: how many deliveries were registered now.
        refused: one message for each thing that could not be taken; each stands in lane `_intake` as well.
        waiting: addresses of batches whose manifest is not there yet.
        arrivals: complete folders by lane and batch id.
        later: what came after the as-of time, to the inbox or a channel, with that moment.
        stepped_down: a sentence for each lane and client whose automation audits have broken.
    """

    new: int
    refused: Sequence[str]
    waiting: Sequence[str]
    arrivals: Mapping[BatchKey, Arrival]
    later: Sequence[Later] = ()
    stepped_down: Sequence[str] = ()


CHANNELS = "channels"
"""Where problems of channels were seen: they stay as they are while only an inbox is looked at."""


def register_inbox(
    office: Office,
    inbox: Path,
    as_of: datetime,
    actor: str,
    submitter: str | None = None,
    in_channels: Sequence[Problem] | None = None,
) -> Registered:
    """Register every complete batch of an inbox that is not registered yet, and every problem that keeps one out.

    Args:
        office: the back office.
        inbox: folder of lanes and batches.
        as_of: time of the registration.
        actor: who it is done for.
        submitter: person at the keyboard; None for a machine.
        in_channels: problems of channels that end in this inbox; None where these were not looked at.

    Raises:
        UsageError: the inbox is no folder.
    """
    listing = list_inbox(inbox, office.contracts.lanes, as_of)
    fallen = step_down(office, as_of)
    learn(office, as_of)
    with office.ledger.lock("registration"):
        arrivals = _changed(office, listing.arrivals)
        newest = _registered(office, arrivals)
        last = office.ledger.last("batch")  # sequences are given here only, in the order of the ledger
        following = batch_of(last).intake_sequence + 1 if last is not None else 1
        bind = Binding(office.reference.pin, bound_terms(office, as_of), bound_memories(office, as_of))
        plan = plan_registrations(arrivals, newest, office.contracts, as_of, bind, following)
        deliveries = len(plan.batches)
        problems = [*listing.problems, *plan.problems]
        home = office.contracts.intake
        observed = plan_problems(problems, newest, home, str(inbox.resolve()), following + deliveries, as_of)
        if in_channels is not None:
            further = following + deliveries + len(observed)
            observed += plan_problems(in_channels, newest, home, CHANNELS, further, as_of)
            problems += in_channels
        _add(plan, observed, home)
        _append(office, plan, actor, submitter)
    return Registered(
        new=deliveries,
        refused=[str(problem) for problem in problems],
        waiting=listing.waiting,
        arrivals={(arrival.lane, arrival.batch_id): arrival for arrival in listing.arrivals},
        stepped_down=[f"automation of {one.lane} for {one.client} is switched off: {one.reason}" for one in fallen],
        later=plan.later,
    )


def registered_later(ledger: Ledger, as_of: datetime) -> list[Later]:
    """Return the batches that an as-of time lies before, finished or not, with the moment each was registered."""
    return [(at, "/".join(key)) for key, at in ledger.registered_after(as_of).items() if key[0] != INTAKE_LANE]


def _changed(office: Office, arrivals: Sequence[Arrival]) -> list[Arrival]:
    """Return the arrivals whose folder does not look as it did when it was registered; what cannot be read counts."""
    looks = office.ledger.looks([(one.lane, one.batch_id) for one in arrivals])
    return [one for one in arrivals if _look(one) != looks.get((one.lane, one.batch_id), "")]


def _look(arrival: Arrival) -> str | None:
    try:
        return arrival.look()
    except OSError:
        return None  # registration says what cannot be read


def _registered(office: Office, arrivals: Sequence[Arrival]) -> Mapping[BatchKey, Batch]:
    """Return the newest registration of everything that arrivals and problems are held against."""
    of_arrivals = office.ledger.of_batches("batch", [(one.lane, one.batch_id) for one in arrivals])
    return newest_registrations(map(batch_of, [*of_arrivals, *office.ledger.entries("batch", INTAKE_LANE)]))


def _add(plan: Registrations, observed: Sequence[Batch], home: Dictionary) -> None:
    """Add the observations of problems to what is registered at the same moment."""
    plan.batches.extend(observed)
    if observed:
        plan.dictionaries[home.fingerprint] = home


def _append(office: Office, plan: Registrations, actor: str, submitter: str | None) -> None:
    """Append what is registered to the ledger, where its contracts are the texts that are kept there."""
    kept = office.ledger.values("dictionary", "lane", "version", "fingerprint")
    _refuse_other_texts({(lane, version): text for lane, version, text in kept}, plan)
    drafts = plan.drafts(frozenset(text for _, _, text in kept), actor, submitter)
    office.ledger.append(with_reactivations(office.ledger, drafts))


def _refuse_other_texts(kept: Mapping[tuple[str, str], str], plan: Registrations) -> None:
    """Refuse to bind a batch to another text than the ledger keeps under the same lane and number."""
    for fingerprint, dictionary in plan.dictionaries.items():
        if kept.get((dictionary.lane, dictionary.version), fingerprint) != fingerprint:
            raise DictionaryError(
                f"field dictionary {dictionary.lane} {dictionary.version}",
                "is not the text that earlier batches are bound to under this number",
                "restore it (the ledger keeps it), or write the change as a new version",
            )


def due_batches(snapshot: Snapshot, as_of: datetime, lanes: frozenset[str] | None = None) -> list[Due]:
    """Return the batches with work to do, in order of intake.

    Args:
        snapshot: state of the back office.
        as_of: decisions after this moment are not taken into account.
        lanes: only these and the home of problems; None for all.
    """
    batches = sorted(snapshot.newest.values(), key=lambda batch: batch.intake_sequence)
    due = (
        Due(batch, snapshot.due(batch.key, as_of), _basis(snapshot, batch))
        for batch in batches
        if (lanes is None or batch.lane in lanes | {INTAKE_LANE}) and batch.registered_at <= as_of
    )
    return [one for one in due if one.stages]


def left_failed(office: Office, due: Iterable[Due], as_of: datetime, lanes: frozenset[str] | None = None) -> list[Due]:
    """Return the batches whose last run failed although nothing is due on them any more.

    What it did may be in force all the same: Dagster has yet to hear so, and the alarm to go. Each stage is run again,
    and stays as it is in force. Arguments as of `due_batches`.

    Args:
        office: the back office.
        due: batches that are run in any case.
        as_of: batches registered later are left alone.
        lanes: only these; None for all.
    """
    known = {one.batch.key for one in due}
    keys = sorted(key for key in office.ledger.left_failed() - known if lanes is None or key[0] in lanes)
    if not keys:
        return []
    snapshot = office.snapshot(*keys)
    batches = (snapshot.newest[key] for key in keys if key in snapshot.newest)
    return [Due(batch, STAGES, _basis(snapshot, batch)) for batch in batches if batch.registered_at <= as_of]


def _basis(snapshot: Snapshot, batch: Batch) -> int:
    """Return what made a batch due: its newest decision; 0 for its registration. Its own progress plays no part."""
    return max((entry.seq for entry in snapshot.decisions_of(batch.key) if moves_records(entry)), default=0)
