"""The smallest world: one honest file of each medium, and every kind of fault once.

What belongs here: putting them together. What does not: how each is made (`story`, `faults`). Tests and first looks
need all of it in seconds; the rates of the world are another matter.
"""

import random
from collections.abc import Collection, Iterator
from datetime import date, datetime
from itertools import islice
from zoneinfo import ZoneInfo

from back_office_pipelines.samples.world.cast import Cast, Stream, cast_of
from back_office_pipelines.samples.world.companies import Company
from back_office_pipelines.samples.world.faults import kinds
from back_office_pipelines.samples.world.plan import BatchPlan, FilePlan, World
from back_office_pipelines.samples.world.story import COPIES, Story, copied, distinct_paths, fresh, reference, spoiled

WIRE = frozenset({"ubl", "cii", "csv"})
STREAM, LATER_STREAM = "de-email", "de-sftp"
ROUNDS = 40
"""Tries at a bill that has what a fault spoils."""


def showcase(seed: int = 1, faults: Collection[str] | None = None, *, every_medium: bool = False) -> World:
    """Return the smallest world, in three batches: honest post, honest wire, and what is wrong.

    Args:
        seed: decides the bills, and the medium of each fault.
        faults: kinds to plant; None for all of them.
        every_medium: plant each fault in every medium it fits instead of one.
    """
    cast = cast_of(seed)
    story = Story(seed, cast, faulty=0.0, scans=0.0)
    day = cast.file.start
    honest = tuple(_honest(story, cast, day))
    story.past["northwind"] = [one for one in honest if len(one.entries) == 1]
    wanted = kinds().keys() if faults is None else faults
    faulty = tuple(_faulty(story, cast, day, wanted, every_medium=every_medium))
    batches = (
        _batch("post", day, 9, tuple(one for one in honest if one.medium not in WIRE), STREAM),
        _batch("wire", day, 10, tuple(one for one in honest if one.medium in WIRE), LATER_STREAM),
        _batch("faulty", day, 11, faulty, LATER_STREAM),
    )
    return World(seed, tuple(one for one in batches if one.files), tuple(reference(story)))


def _batch(name: str, day: date, hour: int, files: tuple[FilePlan, ...], stream: str) -> BatchPlan:
    at = datetime(day.year, day.month, day.day, hour, 5, tzinfo=ZoneInfo("Europe/Berlin"))
    return BatchPlan(
        batch_id=f"showcase-{name}",
        client="northwind",
        entity="northwind-de",
        channel=stream.partition("-")[2],
        priority="standard",
        received_at=at,
        declares=frozenset({"document_count", "checksums"}),
        files=tuple(distinct_paths(files)),
    )


def _stream(cast: Cast, name: str) -> Stream:
    return next(stream for stream in cast.file.streams if stream.id == name)


def _sellers(cast: Cast) -> dict[str, Company]:
    """Return one seller of each medium, whichever entity it sells to."""
    found: dict[str, Company] = {}
    for entity in ("northwind-de", "northwind-us"):
        for medium, companies in cast.sellers[entity].items():
            found.setdefault(medium, companies[0])
    return found


def _honest(story: Story, cast: Cast, day: date) -> Iterator[FilePlan]:
    for medium, seller in sorted(_sellers(cast).items()):
        for turn in range(3 if medium in {"pdf", "ubl", "cii"} else 1):
            draw = random.Random(f"{story.seed}/{medium}/{turn}")  # noqa: S311 - an invented world, no secret
            yield fresh(story, _stream(cast, STREAM), seller, day, f"showcase/{medium}/{turn}", draw)


def _faulty(story: Story, cast: Cast, day: date, wanted: Collection[str], *, every_medium: bool) -> Iterator[FilePlan]:
    sellers = _sellers(cast)
    for kind, spec in kinds().items():
        if kind not in wanted:
            continue
        possible = [medium for medium in spec.media if medium in sellers]
        turned = possible[story.seed % len(possible) :] + possible[: story.seed % len(possible)]
        made = (one for medium in turned if (one := _one(story, cast, day, kind, medium)) is not None)
        yield from made if every_medium else islice(made, 1)


def _one(story: Story, cast: Cast, day: date, kind: str, medium: str) -> FilePlan | None:
    """Return a file with a fault; None where no bill of the medium's seller has what it spoils."""
    seller = _sellers(cast)[medium]
    for turn in range(ROUNDS):
        draw = random.Random(f"{story.seed}/{kind}/{medium}/{turn}")  # noqa: S311 - an invented world, no secret
        if kind in COPIES:
            past = [one for one in story.past["northwind"] if one.medium == medium]
            made = copied(kind, past, medium, draw)
        else:
            plan = fresh(story, _stream(cast, LATER_STREAM), seller, day, f"{kind}/{medium}/{turn}", draw)
            made = spoiled(plan, kind, seller, draw)
        if made is not None and made.planted is not None:
            return made
    return None
