"""The world: the same bytes for the same seed, manifests that intake accepts, rates that are what they should be."""

import hashlib
import json
from collections import Counter
from datetime import date
from decimal import Decimal
from pathlib import Path

import pypdfium2
import pytest

from back_office_pipelines.dictionary.taxonomy import EMITTED
from back_office_pipelines.errors import UsageError
from back_office_pipelines.extraction.document import extract_document
from back_office_pipelines.intake.manifest import read_manifest
from back_office_pipelines.intake.reference import read_rows
from back_office_pipelines.samples.pages.page import draw_in
from back_office_pipelines.samples.scan import scanned_pdf
from back_office_pipelines.samples.world.bills import bill_of
from back_office_pipelines.samples.world.cast import cast_file, cast_of
from back_office_pipelines.samples.world.faults import kinds
from back_office_pipelines.samples.world.plan import BatchPlan, FilePlan, World
from back_office_pipelines.samples.world.score import Found, score
from back_office_pipelines.samples.world.showcase import showcase
from back_office_pipelines.samples.world.story import RELAUNCH_WEEK, tell, tell_thinly
from back_office_pipelines.samples.world.truth import read_truth
from back_office_pipelines.samples.world.write import draw_batch, write_world
from tests.scenario import contracts, dictionary


def content_of(folder: Path) -> dict[str, bytes]:
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


@pytest.fixture(scope="module")
def week() -> World:
    """Three days of it: enough for every stream."""
    return tell(1, 3)


def files_of(batch: BatchPlan) -> list[FilePlan]:
    return [part for one in batch.files for part in (one.members or (one,))]


def test_the_same_seed_writes_the_same_bytes_and_another_seed_others(tmp_path: Path) -> None:
    for name, seed in (("a", 1), ("b", 1), ("c", 2)):
        write_world(showcase(seed), tmp_path / name)
    first, second, other = (content_of(tmp_path / name) for name in "abc")
    assert first == second
    assert first != other
    with pytest.raises(UsageError, match="another world"):
        write_world(showcase(2), tmp_path / "a")


def test_a_story_told_again_is_the_same_story_and_a_longer_one_begins_alike(week: World) -> None:
    assert tell(1, 3) == week
    assert tell(1, 2).batches == week.batches[: len(tell(1, 2).batches)]
    assert tell(2, 2).batches != tell(1, 2).batches
    assert {batch.channel for batch in tell(1, 3, scans=0).batches} == {"email", "portal", "sftp", "api"}


def test_manifests_are_accepted_and_true_but_for_what_is_planted(tmp_path: Path) -> None:
    world = showcase(3, ("same_file", "empty"))
    written = write_world(world, tmp_path)
    for plan in world.batches:
        folder = written.inbox / "ap_invoices" / plan.batch_id
        manifest = read_manifest(folder / "manifest.yaml", plan.batch_id)
        files = {path.name: path for path in folder.iterdir() if path.name != "manifest.yaml"}
        assert manifest.document_count == len(files) == len(plan.files)
        assert manifest.checksums == {
            name: f"sha256:{hashlib.sha256(path.read_bytes()).hexdigest()}" for name, path in files.items()
        }
        assert manifest.client in contracts().exhibits
        assert manifest.entity in contracts().exhibits[manifest.client].entities


def test_control_totals_are_the_sums_of_what_the_documents_state(week: World) -> None:
    summed = 0
    for plan in week.batches:
        if "control_totals" not in plan.declares or len(plan.files) > 45:
            continue
        drawn = draw_batch(plan)
        sums: Counter[str] = Counter()
        for truth in drawn.truths:
            for record in truth["records"]:
                if record["record_type"] == "invoice":
                    sums[record["fields"]["currency"]] += Decimal(record["fields"]["gross_total"])  # type: ignore[assignment]
        stated: Counter[str] = Counter()
        for one in plan.files:
            for entry in one.entries:
                stated[entry.stated.invoice.currency] += entry.stated.totals.gross_total  # type: ignore[assignment]
        assert sums == stated
        summed += 1
    assert summed


def test_two_clients_three_entities_two_zones_every_channel_and_a_holiday(week: World) -> None:
    assert {batch.client for batch in week.batches} == {"northwind", "meridian"}
    assert len({batch.entity for batch in week.batches}) == 3
    assert {batch.channel for batch in week.batches} == {"email", "portal", "sftp", "api", "scan"}
    zones = {exhibit.calendar.time_zone for exhibit in contracts().exhibits.values()}
    assert len(zones) == 2
    for client, days in cast_file().holidays.items():
        assert set(days) <= set(contracts().exhibits[client].calendar.holidays)
    times = [batch.received_at for batch in week.batches]
    assert times == sorted(times)


def test_reference_tables_have_the_headers_that_are_declared_and_know_every_honest_seller(week: World) -> None:
    vendors: dict[str, set[str]] = {}
    for table in week.reference:
        rows = read_rows(table.content, dictionary().reference[table.table], table.table)
        if table.table == "vendors":
            vendors[table.client] = {row["name"] for row in rows}
    for batch in week.batches:
        honest = {entry.honest.seller.name for one in files_of(batch) for entry in one.entries}
        assert honest <= vendors[batch.client]


def test_faults_have_codes_that_the_lane_knows_and_come_at_their_rate(week: World) -> None:
    assert all(set(kind.codes) <= EMITTED | dictionary().reasons.keys() for kind in kinds().values())
    files = [one for batch in week.batches for one in files_of(batch)]
    assert 0.05 < sum(one.planted is not None for one in files) / len(files) < 0.12


def test_an_original_comes_before_its_copy(week: World) -> None:
    seen: set[str] = set()
    copies = 0
    for batch in week.batches:
        for one in files_of(batch):
            if one.planted and one.planted.kind in {"same_file", "same_invoice", "similar_number"}:
                assert one.entries[0].honest.invoice.number in seen
                copies += 1
        seen |= {entry.honest.invoice.number for one in files_of(batch) for entry in one.entries}
    assert copies


def test_one_vendor_has_new_paper_from_week_five_on() -> None:
    one = cast_of(1).sellers["northwind-de"]["pdf"][0]
    assert RELAUNCH_WEEK == 5
    assert one.style() != one.style("modern", 1)


def test_a_scan_is_the_same_picture_every_time_and_has_no_text() -> None:
    one = cast_of(1).sellers["northwind-de"]["pdf"][0]
    buyer = cast_of(1).buyers["northwind-de"]
    bill = next(
        bill
        for turn in range(30)
        if len((bill := bill_of(one, buyer, "1", date(2026, 10, 1), None, f"scan/{turn}")).invoice.lines) == 1
    )
    page = draw_in(bill, one.style()).pdf
    scan = scanned_pdf(page, "1")
    assert scan == scanned_pdf(page, "1")
    with pypdfium2.PdfDocument(scan) as document:
        assert [picture.get_textpage().get_text_bounded() for picture in document] == [""]


def test_structured_media_are_read_back_as_their_truth_says(tmp_path: Path) -> None:
    written = write_world(showcase(1, ()), tmp_path)
    checked = 0
    for path in sorted(written.truth.glob("*.jsonl")):
        for truth in map(json.loads, path.read_text(encoding="utf-8").splitlines()):
            if truth["medium"] not in {"ubl", "cii", "fatturapa", "csv", "xlsx", "hybrid"}:
                continue
            content = (written.inbox / "ap_invoices" / truth["batch_id"] / truth["path"]).read_bytes()
            read = extract_document(content, truth["path"], dictionary())
            headers = [record for record in truth["records"] if record["record_type"] == "invoice"]
            assert [one.record_type for one in read.records].count("invoice") == len(headers)
            checked += 1
    assert checked > 8


def test_the_score_counts_what_was_caught_and_what_was_held_for_nothing(tmp_path: Path) -> None:
    written = write_world(showcase(1, ("wrong_gross", "empty")), tmp_path)
    truth = read_truth(written.inbox.parent)
    taken = list(truth.documents)
    planted = {one.fault.kind: one for one in truth.documents.values() if one.fault}
    clean = next(one for one in truth.documents.values() if one.fault is None)
    gross = planted["wrong_gross"]
    result = score(
        truth,
        [
            Found(gross.batch_id, gross.path, None, 1, "TOTALS_DISAGREE"),
            Found(clean.batch_id, clean.path, None, 1, "LOW_CONFIDENCE"),
        ],
        taken,
    )
    assert (result.caught.n, result.caught.hits) == (2, 1)
    assert result.kinds["empty"].others == {"ubl: nothing": 1} or result.kinds["empty"].others == {"pdf: nothing": 1}
    assert result.held.hits == 1
    assert result.held.n == sum(len(one.headers) for one in truth.documents.values() if one.fault is None)
    assert result.lines()[0].endswith("50.0% (1 of n = 2)")


def test_a_fault_that_was_never_taken_in_is_not_caught(tmp_path: Path) -> None:
    truth = read_truth(write_world(tell_thinly(2, 10), tmp_path).inbox.parent)
    first = truth.of_days(1)
    assert set(first.batches) < set(truth.batches) == set(truth.of_days(None).batches)
    assert {place[0] for place in first.documents} == {one.batch_id for one in first.batches}
    taken = list(first.documents)
    faults = sum(one.fault is not None for one in truth.documents.values()) + sum(len(b.faults) for b in truth.batches)
    seen, whole = score(first, [], taken), score(truth, [], taken)
    assert 0 <= seen.caught.n < whole.caught.n == faults
    assert (seen.unseen, whole.unseen) == (0, faults - seen.caught.n)
    assert f"(0 of n = {faults}); {whole.unseen} of them lie in what was not taken in" in whole.lines()[0]
    assert whole.held.n == seen.held.n


def test_the_thin_world_is_small_and_shows_the_whole_story() -> None:
    thin = tell_thinly(2)
    weeks = Counter(one.received_at.date().isocalendar().week for one in thin.batches)
    assert set(weeks.values()) == {2}
    assert len(weeks) == 8
    assert sum(len(files_of(one)) for one in thin.batches) < 150
    assert {one.planted for one in thin.batches} > {()}  # some batch declares what is not so
    assert not any(part.medium == "scan" for one in thin.batches for part in files_of(one))
