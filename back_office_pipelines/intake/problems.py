"""Problems of an inbox: what nobody could take, as batches of the built-in lane `_intake`.

A problem becomes a batch of its own, named after the place and content it concerns, so that the same problem seen again
is the same batch, and other content in the same place is another. What is observed there is registered like a delivery:
a first time, and again whenever it is seen otherwise. A problem that is not seen any more is registered once more
without its finding, and validation then supersedes the exception. What belongs here: names and changes of such batches.
What does not: looking for problems (`inbox`, `registration`), and what becomes of exceptions (`validation/`).
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from back_office_pipelines.dictionary.home import INTAKE_LANE
from back_office_pipelines.dictionary.model import Dictionary
from back_office_pipelines.intake.identity import short_hash
from back_office_pipelines.ledger.state import Batch, BatchKey

NONE = "(none)"
"""Value of a grain column where the sender named nothing; never empty, so that roll-ups stay readable."""
_LONGEST = 60
_LONGEST_TEXT = 500


@dataclass(frozen=True)
class Problem:
    """Why something in an inbox could not be taken.

    Attributes:
        place: path in the inbox, such as `ap_invoices/b1`.
        rule: what it breaks.
        reason_code: entry of the taxonomy.
        observed: what was found.
        expected: what would have passed.
        mark: tells this content from other content in the same place.
        client: whose it is, as far as that could be read.
    """

    place: str
    rule: str
    reason_code: str
    observed: str
    expected: str
    mark: str = ""
    client: str = NONE

    @property
    def batch_id(self) -> str:
        """Name of its batch in lane `_intake`."""
        readable = re.sub(r"[^A-Za-z0-9]+", "-", self.place).strip("-")[:_LONGEST]
        return f"{readable or 'unnamed'}-{short_hash(self.place, self.mark)}"

    @property
    def finding(self) -> Mapping[str, str]:
        """What the ledger keeps of it."""
        return {
            "rule": self.rule,
            "reason_code": self.reason_code,
            "observed": _printable(f"{self.place}: {self.observed}"),
            "expected": _printable(self.expected),
        }

    def __str__(self) -> str:
        """Return it as the sentence that a command prints."""
        return _printable(f"{self.place}: {self.observed}; what helps: {self.expected} ({self.reason_code}).")


def shown_name(name: str) -> str:
    """Return a file name as text that can be stored: bytes that are no UTF-8 are written as escapes."""
    return name.encode(errors="surrogateescape").decode(errors="backslashreplace")


def _printable(text: str) -> str:
    """Return text of people and senders as a ledger and a terminal can keep it: one line, no control characters."""
    short = text if len(text) <= _LONGEST_TEXT else f"{text[:_LONGEST_TEXT]} …"
    return "".join(one if one.isprintable() else one.encode("unicode_escape").decode() for one in short)


def plan_problems(
    problems: Iterable[Problem],
    registered: Mapping[BatchKey, Batch],
    home: Dictionary,
    inbox: str,
    sequence: int,
    as_of: datetime,
) -> list[Batch]:
    """Return the registrations that bring lane `_intake` up to what is seen in an inbox.

    Args:
        problems: what is seen now.
        registered: newest registration of every batch.
        home: contract of lane `_intake`.
        inbox: whose problems these are; those of other inboxes stay as they are.
        sequence: intake sequence of the first registration.
        as_of: moment of looking; what was registered at a later moment stays as it is.
    """
    seen: dict[str, list[Problem]] = {}
    for problem in problems:
        seen.setdefault(problem.batch_id, []).append(problem)
    known = {key[1]: batch for key, batch in registered.items() if key[0] == INTAKE_LANE}
    gone = [name for name, batch in known.items() if batch.inbox == inbox and batch.problems and name not in seen]
    made: list[Batch] = []
    for name in sorted([*seen, *gone]):
        before = known.get(name)
        if before is not None and before.registered_at > as_of:
            continue
        found = tuple(dict(one.finding) for one in seen.get(name, ()))
        if before is None or before.problems != found or before.inbox != inbox:
            client = seen[name][0].client if name in seen else known[name].client
            made.append(_observation(name, before, found, client, home, inbox, sequence + len(made), as_of))
    return made


def _observation(
    batch_id: str,
    before: Batch | None,
    found: Sequence[Mapping[str, str]],
    client: str,
    home: Dictionary,
    inbox: str,
    sequence: int,
    as_of: datetime,
) -> Batch:
    return Batch(
        lane=INTAKE_LANE,
        batch_id=batch_id,
        delivery=before.delivery + 1 if before else 1,
        client=client,
        entity=NONE,
        channel=NONE,
        priority="standard",
        received_at=before.received_at if before else as_of,
        registered_at=as_of,
        intake_sequence=sequence,
        declared_documents=None,
        control_totals={},
        checksums={},
        dictionary_version=home.version,
        dictionary_fingerprint=home.fingerprint,
        folder_fingerprint="",
        inbox=inbox,
        problems=tuple(found),
    )
