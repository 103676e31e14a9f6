"""The story: which batch arrives when, which bills are in it, and what is wrong with some of them.

What belongs here: deciding, in order of arrival, since copies and numbers depend on what came before. What does not:
drawing (`draw`) and writing (`write`).
"""

import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from back_office_pipelines.samples.bill import Bill
from back_office_pipelines.samples.world.bills import bill_of
from back_office_pipelines.samples.world.cast import Cast, Stream, cast_of, thin_cast_of
from back_office_pipelines.samples.world.companies import Company
from back_office_pipelines.samples.world.faults import Hand, fits, is_of_content, kinds, planted, spoil
from back_office_pipelines.samples.world.plan import BatchPlan, Entry, FilePlan, Medium, Planted, Reference, World
from back_office_pipelines.samples.world.reference import Order, mondays, order_book, vendor_master
from back_office_pipelines.samples.world.strangers import stranger

WEEKS = 8
FAULTY = 0.09
"""Share of files with something wrong in them."""
THIN_FAULTY = 0.15
"""The same in the thin world, whose few files would else show few kinds."""
FAULTY_BATCH = 0.12
"""Share of batches that declare something that is not so, of those that declare anything."""
SCANS = 0.005
WEEKDAY = (1.3, 1.0, 0.9, 1.0, 0.8)
MONTH_TURN = 1.5
AFTER_HOLIDAY = 1.6
RELAUNCH_WEEK = 5
COPIES = frozenset({"same_file", "same_invoice", "similar_number"})
DAMAGES = frozenset({"encrypted", "empty", "unsupported"})
LOOK_ALIKE = {"0": "O", "1": "I", "5": "S", "8": "B"}


@dataclass
class Story:
    """The story while it is told.

    Attributes:
        numbers: last invoice number of each seller.
        past: honest files of each client, which copies are made of.
    """

    seed: int
    cast: Cast
    faulty: float
    scans: float
    numbers: dict[str, int] = field(default_factory=dict)
    orders: list[Order] = field(default_factory=list)
    past: dict[str, list[FilePlan]] = field(default_factory=dict)
    batches: list[BatchPlan] = field(default_factory=list)


def tell(
    seed: int, days: int = 5 * WEEKS, faulty: float = FAULTY, scans: float = SCANS, cast: Cast | None = None
) -> World:
    """Return the world of a seed.

    Args:
        seed: decides everything.
        days: business days from the start of the story on.
        faulty: share of files with something wrong.
        scans: share of files that are scans; recognising one takes seconds.
        cast: who takes part; None for everybody of the seed.
    """
    cast = cast or cast_of(seed)
    story = Story(seed, cast, faulty, scans)
    for day in business_days(cast.file.start, days):
        for received_at, stream in sorted(_arrivals(story, day), key=lambda one: one[0]):
            batch = _batch(story, stream, day, received_at)
            if batch.files:
                story.batches.append(batch)
                story.past.setdefault(batch.client, []).extend(_honest(batch))
    return World(seed, tuple(story.batches), tuple(reference(story)))


def tell_thinly(seed: int, days: int = 5 * WEEKS) -> World:
    """Return the thin world of a seed: its eight weeks in small batches without scans, played in a minute or two."""
    return tell(seed, days, THIN_FAULTY, 0.0, thin_cast_of(seed))


def _arrivals(story: Story, day: date) -> Iterator[tuple[datetime, Stream]]:
    """Yield the streams of a day with the moments at which their batches come."""
    for stream in story.cast.file.streams:
        entity = story.cast.file.entities[stream.entity]
        if day.weekday() in stream.days and day not in story.cast.holidays(entity.client):
            draw = random.Random(f"{story.seed}/arrival/{stream.id}/{day}")  # noqa: S311 - an invented world, no secret
            at = datetime.combine(day, time.fromisoformat(stream.at), ZoneInfo(entity.zone))
            yield at + timedelta(minutes=draw.randint(0, 55), seconds=draw.randint(0, 59)), stream


def _honest(batch: BatchPlan) -> Iterator[FilePlan]:
    """Yield the files of a batch that copies can be made of: one honest bill each."""
    for one in (member for file in batch.files for member in (file.members or (file,))):
        if one.planted is None and one.medium in {"pdf", "ubl", "cii", "fatturapa", "hybrid"}:
            yield one


def business_days(start: date, count: int) -> list[date]:
    """Return so many days from Monday to Friday."""
    return [start + timedelta(days=7 * (at // 5) + at % 5) for at in range(count)]


def reference(story: Story) -> Iterator[Reference]:
    """Yield the tables of every client, as the story has them by now."""
    start = story.cast.file.start
    for client in sorted({entity.client for entity in story.cast.file.entities.values()}):
        yield vendor_master(client, story.cast.vendors(client), start - timedelta(days=28))
        yield from order_book(client, story.orders, mondays(start, WEEKS))


def _batch(story: Story, stream: Stream, day: date, received_at: datetime) -> BatchPlan:
    entity = story.cast.file.entities[stream.entity]
    batch_id = f"{stream.id}-{day.isoformat()}"
    draw = random.Random(f"{story.seed}/batch/{batch_id}")  # noqa: S311 - an invented world, no secret
    count = max(1, round(stream.size * _load(story, entity.client, day) * draw.uniform(0.85, 1.15)))
    if stream.channel == "scan":
        count = max(1, round(count * story.scans / SCANS)) if story.scans else 0
    files = _wrapped([_file(story, stream, day, f"{batch_id}/{n}") for n in range(count)], stream, draw)
    return BatchPlan(
        batch_id=batch_id,
        client=entity.client,
        entity=stream.entity,
        channel=stream.channel,
        priority=stream.priority,
        received_at=received_at,
        declares=_declares(stream, files),
        files=tuple(distinct_paths(files)),
        planted=_batch_faults(stream, files, draw),
    )


def _load(story: Story, client: str, day: date) -> float:
    """Return how busy a day is: its weekday, the turn of the month, and what piled up over a holiday."""
    near = {(day + timedelta(days=shift)).month for shift in (-2, -1, 0, 1)}
    turn = MONTH_TURN if len(near) > 1 else 1.0
    piled = AFTER_HOLIDAY if day - timedelta(days=1) in story.cast.holidays(client) else 1.0
    return WEEKDAY[day.weekday()] * turn * piled


def _declares(stream: Stream, files: Sequence[FilePlan]) -> frozenset[str]:
    """Return what the manifest declares; sums only where every file states its own."""
    whole = all(one.damage is None and "gross_total" not in _omitted(one) for one in files)
    return stream.declares if whole else stream.declares - {"control_totals"}


def _omitted(plan: FilePlan) -> frozenset[str]:
    return frozenset(name for entry in plan.entries for name in entry.stated.omits)


BATCH_FAULTS = {
    "control_totals": ("CONTROL_TOTAL", "The declared total is not the sum of the documents."),
    "document_count": ("DOCUMENT_COUNT", "The declared number of documents is one too many."),
    "checksums": ("CHECKSUM_MISMATCH", "A declared checksum is not the file's."),
}


def _batch_faults(stream: Stream, files: Sequence[FilePlan], draw: random.Random) -> tuple[Planted, ...]:
    declared = sorted(_declares(stream, files))
    if not declared or draw.random() > FAULTY_BATCH:
        return ()
    kind = draw.choice(declared)
    code, says = BATCH_FAULTS[kind]
    return (Planted(kind, (code,), says),)


def distinct_paths(files: Sequence[FilePlan]) -> Iterator[FilePlan]:
    """Yield the files, none of them under the path of an earlier one."""
    taken: set[str] = set()
    for one in files:
        path = one.path
        while path in taken:
            path = f"copy-of-{path}"
        taken.add(path)
        yield replace(one, path=path)


def _wrapped(files: list[FilePlan], stream: Stream, draw: random.Random) -> list[FilePlan]:
    """Put some files into e-mails, one or two together."""
    made: list[FilePlan] = []
    while files:
        one = files.pop(0)
        if draw.random() >= float(stream.wraps) or not one.entries:
            made.append(one)
            continue
        together = [one, files.pop(0)] if files and files[0].entries and draw.random() < 0.3 else [one]
        made.append(FilePlan(path=f"{_stem(one.path)}.eml", medium="eml", members=tuple(distinct_paths(together))))
    return made


def _stem(path: str) -> str:
    return path.rpartition(".")[0]


def _file(story: Story, stream: Stream, day: date, key: str) -> FilePlan:
    draw = random.Random(f"{story.seed}/file/{key}")  # noqa: S311 - an invented world, no secret
    client = story.cast.file.entities[stream.entity].client
    seller, group = _seller(story, stream, draw)
    kind = _kind(story, group, draw)
    if kind in COPIES:
        copy = copied(kind, story.past.get(client, []), group, draw)
        if copy is not None:
            return copy
        kind = None
    plan = fresh(story, stream, seller, day, key, draw)
    return plan if kind is None else spoiled(plan, kind, seller, draw)


def _seller(story: Story, stream: Stream, draw: random.Random) -> tuple[Company, str]:
    """Return who sends the next file, and under which group of media; the first of a group sends the most."""
    groups = story.cast.sellers[stream.entity]
    wanted = {"scan": "pdf"}
    choices = [
        (one, medium, weight)
        for medium in stream.media
        for at, one in enumerate(groups[wanted.get(medium, medium)])
        for weight in [(3.0 if at == 0 else 1.0) * (0.25 if medium in {"csv", "xlsx"} else 1.0)]
    ]
    one, medium, _ = draw.choices(choices, [weight for *_, weight in choices])[0]
    return one, medium


def _kind(story: Story, group: str, draw: random.Random) -> str | None:
    if group == "scan" or draw.random() >= story.faulty:
        return None
    named = {"abroad": ("abroad",) * 12 + ("pdf",)}.get(group, (group,))
    weights = {name: sum(kind.weight for medium in named if medium in kind.media) for name, kind in kinds().items()}
    possible = [name for name, weight in weights.items() if weight]
    return draw.choices(possible, [weights[name] for name in possible])[0]


def fresh(story: Story, stream: Stream, seller: Company, day: date, key: str, draw: random.Random) -> FilePlan:
    """Return an honest file."""
    medium: Medium = "scan" if stream.channel == "scan" else seller.medium  # type: ignore[assignment]
    count = draw.randint(3, 9) if medium in {"csv", "xlsx"} else 1
    bills = [_bill(story, stream, seller, day, f"{key}/{n}", draw) for n in range(count)]
    turn = 1 if _relaunched(story, stream, seller, day) else 0
    style = seller.style(None if not turn else "modern", turn) if medium in {"pdf", "hybrid", "scan"} else None
    suffix = {"csv": "csv", "xlsx": "xlsx", "pdf": "pdf", "hybrid": "pdf", "scan": "pdf"}.get(medium, "xml")
    name = f"{_initial(seller)}_{bills[0].invoice.number.replace('/', '-')}.{suffix}"
    lines = "/lines" if medium == "csv" and draw.random() < 0.5 else ""
    return FilePlan(name, medium, tuple(Entry(bill, bill) for bill in bills), style, seed=f"{key}{lines}")


def _initial(seller: Company) -> str:
    return seller.vendor_id.lower()


def _relaunched(story: Story, stream: Stream, seller: Company, day: date) -> bool:
    """Tell whether a seller shows its new paper: the busiest seller of the German office does from week five on."""
    if seller is not story.cast.sellers["northwind-de"]["pdf"][0]:
        return False
    return stream.entity == "northwind-de" and (day - story.cast.file.start).days >= 7 * (RELAUNCH_WEEK - 1)


def _bill(story: Story, stream: Stream, seller: Company, day: date, key: str, draw: random.Random) -> Bill:
    first = random.Random(f"{seller.style_seed}/first")  # noqa: S311 - an invented world, no secret
    number = story.numbers.get(seller.vendor_id, first.randint(101, 98000))
    story.numbers[seller.vendor_id] = number + draw.randint(1, 3)
    issued = day - timedelta(days=draw.randint(1, 6))
    entity = story.cast.file.entities[stream.entity]
    order = entity.order.format(n=len(story.orders) + 1042) if draw.random() < 0.6 else None
    bill = bill_of(
        seller, story.cast.buyers[stream.entity], f"{seller.prefix}{number}", issued, order, f"{story.seed}/bill/{key}"
    )
    if order is not None:
        ordered = issued - timedelta(days=draw.randint(10, 40))
        came = issued - timedelta(days=draw.randint(0, 9))
        story.orders.append(
            Order(
                order, entity.client, stream.entity, seller.vendor_id, ordered, came, seller.currency,
                bill.totals.net_total,
            )
        )  # fmt: skip
    return bill


def copied(kind: str, past: Sequence[FilePlan], group: str, draw: random.Random) -> FilePlan | None:
    """Return an earlier file once more: its bytes, its invoice on other paper, or nearly its number."""
    recent = [one for one in past[-160:] if one.medium in kinds()[kind].media]
    if not recent or group in {"csv", "xlsx", "abroad"}:
        return None
    first = draw.choice(recent)
    fault = planted(kind, None if kind == "same_file" else 1)
    if kind == "same_file":
        return replace(first, planted=fault, path=f"again_{first.path}")
    (entry,) = first.entries
    number = entry.honest.invoice.number
    if kind == "similar_number":
        number = _slipped(number, draw)
    stated = replace(entry.stated, invoice=entry.stated.invoice.model_copy(update={"number": number}))
    if kind == "same_invoice":  # the copy differs in what identifies nothing, so that its bytes differ
        stated = replace(stated, invoice=stated.invoice.model_copy(update={"notes": ("Duplicate / Copy",)}))
    return replace(first, entries=(Entry(stated, entry.honest),), planted=fault, path=f"copy_{first.path}")


def _slipped(number: str, draw: random.Random) -> str:
    """Return a number with one slip: a digit that looks like a letter, or the last digit mistyped."""
    at = len(number) - 1 - next(n for n, letter in enumerate(reversed(number)) if letter.isdecimal())
    letter = number[at]
    other = LOOK_ALIKE.get(letter) if draw.random() < 0.5 else None
    return number[:at] + (other or str((int(letter) + 4) % 10)) + number[at + 1 :]


def spoiled(plan: FilePlan, kind: str, seller: Company, draw: random.Random) -> FilePlan:
    """Return a file with a fault of a kind, or as it was where the kind finds nothing to spoil."""
    if kind in DAMAGES or kind == "unreadable":
        damage = "truncated" if kind == "unreadable" else kind
        return replace(plan, damage=damage, planted=planted(kind))  # type: ignore[arg-type]
    if kind == "hybrid_mismatch":
        shown = spoil("wrong_gross", plan.entries[0].honest, draw, Hand(plan.style))
        return replace(plan, shown=_consistent(shown), planted=planted(kind, 1))
    at = draw.randrange(len(plan.entries))
    honest = plan.entries[at].honest
    if kind == "unknown_vendor":
        stated = stranger(honest, seller, draw)
    elif is_of_content(kind) and fits(kind, honest):
        honest = _ambiguous_day(honest) if kind == "ambiguous_date" else honest
        stated = spoil(kind, honest, draw, Hand(plan.style))
    else:
        return plan
    entries = (*plan.entries[:at], Entry(stated, honest), *plan.entries[at + 1 :])
    return replace(plan, entries=entries, planted=planted(kind, at + 1))


def _consistent(bill: Bill) -> Bill:
    """Let the page of a forged hybrid add up: what it shows more stands as a charge in its net total."""
    totals = bill.totals
    more = totals.gross_total - totals.net_total - totals.tax_total
    return replace(bill, totals=replace(totals, net_total=totals.net_total + more))


def _ambiguous_day(bill: Bill) -> Bill:
    """Move a bill to a day whose number could be a month's, and is not its own month's."""
    issued = bill.invoice.issue_date
    while issued.day > 12 or issued.day == issued.month:
        issued -= timedelta(days=1)
    return replace(bill, invoice=bill.invoice.model_copy(update={"issue_date": issued}))
