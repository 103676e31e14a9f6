"""Playing the sample world: batches arrive, the pipeline runs, people decide, with the as-of time stepping along.

Everything goes through what `run` and `decide` do; this module moves the clock and carries files and decisions.
"""

import csv
import shutil
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, time, timedelta
from pathlib import Path

from back_office_pipelines.chain.automation import standings, switch_on
from back_office_pipelines.chain.office import Office
from back_office_pipelines.chain.registration import Due, Registered
from back_office_pipelines.cli.console import Acting, err, out
from back_office_pipelines.cli.decide import record_lines
from back_office_pipelines.cli.progress import with_progress
from back_office_pipelines.cli.run import run_once
from back_office_pipelines.clock import iso
from back_office_pipelines.errors import RunFailedError, UsageError
from back_office_pipelines.intake.manifest import FILE_NAME
from back_office_pipelines.ledger.state import Batch, BatchKey
from back_office_pipelines.review.lines import OPTIONAL_COLUMNS, REQUIRED_COLUMNS, read_lines
from back_office_pipelines.samples.world.cases import Said
from back_office_pipelines.samples.world.deciding import decide_on
from back_office_pipelines.samples.world.desk import cases_of, released_of
from back_office_pipelines.samples.world.inspecting import inspected, piloted
from back_office_pipelines.samples.world.people import people
from back_office_pipelines.samples.world.plan import LANE
from back_office_pipelines.samples.world.returns import answers_to, is_returned, returned
from back_office_pipelines.samples.world.truth import BatchTruth, Truth
from back_office_pipelines.validation.automation import critical_fields

TIMES = (time(7, 45), time(11, 30), time(15, 30), time(20, 0))
"""Moments of a day (UTC) at which the pipeline runs."""
FILED_AT = frozenset({time(11, 30), time(20, 0)})
"""Moments at which people hand in what they decided."""
SETTLING = 2
"""Days played after the last arrival, so that what came last is decided as well."""


@dataclass
class Played:
    """What playing came to so far.

    Attributes:
        filed: decision lines recorded.
        returned: of those, returns by clients.
        refused: lines that `decide` refused, with the reason, and those it should have refused.
        turned_away: lines that `decide` refused as the story wants it.
        failed: messages of failed runs.
        automation: what came of asking for automation, in words.
    """

    batches: int = 0
    runs: int = 0
    filed: int = 0
    returned: int = 0
    refused: list[str] = field(default_factory=list)
    turned_away: int = 0
    failed: list[str] = field(default_factory=list)
    automation: list[str] = field(default_factory=list)


@dataclass
class Stage:
    """The world on stage in an office.

    Attributes:
        folder: of the written world.
        pending: decisions people will make, by batch; filed when their time has come.
        rounds: how often people decided on a case.
        scored: records QA has looked at.
        delivered: records clients have looked at.
        unpublished: whether something ran since the last publication.
        run: does what is due; as `run` does unless told otherwise.
    """

    office: Office
    folder: Path
    truth: Truth
    acting: Acting
    seed: int
    played: Played = field(default_factory=Played)
    pending: list[tuple[BatchKey, str, Said]] = field(default_factory=list)
    rounds: dict[str, int] = field(default_factory=dict)
    scored: set[str] = field(default_factory=set)
    delivered: set[str] = field(default_factory=set)
    unpublished: bool = False
    run: Callable[..., tuple[Registered, list[Due], list[str]]] = run_once

    @property
    def busy(self) -> set[str]:
        """Return the cases with a pending decision."""
        return {case for _, case, _ in self.pending}


def play_world(stage: Stage, days: int | None) -> Played:
    """Play so many business days of arrivals, None for all of them, and what follows from them.

    Raises:
        UsageError: the office has worked at a later time than the last step, and batches of the story never came.
        RunFailedError: a run failed; what it did stands, and playing again goes on there.
    """
    arrivals = stage.truth.of_days(days).batches
    since = _take_up(stage)
    steps = [(moment, last) for moment, last in steps_of(arrivals) if since is None or moment > since]
    if since is not None and not steps:
        _refuse_what_never_came(stage, arrivals, since)
    for moment, last in with_progress(steps, "steps", lambda step: f"{step[0]:%a %Y-%m-%d %H:%M}"):
        _step(stage, arrivals, moment, last=last)
    return stage.played


def _take_up(stage: Stage) -> datetime | None:
    """Return how far the story was played in this office, None for not at all, and take up what lies on the desks."""
    snapshot = stage.office.snapshot()
    moments = [one.made.as_of for stages in snapshot.made.values() for one in stages.values()]
    known = {batch.batch_id for batch in stage.truth.batches}
    for key, batch in snapshot.batches.items():
        if key[1] in known and moments:
            _look_at(stage, batch, max(moments))
    return max(moments, default=None)


def _refuse_what_never_came(stage: Stage, arrivals: Sequence[BatchTruth], since: datetime) -> None:
    """Refuse to end a story that could not be told: time only steps along, so what never came cannot come any more."""
    registered = stage.office.ledger.registered()
    missing = [one for one in arrivals if (LANE, one.batch_id) not in registered]
    if missing:
        raise UsageError(
            f"sample world {stage.folder}",
            f"{len(missing)} of its {len(arrivals)} batches never came, and this office already stands at "
            f"{iso(since)}, later than the story's last step ({iso(steps_of(arrivals)[-1][0])})",
            "play it in an office of its own (BACK_OFFICE_DATA=FOLDER), or empty the data folder first",
        )


def steps_of(arrivals: Sequence[BatchTruth]) -> list[tuple[datetime, bool]]:
    """Return the moments of the story and whether each is the last of its day; nobody works at the weekend."""
    day, end = arrivals[0].received_at.date(), arrivals[-1].received_at.date()
    left, steps = SETTLING, []
    while day <= end or left:
        if day.weekday() < 5:
            left -= day > end
            steps += [(datetime.combine(day, at, UTC), at == TIMES[-1]) for at in TIMES]
        day += timedelta(days=1)
    return steps


def _step(stage: Stage, arrivals: Sequence[BatchTruth], moment: datetime, *, last: bool) -> None:
    filed = _file_decisions(stage, moment) if moment.time() in FILED_AT else 0
    came = _deliver(stage, arrivals, moment)
    if not (filed or came or (last and stage.unpublished)):
        return
    _, due, failed = stage.run(stage.office, stage.office.settings.inbox, moment, stage.acting, publish=last)
    stage.unpublished = not last
    if failed:
        raise RunFailedError("playing the sample world", failed[0], "mend the cause and play again")
    stage.played.runs += len(due)
    for one in due:
        _look_at(stage, one.batch, moment)
    if last and moment.weekday() == people().pilot.weekday:
        _ask_for_automation(stage, moment)


def _ask_for_automation(stage: Stage, moment: datetime) -> None:
    """Let the owner of the process switch automation on where audits prove it."""
    owner = people().pilot.owner
    for one in standings(stage.office, moment):
        if one.proof is None or one.running or not one.audits.documents:
            continue
        if one.proof.proved is None:
            said = f"refused: {one.proof.refusal}"
        else:
            switch = switch_on(stage.office, one.lane, one.client, moment, owner, owner)
            said = f"on from confidence {switch.threshold} ({switch.errors} of {switch.above} wrong)"
        stage.played.automation.append(f"{moment:%Y-%m-%d} automation for {one.client} {said}")


def _deliver(stage: Stage, arrivals: Sequence[BatchTruth], moment: datetime) -> int:
    """Let the batches arrive whose time has come; return how many did."""
    inbox, came = stage.office.settings.inbox, 0
    inbox.mkdir(parents=True, exist_ok=True)
    for batch in arrivals:
        target = inbox / LANE / batch.batch_id
        if batch.received_at > moment or (target / FILE_NAME).exists():
            continue
        source = stage.folder / "inbox" / LANE / batch.batch_id
        shutil.copytree(source, target, dirs_exist_ok=True, ignore=shutil.ignore_patterns(FILE_NAME))
        shutil.copy2(source / FILE_NAME, target / FILE_NAME)  # last: it completes the batch
        came += 1
    stage.played.batches += came
    return came


def _file_decisions(stage: Stage, moment: datetime) -> int:
    """Hand in the decisions whose time has come, a file a step and batch; return how many can move records."""
    ripe = [one for one in stage.pending if one[2].decided_at <= moment]
    stage.pending = [one for one in stage.pending if one[2].decided_at > moment]
    by_batch: dict[BatchKey, list[Said]] = {}
    for key, _, said in ripe:
        by_batch.setdefault(key, []).append(said)
    for key, lines in sorted(by_batch.items()):
        path = stage.folder / "decisions" / f"{moment:%Y-%m-%dT%H%MZ}-{key[1]}.csv"
        ordered = sorted(lines, key=lambda one: one.decided_at)
        _write_lines(path, ordered)
        judgement = record_lines(stage.office, read_lines(path), moment, [key])
        stage.played.filed += len(judgement.drafts)
        stage.played.returned += sum(draft.payload["action"] == "return" for draft in judgement.drafts)
        unforeseen = surprises(ordered, {line.number: why for line, why in judgement.refused})
        stage.played.refused += [f"{path.name} {surprise}" for surprise in unforeseen]
        stage.played.turned_away += sum(bool(one.refused) for one in ordered)
    return sum(said.action != "qa_score" for _, _, said in ripe)


def surprises(lines: Sequence[Said], refused: Mapping[int, str]) -> Iterator[str]:
    """Yield the lines of a file that were judged otherwise than the story wants; the first one has number 2."""
    for number, said in enumerate(lines, start=2):
        why = refused.get(number)
        if why is None and said.refused:
            yield f"line {number}: was recorded, though {said.actor} may not {said.action} that"
        elif why is not None and not (said.refused and said.refused in why):
            yield f"line {number}: {why}"


def _write_lines(path: Path, lines: Sequence[Said]) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, [*REQUIRED_COLUMNS, *OPTIONAL_COLUMNS], restval="")
        writer.writeheader()
        writer.writerows(line.cells() for line in lines)


def _look_at(stage: Stage, batch: Batch, moment: datetime) -> None:
    """Let people look at what a run left open, and QA at what it released."""
    key = batch.key
    snapshot = stage.office.snapshot(key)
    dictionary = stage.office.bound_dictionary(batch.dictionary_fingerprint)
    critical = critical_fields(dictionary)
    for case in cases_of(snapshot, key, batch.client, dictionary, stage.truth, stage.rounds):
        read = list(piloted(case, critical, stage.seed, moment))
        stage.scored |= {said.target for said in read}
        stage.pending += [(key, f"qa/{case.key}", said) for said in read]
        if case.key not in stage.busy:
            stage.rounds[case.key] = case.round + 1
            decide = answers_to if is_returned(case) else decide_on
            stage.pending += [(key, case.key, said) for said in decide(case, stage.seed, moment)]
    released = released_of(snapshot, key, batch.client, stage.truth)
    drawn = [one for one in released if one.record_id not in stage.scored]
    new = [one for one in released if one.record_id not in stage.delivered]
    stage.scored |= {one.record_id for one in drawn}
    stage.delivered |= {one.record_id for one in new}
    stage.pending += [(key, said.target, said) for said in inspected(drawn, stage.seed)]
    stage.pending += [(key, f"return/{said.target}", said) for said in returned(new, stage.seed)]


def told(played: Played) -> None:
    """Print what playing came to."""
    out.print(
        f"{played.batches} batches arrived, {played.runs} runs, {played.filed} decisions recorded "
        f"({played.returned} returns by clients), {len(played.refused)} refused."
    )
    if played.turned_away:
        out.print(f"{played.turned_away} approvals of one's own work were tried, and refused as they should be.")
    for message in played.automation:
        out.print(message, markup=False)
    for message in played.refused:
        err.print(f"refused: {message}", markup=False)
