"""What exceptions observed in earlier validations, found by the tables that the ledger names.

What belongs here: which validation people saw at a moment, and its row. What does not: what is kept of it with a
decision (`review/shown`).
"""

from collections.abc import Iterator
from datetime import datetime

from back_office_pipelines.chain.office import Office
from back_office_pipelines.ledger.state import BatchKey, Materialization, materialization_of
from back_office_pipelines.review.docket import Subject
from back_office_pipelines.review.shown import Observation, Recall
from back_office_pipelines.storage.tables import fixed_tables


def recall_of(office: Office) -> Recall:
    """Return how what an exception observed at a moment is looked up in what its batch's validations made."""

    def recall(exception: Subject, at: datetime) -> Observation | None:
        return observed_at(office, exception.batch, str(exception.exception_id), at)

    return recall


def observed_at(office: Office, key: BatchKey, exception_id: str, at: datetime) -> Observation | None:
    """Return what an exception observed at a moment: as the newest validation up to then left it.

    Raises:
        LakeError: the table of that validation is missing or damaged.
    """
    made = next((one for one in _validations(office, key) if one.as_of <= at), None)
    if made is None:
        return None
    rows = office.lake.read(fixed_tables()["exceptions"], *key, made.writes["exceptions"].hash)
    found = (row for row in rows if row["exception_id"] == exception_id)
    return next((Observation(row["observed"], row["expected"]) for row in found), None)


def _validations(office: Office, key: BatchKey) -> Iterator[Materialization]:
    """Yield the validations of a batch, newest first."""
    made = map(materialization_of, reversed(office.ledger.entries("materialization", *key)))
    return (one for one in made if one.stage == "validated")
