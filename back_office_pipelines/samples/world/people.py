"""The people of the story: who decides what on which exception, and when.

What belongs here: decisions that follow from the truth, and their times. What does not: their right to make them;
that is judged by `decide` as for everybody else (`review/decisions`).
"""

import random
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from decimal import Decimal, InvalidOperation
from functools import cache
from pathlib import Path
from zoneinfo import ZoneInfo

from back_office_pipelines.clock import iso
from back_office_pipelines.dictionary.primitives import Exact, Frozen, QuotedDate
from back_office_pipelines.dictionary.strict_yaml import load_mapping
from back_office_pipelines.routing.audits import ABSENT, ILLEGIBLE
from back_office_pipelines.samples.world.truth import DocumentTruth

HERE = Path(__file__).parent
CRITICAL = ("invoice_number", "issue_date", "currency", "seller_name", "gross_total")
SENT_BACK = frozenset({"same_file", "same_invoice", "similar_number", "hybrid_mismatch", "wrong_tax"})
"""Faults whose records are rejected."""
ASKED = frozenset({"bad_vat_id", "bad_iban", "wrong_gross", "missing_number", "ambiguous_date"})
"""Faults about which the client is asked first."""
HELD = "SAMPLING_HOLD"
"""Reason of records that wait for validation while automation is off."""
APPROVER = "approver"
TURNED_AWAY = "corrected or accepted something"
"""What `decide` answers to who tries to approve a record of their own."""
UNSURE = frozenset({"unknown_vendor", "other_account", "wrong_line"})
"""Faults that end either way."""


class Team(Frozen):
    """The holders of one role."""

    names: tuple[str, ...]
    hours: tuple[Exact, Exact]


class Slump(Frozen):
    """A week in which one client's work waits longer."""

    client: str
    start: QuotedDate
    end: QuotedDate
    times: Exact


class Pilot(Frozen):
    """How automation comes on: what share of held records is read independently, and who asks on which weekday."""

    share: Exact
    owner: str
    weekday: int


class Returns(Frozen):
    """How clients return records: what share of wrong and of right ones, and hours to the return and to its answer."""

    wrong: Exact
    right: Exact
    notice: tuple[Exact, Exact]
    answer: tuple[Exact, Exact]


class People(Frozen):
    """The file."""

    roles: Mapping[str, Team]
    refuses: Exact
    slow: Mapping[str, Exact]
    slump: Slump
    opens: int
    closes: int
    overlooked: Exact
    client_answers: tuple[Exact, Exact]
    qa_name: str
    qa_share: Exact
    zones: Mapping[str, str]
    pilot: Pilot
    returns: Returns


@cache
def people() -> People:
    """Return the people as the file describes them."""
    return People.model_validate(load_mapping(HERE / "people.yaml"))


@dataclass(frozen=True)
class Open:
    """One open exception as people see it on the worklist; `approvers`: how many approvals it waits for, if any."""

    exception_id: str
    subject_id: str
    record_id: str | None
    field: str
    reason_code: str
    owner: str
    actions: tuple[str, ...]
    approvers: int = 0


@dataclass(frozen=True)
class Case:
    """What is decided together: the open exceptions of one record, document or batch.

    Attributes:
        truth: about the document; None for a batch.
        ordinal: of the record in the document; None without a record.
        read: header fields as the pipeline has them now.
        round: how often people decided on it before.
        hands: who corrected or accepted something of it before.
    """

    key: str
    client: str
    exceptions: tuple[Open, ...]
    truth: DocumentTruth | None
    ordinal: int | None
    read: Mapping[str, str]
    round: int = 0
    hands: frozenset[str] = frozenset()

    @property
    def kind(self) -> str | None:
        """What is wrong with it on purpose."""
        fault = self.truth.fault if self.truth else None
        return fault.kind if fault and fault.record in {None, self.ordinal} else None


@dataclass(frozen=True)
class Said:
    """One line of a decisions file; `refused`: words with which the story wants it refused, if it does."""

    decided_at: datetime
    actor: str
    role: str
    action: str
    target: str
    field: str = ""
    value: str = ""
    reason: str = ""
    cause_party: str = ""
    sample_id: str = ""
    refused: str = ""

    def cells(self) -> dict[str, str]:
        """Return the line as the cells of a decisions file."""
        said = {name: text for name, text in vars(self).items() if name != "refused"}
        return {**said, "decided_at": iso(self.decided_at), "reason_code": ""}


def decide_on(case: Case, seed: int, now: datetime) -> list[Said]:
    """Return what people will say about a case that lies on their desks now, in order of time."""
    draw = random.Random(f"{seed}/{case.key}/{case.round}")  # noqa: S311 - an invented world, no secret
    if all(one.approvers for one in case.exceptions):
        return [said for one in case.exceptions for said in _approve(one, case, draw, now)]
    role = _role(case.exceptions)
    actor = draw.choice(people().roles[role].names)
    at = done_at(now, _hours(people().roles[role].hours, draw), actor, case.client)
    said: list[Said] = []
    if case.kind in ASKED and case.round == 0 and case.ordinal is not None:
        target = str(case.exceptions[0].record_id)
        said.append(Said(at, actor, role, "query_client", target, reason="Which value is right?"))
        at = done_at(at, _hours(people().client_answers, draw), "", case.client)
        said.append(Said(at, actor, role, "client_answered", target))
        at += timedelta(minutes=draw.randint(4, 40))
    said += [Said(at, actor, role, **words) for words in _words(case, draw)]
    return said


def _approve(one: Open, case: Case, draw: random.Random, now: datetime) -> list[Said]:
    """Let approvers look at what a gate holds, one after another until it has the approvals it waits for."""
    team = people().roles[APPROVER]
    wanted = right_values(case) if case.truth is not None and case.ordinal is not None else {}
    wrong = [name for name, value in wanted.items() if name in CRITICAL and not same(case.read.get(name), value)]
    refuses = draw.random() < float(people().refuses)
    said: list[Said] = []
    at = now
    for actor in draw.sample(team.names, len(team.names)):
        at = done_at(at, _hours(team.hours, draw), actor, case.client)
        if wrong or refuses:
            reason = f"{wrong[0]} is not what the document says" if wrong else "not in the budget of the department"
            return [*said, Said(at, actor, APPROVER, "reject", one.exception_id, reason=reason)]
        own = actor in case.hands
        said.append(
            Said(
                at,
                actor,
                APPROVER,
                "approve",
                one.exception_id,
                reason="as ordered",
                refused=TURNED_AWAY if own else "",
            )
        )
        if sum(not each.refused for each in said) == one.approvers:
            break
    return said


def _role(exceptions: Sequence[Open]) -> str:
    owners = {one.owner for one in exceptions}
    return owners.pop() if len(owners) == 1 and owners <= people().roles.keys() else "supervisor"


def _hours(span: tuple[Decimal, Decimal], draw: random.Random) -> float:
    return draw.uniform(float(span[0]), float(span[1]))


def done_at(start: datetime, hours: float, actor: str, client: str) -> datetime:
    """Return when somebody is done: so many working hours later, longer for the slow and in a slump."""
    crew, zone = people(), ZoneInfo(people().zones[client])
    slump = crew.slump
    hours *= float(crew.slow.get(actor, 1))
    local = _working(start.astimezone(zone))
    if client == slump.client and slump.start <= local.date() <= slump.end:
        hours *= float(slump.times)
    left = timedelta(hours=hours)
    while (room := _end_of_day(local) - local) < left:
        left -= room
        local = _working(_end_of_day(local) + timedelta(seconds=1))
    return (local + left).astimezone(ZoneInfo("UTC")).replace(microsecond=0)


def _end_of_day(local: datetime) -> datetime:
    return datetime.combine(local.date(), time(people().closes), local.tzinfo)


def _working(local: datetime) -> datetime:
    """Return a moment of office hours: itself, or the next opening."""
    day, crew = local.date(), people()
    if local.hour >= crew.closes:
        day += timedelta(days=1)
    day = _workday(day)
    opening = datetime.combine(day, time(crew.opens), local.tzinfo)
    return max(local, opening) if day == local.date() else opening


def _workday(day: date) -> date:
    while day.weekday() > 4:
        day += timedelta(days=1)
    return day


Words = dict[str, str]


def _words(case: Case, draw: random.Random) -> list[Words]:
    if case.ordinal is None or case.truth is None:
        return [_whole(one, case) for one in case.exceptions]
    if case.kind in SENT_BACK or (case.kind in UNSURE and draw.random() < 0.5):
        return [_reject(case, f"{case.kind}: sent back to the seller")]
    if case.round > 2:
        return [_reject(case, "cannot be settled from the document; sent back")]
    if case.kind == "unknown_vendor":
        return [_override(one, "new vendor, confirmed by purchasing") for one in case.exceptions]
    return _settled(case, draw)


def _whole(one: Open, case: Case) -> Words:
    """Decide about a document or batch as such."""
    if "reject" in one.actions and case.truth is not None and "override" not in one.actions:
        return {"action": "reject", "target": one.exception_id, "reason": "sender asked for a new copy"}
    if case.kind == "same_file" and "reject" in one.actions:
        return {"action": "reject", "target": one.exception_id, "reason": "the same file came before"}
    return _override(one, "confirmed with the sender by phone")


def _override(one: Open, reason: str) -> Words:
    action = "override" if "override" in one.actions else "withdraw"
    return {"action": action, "target": one.exception_id, "reason": reason}


def _reject(case: Case, reason: str) -> Words:
    return {"action": "reject", "target": case.exceptions[0].exception_id, "reason": reason}


def _settled(case: Case, draw: random.Random) -> list[Words]:
    """Correct what was read or stated wrong, but for what was overlooked, and accept the rest as it is."""
    wanted = right_values(case)
    wrong = {name: value for name, value in wanted.items() if not same(case.read.get(name), value)}
    overlooked = _overlooked(case, wrong, draw)
    wrong = {name: value for name, value in wrong.items() if name not in overlooked}
    by_field = {one.field: one for one in case.exceptions if one.field and one.subject_id == one.record_id}
    said = [_correct(name, value, case, by_field.get(name)) for name, value in wrong.items()]
    for one in case.exceptions:
        if one.field in wrong and one.subject_id == one.record_id:
            continue
        if one.field not in wanted and one.field and one.subject_id == one.record_id and "correct" in one.actions:
            reason = "not on the document"
            said.append({"action": "correct", "target": one.exception_id, "field": one.field, "reason": reason})
        elif not wrong:
            said.append(_accepted(one, wanted))
    return said


def _overlooked(case: Case, wrong: Mapping[str, str], draw: random.Random) -> frozenset[str]:
    """Return what people do not see, now and then: a value that was read wrong and that nobody was asked about."""
    seen = sorted(name for name in wrong if name in CRITICAL and name in case.read)
    if case.kind in ASKED or not seen or draw.random() >= float(people().overlooked):
        return frozenset()
    return frozenset({draw.choice(seen)})


def _correct(name: str, value: str, case: Case, exception: Open | None) -> Words:
    target = exception.exception_id if exception else str(case.exceptions[0].record_id)
    return {"action": "correct", "target": target, "field": name, "value": value, "reason": "keyed from the document"}


def _accepted(one: Open, wanted: Mapping[str, str]) -> Words:
    if "override" in one.actions:
        return _override(one, "compared with the document; it is right")
    if one.field in wanted:
        reason = "read from the document"
        return {"action": "correct", "target": one.exception_id, "field": one.field, "value": wanted[one.field],
                "reason": reason}  # fmt: skip
    return {"action": "reject", "target": one.exception_id, "reason": "cannot be settled from the document"}


def right_values(case: Case) -> dict[str, str]:
    """Return the header fields as they should be: what the document states, and where that is wrong what is right."""
    assert case.truth is not None  # noqa: S101 - asked before
    assert case.ordinal is not None  # noqa: S101
    stated = case.truth.headers[case.ordinal - 1] if case.ordinal <= len(case.truth.headers) else {}
    right = case.truth.right[case.ordinal - 1] if case.ordinal <= len(case.truth.right) else {}
    if case.kind is None or case.kind == "unknown_vendor":
        return dict(stated)
    missing = {name: right[name] for name in CRITICAL if name in right and name not in stated}
    return {name: right.get(name, value) for name, value in stated.items()} | missing


def same(read: str | None, wanted: str) -> bool:
    """Tell whether a value as delivered is the right one, whatever its spaces, letter case or trailing zeros."""
    if read is None:
        return False
    try:
        return Decimal(read) == Decimal(wanted)
    except InvalidOperation:
        return "".join(read.split()).casefold() == "".join(wanted.split()).casefold()


@dataclass(frozen=True)
class Released:
    """One released record as QA and the client see it; `returned`: whether the client ever sent it back."""

    record_id: str
    client: str
    released_at: datetime
    values: Mapping[str, str]
    truth: DocumentTruth
    ordinal: int
    returned: bool = False


def inspected(records: Iterable[Released], seed: int) -> Iterator[Said]:
    """Yield what the QA keyer reads, the working day after release, in a share of the records."""
    crew = people()
    for one in records:
        draw = random.Random(f"{seed}/qa/{one.record_id}")  # noqa: S311 - an invented world, no secret
        if draw.random() >= float(crew.qa_share):
            continue
        at = done_at(one.released_at, draw.uniform(4, 14), crew.qa_name, one.client)
        case = Case(one.record_id, one.client, (), one.truth, one.ordinal, one.values)
        draw_id = f"qa-{at.isocalendar().year}-w{at.isocalendar().week:02}"
        for name, value in right_values(case).items():
            if name in CRITICAL:
                yield Said(at, crew.qa_name, "qa_keyer", "qa_score", one.record_id, name, value, sample_id=draw_id)


def piloted(case: Case, critical: Iterable[str], seed: int, now: datetime) -> Iterator[Said]:
    """Yield what the QA keyer reads of a record that is held for validation, where the draw falls on it.

    The keyer sees the document and not what the machine made of it, so a wrong total is read as it is printed.

    Args:
        case: of the record.
        critical: fields to be read.
        seed: of the world.
        now: when it came to the desks.
    """
    held = any(one.reason_code == HELD for one in case.exceptions)
    if not held or case.round or case.truth is None or case.ordinal is None:
        return
    if case.ordinal > len(case.truth.headers):
        return
    crew = people()
    draw = random.Random(f"{seed}/pilot/{case.key}")  # noqa: S311 - an invented world, no secret
    if draw.random() >= float(crew.pilot.share):
        return
    at = done_at(now, draw.uniform(2, 8), crew.qa_name, case.client)
    printed = case.truth.headers[case.ordinal - 1]
    for name in sorted(critical):
        value = _keyed(name, printed.get(name, ABSENT))
        yield Said(at, crew.qa_name, "qa_keyer", "qa_score", case.key, name, value, sample_id=f"pilot-{case.client}")


def _keyed(name: str, printed: str) -> str:
    """Return what a keyer writes: a printed day that does not exist, or that may be two, is none that can be keyed."""
    if not name.endswith("_date") or printed == ABSENT:
        return printed
    try:
        return date.fromisoformat(printed).isoformat()
    except ValueError:
        return ILLEGIBLE
