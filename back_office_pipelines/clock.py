"""As-of time: the one moment at which an invocation's machine acts occur.

Every stage receives the as-of time as an argument; nothing below `cli/` and `defs/` asks what time it is. Wall-clock
time appears in the ledger's `recorded_at` only, where Postgres writes it.
"""

from datetime import UTC, datetime

from back_office_pipelines.errors import UsageError


def now() -> datetime:
    """Return the current moment in UTC, to the second, the resolution of every as-of time."""
    return datetime.now(UTC).replace(microsecond=0)


def parse_moment(text: str, thing: str) -> datetime:
    """Parse an ISO 8601 moment with an offset into UTC.

    Args:
        text: for example "2026-11-20T14:05:00-05:00".
        thing: what the moment belongs to, for the error message.

    Raises:
        UsageError: the text is no ISO 8601 moment, or names no offset. A local time without offset means different
            moments in different places, so it is refused rather than guessed.
    """
    try:
        moment = datetime.fromisoformat(text.strip())
    except ValueError:
        raise UsageError(thing, f"{text!r} is no ISO 8601 time", "write it like 2026-11-20T14:05:00-05:00") from None
    if moment.tzinfo is None:
        raise UsageError(thing, f"{text!r} has no offset", "add one, for example Z or -05:00")
    try:
        return moment.astimezone(UTC).replace(microsecond=0)
    except OverflowError:
        raise UsageError(thing, f"{text!r} lies outside the calendar", "correct the year") from None


def iso(moment: datetime) -> str:
    """Return the canonical text of a moment: UTC, to the second, ending in Z."""
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
