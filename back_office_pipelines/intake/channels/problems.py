"""What can be wrong with a thing in a channel, as problems of the inbox: named, owned and clocked like all others."""

from back_office_pipelines.intake.channels.declaration import Channel
from back_office_pipelines.intake.channels.delivery import place_of
from back_office_pipelines.intake.problems import Problem

RULE = "channel"
"""The rule they break: everything that lies in a channel can be taken."""


def unreadable(channel: Channel, name: str, observed: str, expected: str) -> Problem:
    """Return the problem of something that cannot be opened."""
    return _problem(channel, name, "UNREADABLE", observed, expected)


def too_large(channel: Channel, name: str, size: int) -> Problem:
    """Return the problem of a file that is larger than its channel takes."""
    limit = f"at most {channel.terms.largest} bytes (largest_mib in channels.yaml)"
    return _problem(channel, name, "LIMIT_EXCEEDED", f"{size} bytes", limit)


def incomplete(channel: Channel, name: str, observed: str, expected: str) -> Problem:
    """Return the problem of something of which a part has not come in time."""
    return _problem(channel, name, "BATCH_INCOMPLETE", observed, expected)


def conflict(channel: Channel, name: str, batch_id: str) -> Problem:
    """Return the problem of a delivery whose place in the inbox holds something else."""
    what = f"folder {channel.terms.lane}/{batch_id} of the inbox holds something else"
    return _problem(channel, name, "BATCH_CONFLICT", what, "a folder that only this channel writes")


def _problem(channel: Channel, name: str, reason_code: str, observed: str, expected: str) -> Problem:
    return Problem(place_of(channel, name), RULE, reason_code, observed, expected, client=channel.terms.client)
