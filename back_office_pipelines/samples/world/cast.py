"""The cast: clients and their entities, the companies that sell to them, and the streams their bills arrive by.

What belongs here: reading `cast.yaml` and making the companies it asks for. What does not: what happens (`story`).
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import Literal

from back_office_pipelines.dictionary.primitives import Exact, Frozen, QuotedDate
from back_office_pipelines.dictionary.strict_yaml import load_mapping
from back_office_pipelines.samples.model import Country, Party
from back_office_pipelines.samples.pages.style import layout_names
from back_office_pipelines.samples.world.companies import HOME_LANGUAGE, Company, company, distinct

HERE = Path(__file__).parent


class Entity(Frozen):
    """A legal entity of a client: the buyer on its bills.

    Attributes:
        zone: time zone of its office.
        order: pattern of its order numbers.
        sellers: countries of its sellers, by the kind of file they send.
        abroad: countries of sellers who write English although their country does not.
    """

    client: str
    country: Country
    zone: str
    name: str
    street: str
    postcode: str
    city: str
    region: str | None = None
    vat_id: str | None = None
    order: str
    sellers: Mapping[str, tuple[Country, ...]]
    abroad: tuple[Country, ...]


class Stream(Frozen):
    """Batches that arrive in a rhythm: weekdays, local time, how many files of which kinds."""

    id: str
    entity: str
    channel: Literal["email", "portal", "sftp", "api", "scan"]
    priority: Literal["standard", "priority"]
    days: tuple[int, ...]
    at: str
    size: int
    wraps: Exact = Decimal(0)
    media: tuple[str, ...]
    declares: frozenset[str]


class Thin(Frozen):
    """What the thin world keeps of a stream."""

    days: tuple[int, ...]
    size: int


class CastFile(Frozen):
    """The file."""

    start: QuotedDate
    holidays: Mapping[str, tuple[QuotedDate, ...]]
    entities: Mapping[str, Entity]
    streams: tuple[Stream, ...]
    thin: Mapping[str, Thin]


@dataclass(frozen=True)
class Cast:
    """Everybody of one seed.

    Attributes:
        sellers: companies by entity and kind of file; those who write English from abroad under `abroad`.
    """

    file: CastFile
    buyers: Mapping[str, Party]
    sellers: Mapping[str, Mapping[str, tuple[Company, ...]]]

    def holidays(self, client: str) -> frozenset[date]:
        """Return the days on which nobody sends this client anything."""
        return frozenset(self.file.holidays.get(client, ()))

    def vendors(self, client: str) -> tuple[Company, ...]:
        """Return the companies a client knows, in order of their numbers."""
        entities = [name for name, entity in self.file.entities.items() if entity.client == client]
        known = {one.vendor_id: one for name in entities for group in self.sellers[name].values() for one in group}
        return tuple(known[number] for number in sorted(known))


@cache
def cast_file() -> CastFile:
    """Return the file as it is written."""
    return CastFile.model_validate(load_mapping(HERE / "cast.yaml"))


def cast_of(seed: int) -> Cast:
    """Return everybody of one seed."""
    file, places = cast_file(), []
    for name, entity in file.entities.items():
        places += [(name, medium, country) for medium, all_ in entity.sellers.items() for country in all_]
        places += [(name, "abroad", country) for country in entity.abroad]
    made = distinct([_seller(at, *place[1:], str(seed)) for at, place in enumerate(places, start=1)])
    sellers: dict[str, dict[str, tuple[Company, ...]]] = {}
    for (name, medium, _), one in zip(places, made, strict=True):
        group = sellers.setdefault(name, {})
        group[medium] = (*group.get(medium, ()), one)
    return Cast(file, {name: _buyer(name, entity) for name, entity in file.entities.items()}, sellers)


def thin_cast_of(seed: int) -> Cast:
    """Return everybody of one seed with few streams left, and those with one small batch a week."""
    cast = cast_of(seed)
    left = cast.file.thin
    streams = tuple(
        stream.model_copy(update={"days": left[stream.id].days, "size": left[stream.id].size})
        for stream in cast.file.streams
        if stream.id in left
    )
    return replace(cast, file=cast.file.model_copy(update={"streams": streams}))


def _seller(number: int, medium: str, country: Country, seed: str) -> Company:
    """Return a seller; the layouts take turns, so that all of them are in use."""
    language = "en" if medium == "abroad" else HOME_LANGUAGE[country]
    names = layout_names(language)
    kind = "pdf" if medium == "abroad" else medium
    return company(number, country, kind, seed, names[number % len(names)], language)


def _buyer(name: str, entity: Entity) -> Party:
    return Party(
        name=entity.name,
        street=entity.street,
        postcode=entity.postcode,
        city=entity.city,
        country=entity.country,
        region=entity.region,
        vat_id=entity.vat_id,
        contact="Accounts Payable",
        phone="000",
        email=f"payables@{name}.example",
    )
