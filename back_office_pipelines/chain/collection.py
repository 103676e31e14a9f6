"""Before the chain's beginning: what lies in the declared channels is put into the inbox, then the inbox is registered.

What belongs here: which channels there are, where they lie, and what becomes of their problems. What does not: how one
is read (`intake/channels`).
"""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from pathlib import Path

from back_office_pipelines.chain.office import Office
from back_office_pipelines.chain.registration import Registered, register_inbox
from back_office_pipelines.dictionary.store import Contracts
from back_office_pipelines.intake.channels.declaration import FILE_NAME, Channel, Drop, Maildir, load_channels
from back_office_pipelines.intake.channels.delivery import Collected
from back_office_pipelines.intake.channels.drop import collect_drop
from back_office_pipelines.intake.channels.maildir import collect_maildir
from back_office_pipelines.intake.channels.staging import Destination, remove_leftovers
from back_office_pipelines.settings import Settings


def declared_channels(settings: Settings, contracts: Contracts) -> tuple[Channel, ...]:
    """Return the channels of a back office; none where nothing declares any.

    Raises:
        DictionaryError: the declaration breaks its format.
    """
    return load_channels(settings.dictionaries / FILE_NAME, contracts)


def rests(contracts: Contracts, channel: Channel) -> bool:
    """Whether a channel is left alone, because its lane is not in use here."""
    return channel.terms.lane not in contracts.lanes


def folder_of(settings: Settings, place: str) -> Path:
    """Return a folder or file that a channel names; relative ones lie below the data folder."""
    return settings.data / place


def collect(office: Office, channels: Sequence[Channel], as_of: datetime) -> Collected:
    """Put what lies in some channels into the inbox, and clear away what dead processes staged there.

    One collects at a time; the HTTP endpoint may deliver meanwhile.

    Args:
        office: the back office.
        channels: to collect from.
        as_of: what came after this moment is left for later.

    Raises:
        StorageError: the disk of the inbox refused; what was not taken still lies in its channel.
    """
    collected = Collected()
    working = [channel for channel in channels if not rests(office.contracts, channel)]
    if not working:
        return collected
    with office.ledger.lock("collection"):
        inbox = office.settings.inbox
        remove_leftovers(inbox, {channel.terms.lane for channel in working})
        destination = Destination(inbox, {batch_id for _, batch_id in office.ledger.registered()})
        for channel in working:
            collected.add(_collect_one(office, channel, destination, as_of))
    return collected


def _collect_one(office: Office, channel: Channel, destination: Destination, as_of: datetime) -> Collected:
    terms = channel.terms
    if isinstance(terms, Maildir):
        return collect_maildir(channel, terms, folder_of(office.settings, terms.folder), destination, as_of)
    if isinstance(terms, Drop):
        return collect_drop(channel, terms, folder_of(office.settings, terms.folder), destination, as_of)
    return Collected()  # what comes by HTTP is put into the inbox by the endpoint


def collect_and_register(
    office: Office, inbox: Path, as_of: datetime, actor: str, submitter: str | None = None
) -> Registered:
    """Register an inbox as `register_inbox` does, after collecting the channels where it is the office's own.

    Args:
        office: the back office.
        inbox: folder of lanes and batches; channels deliver to that of the settings only.
        as_of: time of it all.
        actor: who it is done for.
        submitter: person at the keyboard; None for a machine.

    Raises:
        UsageError: the inbox is no folder.
        DictionaryError: the declaration of channels breaks its format.
        StorageError: the disk refused.
    """
    if inbox.resolve() != office.settings.inbox.resolve():
        return register_inbox(office, inbox, as_of, actor, submitter)
    collected = collect(office, declared_channels(office.settings, office.contracts), as_of)
    registered = register_inbox(office, inbox, as_of, actor, submitter, in_channels=collected.problems)
    return replace(registered, later=[*registered.later, *collected.later])
