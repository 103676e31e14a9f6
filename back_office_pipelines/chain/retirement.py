"""Retirement: batches that are over and quiet leave the orchestrator; ledger, lake and figures keep them.

A batch is retired by a ledger entry of its own, then its partition key is removed from the orchestrator. Whatever later
concerns it (a decision, a redelivery) is appended behind an entry `reactivated`, in one transaction, so a batch is
retired exactly where the newest of these two kinds of entry says so. All of that happens under the locks of decisions
and registration. What belongs here: who may retire, and coming back. What does not: files (`compaction`).
"""

from collections.abc import Collection, Iterable, Iterator, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Protocol

from back_office_pipelines.chain.office import Office
from back_office_pipelines.chain.steps import batch_lock
from back_office_pipelines.errors import UsageError
from back_office_pipelines.ledger.entries import Draft
from back_office_pipelines.ledger.ledger import Ledger
from back_office_pipelines.ledger.snapshot import Snapshot, take_snapshot
from back_office_pipelines.ledger.state import BatchKey
from back_office_pipelines.validation.states import RECORDS, RESOLUTIONS, position

QUIET_DAYS = 90
"""How long nothing may have happened to a batch before it is retired, unless somebody says otherwise."""
AT_ONCE = 100
"""Batches whose locks are held together; decisions and registration wait no longer than these take."""


class Partitions(Protocol):
    """The partition keys that the orchestrator has for batches."""

    def known(self, lane: str) -> Collection[str]:
        """Return the batch ids of a lane that it knows."""

    def forget(self, lane: str, batch_ids: Sequence[str]) -> None:
        """Remove some; one that is gone already is no error."""


@dataclass(frozen=True)
class Terms:
    """On which terms batches are retired, and by whom.

    Attributes:
        as_of: moment of the retirement.
        quiet_days: for how many days before it nothing may have happened to a batch.
        submitter: person at the keyboard; None for a machine.
    """

    as_of: datetime
    actor: str
    quiet_days: int = QUIET_DAYS
    submitter: str | None = None

    @property
    def since(self) -> datetime:
        """Moment after which nothing may have happened.

        Raises:
            UsageError: the number of days is negative, or reaches beyond all calendars.
        """
        try:
            if self.quiet_days < 0:
                raise OverflowError
            return self.as_of - timedelta(days=self.quiet_days)
        except OverflowError:
            raise UsageError(
                "quiet days", f"{self.quiet_days} is no number of days", "give 0 or more, such as 90"
            ) from None


def retire(office: Office, terms: Terms) -> list[BatchKey]:
    """Retire every batch that is over and quiet, and return them in order.

    Raises:
        UsageError: the number of days makes no sense.
    """
    done: list[BatchKey] = []
    for some in _chunks(retirable(office, terms)):
        with _locked(office, some):
            over = _over(office, office.ledger.quiet(terms.since, some))  # somebody may have been faster
            said = {"quiet_days": terms.quiet_days, "submitter": terms.submitter}
            office.ledger.append([Draft("retired", terms.as_of, terms.actor, said, *key) for key in over])
            done += over
    return done


def retirable(office: Office, terms: Terms) -> list[BatchKey]:
    """Return the batches that are over and quiet and not retired yet, in order; nothing is changed."""
    quiet = office.ledger.quiet(terms.since) - office.ledger.retired()
    return [key for some in _chunks(sorted(quiet)) for key in _over(office, some)]


def forget_retired(office: Office, partitions: Partitions) -> list[BatchKey]:
    """Remove the partition keys of retired batches that the orchestrator still has, and return these batches.

    Also those of earlier retirements that died before they came to it.
    """
    retired = office.ledger.retired()
    known = {lane: frozenset(partitions.known(lane)) for lane in {lane for lane, _ in retired}}
    left = sorted(key for key in retired if key[1] in known[key[0]])
    for some in _chunks(left):
        with _locked(office, some):
            still = office.ledger.retired(some)
            for lane in {lane for lane, _ in still}:
                partitions.forget(lane, sorted(batch_id for of, batch_id in still if of == lane))
    return left


def with_reactivations(ledger: Ledger, drafts: Sequence[Draft]) -> list[Draft]:
    """Return acts with the entries before them that bring the retired batches among theirs back.

    The caller appends them together, holding the lock of registration or of decisions, which retirement holds too.
    """
    concerned = {(draft.lane, draft.batch_id): draft for draft in reversed(drafts)}
    keys = [(lane, batch_id) for lane, batch_id in concerned if lane is not None and batch_id is not None]
    back = [
        Draft("reactivated", concerned[key].as_of, concerned[key].actor, {"because": concerned[key].kind}, *key)
        for key in sorted(ledger.retired(keys))
    ]
    return [*back, *drafts]


def _over(office: Office, keys: Iterable[BatchKey]) -> list[BatchKey]:
    wanted = sorted(keys)
    snapshot = take_snapshot(office.ledger, office.lake, wanted)
    return [key for key in wanted if key in snapshot.newest and is_over(snapshot, key)]


def is_over(snapshot: Snapshot, key: BatchKey) -> bool:
    """Whether nothing is due on a batch, every record of it is released or rejected, and no exception is open."""
    if snapshot.due(key, None):
        return False
    released = {(row["record_id"], row["revision"]) for row in snapshot.rows(key, "released", "releases")}
    final = all(
        row["state"] in RECORDS.terminal or (row["record_id"], row["revision"]) in released
        for row in snapshot.rows(key, "validated", "record_states")
    )
    return final and all(position(row) in RESOLUTIONS for row in snapshot.rows(key, "validated", "exceptions"))


def _locked(office: Office, keys: Iterable[BatchKey]) -> AbstractContextManager[None]:
    """Hold everything under which something could come to concern these batches; batches first, as `decide` does."""
    return office.ledger.lock(*(batch_lock(*key) for key in sorted(keys)), "decisions", "registration")


def _chunks(keys: Sequence[BatchKey]) -> Iterator[Sequence[BatchKey]]:
    for start in range(0, len(keys), AT_ONCE):
        yield keys[start : start + AT_ONCE]
