"""Writing the world to disk: the inbox, the clients' tables, and the truth beside them and never inside.

What belongs here: folders, manifests and the order in which files appear. What does not: what is in a file.
"""

import hashlib
import io
import json
from collections.abc import Iterable, Mapping
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from decimal import Decimal
from functools import partial
from multiprocessing import get_context
from pathlib import Path
from typing import Any

from ruamel.yaml import YAML

from back_office_pipelines.errors import UsageError
from back_office_pipelines.samples.world.draw import draw_file
from back_office_pipelines.samples.world.plan import LANE, BatchPlan, World
from back_office_pipelines.samples.world.truth import WORLD

MANIFEST = "manifest.yaml"


@dataclass(frozen=True)
class Written:
    """What was written.

    Attributes:
        inbox: folder of lanes and batches.
        reference: folder of the clients' tables.
        truth: one JSON line a document, one file a batch.
        batches: ids in order of arrival.
        documents: files of all batches; attachments of e-mails count as documents too.
        records: bills in them.
        faults: planted ones.
    """

    inbox: Path
    reference: Path
    truth: Path
    batches: tuple[str, ...]
    documents: int
    records: int
    faults: int


@dataclass(frozen=True)
class DrawnBatch:
    """One batch in memory."""

    plan: BatchPlan
    files: Mapping[str, bytes]
    truths: tuple[Mapping[str, Any], ...]


def write_world(world: World, folder: Path, processes: int = 1) -> Written:
    """Write `inbox/ap_invoices/<batch>/…`, `reference/…` and `truth/<batch>.jsonl` below a folder.

    The same world gives the same bytes, in any number of processes.

    Raises:
        UsageError: another world lies there.
    """
    folder.mkdir(parents=True, exist_ok=True)
    _refuse_another(folder, world)
    for table in world.reference:
        _write(folder / "reference" / table.client / table.table / f"{table.as_of}.csv", table.content)
    truths = [truth for batch in _drawn(world, processes) for truth in _deliver(folder, batch)]
    _write(folder / WORLD, _json(_card(world)))
    return Written(
        inbox=folder / "inbox",
        reference=folder / "reference",
        truth=folder / "truth",
        batches=tuple(batch.batch_id for batch in world.batches),
        documents=len(truths),
        records=sum(record["record_type"] == "invoice" for truth in truths for record in truth["records"]),
        faults=sum(truth["planted"] is not None for truth in truths) + sum(len(b.planted) for b in world.batches),
    )


def _drawn(world: World, processes: int) -> Iterable[DrawnBatch]:
    if processes == 1:
        yield from map(draw_batch, world.batches)
        return
    with ProcessPoolExecutor(processes, mp_context=get_context("spawn")) as pool:
        yield from pool.map(draw_batch, world.batches, chunksize=2)


def draw_batch(plan: BatchPlan) -> DrawnBatch:
    """Draw every file of a batch."""
    draw = partial(draw_file, batch_id=plan.batch_id, sent_at=plan.received_at)
    drawn = {one.path: draw(one) for one in plan.files}
    truths = tuple(truth for one in drawn.values() for truth in one.truths)
    return DrawnBatch(plan, {path: one.content for path, one in drawn.items()}, truths)


def _card(world: World) -> dict[str, Any]:
    batches = {
        batch.batch_id: {
            "client": batch.client,
            "received_at": batch.received_at.isoformat(),
            "planted": [{"kind": one.kind, "codes": list(one.codes), "says": one.says} for one in batch.planted],
        }
        for batch in world.batches
    }
    return {"seed": world.seed, "batches": batches}


def _refuse_another(folder: Path, world: World) -> None:
    card = folder / WORLD
    if card.exists() and card.read_bytes() != _json(_card(world)):
        raise UsageError(f"sample folder {folder}", "it holds another world", "choose an empty folder")
    foreign = folder / "inbox" / LANE
    if not card.exists() and foreign.is_dir() and any(foreign.iterdir()):
        known = {batch.batch_id for batch in world.batches}
        strange = sorted(path.name for path in foreign.iterdir() if path.name not in known)
        if strange:
            raise UsageError(f"sample folder {folder}", f"it holds batch {strange[0]}", "choose an empty folder")


def _deliver(folder: Path, batch: DrawnBatch) -> tuple[Mapping[str, Any], ...]:
    """Write the truth, the files, then the manifest in one step: it completes the batch."""
    plan = batch.plan
    lines = (json.dumps(truth, ensure_ascii=False) for truth in batch.truths)
    _write(folder / "truth" / f"{plan.batch_id}.jsonl", ("\n".join(lines) + "\n").encode())
    home = folder / "inbox" / LANE / plan.batch_id
    for path, content in batch.files.items():
        _write(home / path, content)
    part = home / f".{MANIFEST}.part"
    _write(part, manifest_bytes(batch))
    part.replace(home / MANIFEST)
    return batch.truths


def manifest_bytes(batch: DrawnBatch) -> bytes:
    """Return the manifest, with what is wrong in it on purpose."""
    plan, wrong = batch.plan, {one.kind for one in batch.plan.planted}
    content: dict[str, Any] = {
        "client": plan.client,
        "entity": plan.entity,
        "channel": plan.channel,
        "priority": plan.priority,
        "received_at": plan.received_at.isoformat(),
        "delivery": 1,
    }
    if "document_count" in plan.declares:
        content["document_count"] = len(plan.files) + ("document_count" in wrong)
    if "control_totals" in plan.declares:
        more = Decimal("100.00") if "control_totals" in wrong else Decimal(0)
        content["control_totals"] = _control_totals(plan, more)
    if "checksums" in plan.declares:
        sums = {path: f"sha256:{hashlib.sha256(batch.files[path]).hexdigest()}" for path in sorted(batch.files)}
        if "checksums" in wrong:
            sums[min(sums)] = f"sha256:{hashlib.sha256(b'another file').hexdigest()}"
        content["checksums"] = sums
    text = io.BytesIO()
    writer = YAML(typ="rt", pure=True)
    writer.width = 200
    writer.dump(content, text)
    return text.getvalue()


def _control_totals(plan: BatchPlan, more: Decimal) -> dict[str, dict[str, str]]:
    """Add up the gross totals as the documents state them, by currency; the first sum is off by `more`."""
    sums: dict[str, Decimal] = {}
    for one in plan.files:
        for entry in one.entries:
            currency = entry.stated.invoice.currency
            sums[currency] = sums.get(currency, Decimal("0.00")) + entry.stated.totals.gross_total
    if sums:
        sums[min(sums)] += more
    return {currency: {"gross_total": str(amount)} for currency, amount in sorted(sums.items())}


def _json(content: object) -> bytes:
    return (json.dumps(content, indent=1, ensure_ascii=False) + "\n").encode()


def _write(path: Path, content: bytes) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content)
