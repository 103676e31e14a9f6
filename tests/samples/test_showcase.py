"""One of everything through the real chain: faults come out with their reasons, and people's decisions are taken."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from back_office_pipelines.cli.decide import record_lines
from back_office_pipelines.ledger.state import BatchKey
from back_office_pipelines.review.lines import Line
from back_office_pipelines.samples.world.cases import Said
from back_office_pipelines.samples.world.deciding import decide_on
from back_office_pipelines.samples.world.desk import cases_of, found_in, released_of
from back_office_pipelines.samples.world.inspecting import inspected, piloted
from back_office_pipelines.samples.world.returns import answers_to, is_returned, returned
from back_office_pipelines.samples.world.score import Score, score
from back_office_pipelines.samples.world.showcase import showcase
from back_office_pipelines.samples.world.truth import Truth, read_truth
from back_office_pipelines.samples.world.write import write_world
from back_office_pipelines.validation.automation import critical_fields
from tests.chain.office import SmallOffice, open_small_office

pytestmark = pytest.mark.server
AT = datetime(2026, 9, 28, 12, 0, tzinfo=UTC)
KEYS: list[BatchKey] = [("ap_invoices", f"showcase-{name}") for name in ("post", "wire", "faulty")]


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("showcase")
    write_world(showcase(1), folder)
    return folder


@pytest.fixture
def office(world: Path, dsn: str, tmp_path: Path) -> Iterator[SmallOffice]:
    small = open_small_office(dsn, tmp_path)
    settings = replace(small.office.settings, other_reference=world / "reference")
    small = SmallOffice(replace(small.office, settings=settings), world / "inbox")
    small.register(AT)
    small.run(AT)
    yield small
    small.office.close()


def scored(small: SmallOffice, truth: Truth) -> Score:
    return score(truth, *found_in(small.office.snapshot(), KEYS))


def lines_of(small: SmallOffice, truth: Truth, rounds: dict[str, int], now: datetime) -> list[Said]:
    snapshot = small.office.snapshot()
    said: list[Said] = []
    for key in KEYS:
        dictionary = small.office.bound_dictionary(snapshot.batches[key].dictionary_fingerprint)
        for case in cases_of(snapshot, key, "northwind", dictionary, truth, rounds):
            rounds[case.key] = case.round + 1
            said += decide_on(case, 1, now)
            said += piloted(case, critical_fields(dictionary), 1, now)
        said += list(inspected(released_of(snapshot, key, "northwind", truth), 1))
    return sorted(said, key=lambda one: one.decided_at)


def send_back(small: SmallOffice, truth: Truth, at: datetime) -> int:
    """Let a client find wrong sellers, let the house answer as it does; return how many records went out again."""
    snapshot, said = small.office.snapshot(), []
    for key in KEYS:
        for one in released_of(snapshot, key, "northwind", truth)[:4]:
            said += list(returned([replace(one, values={**one.values, "seller_name": "Nobody"})], 1))
    assert {(one.field, one.cause_party) for one in said} == {("seller_name", "provider")}
    at = file(small, said, at)
    snapshot, answers = small.office.snapshot(), []
    for key in KEYS:
        dictionary = small.office.bound_dictionary(snapshot.batches[key].dictionary_fingerprint)
        cases = [one for one in cases_of(snapshot, key, "northwind", dictionary, truth, {}) if is_returned(one)]
        answers += [line for case in cases for line in answers_to(case, 1, at)]
    file(small, answers, at)
    snapshot = small.office.snapshot()
    again = {row["record_id"] for key in KEYS for row in snapshot.rows(key, "released", "releases")
             if row["revision"] == 2}  # fmt: skip
    assert again == {one.target for one in said}
    back = [one for key in KEYS for one in released_of(snapshot, key, "northwind", truth) if one.record_id in again]
    assert list(returned(back, 1)) == []
    return len(again)


def file(small: SmallOffice, said: list[Said], at: datetime) -> datetime:
    """Record decisions, none of them refused, run what is due, and return when."""
    at = max([at, *(one.decided_at for one in said)]) + timedelta(hours=1)
    lines = [Line(number=number, **one.cells()) for number, one in enumerate(said, start=2)]
    judgement = record_lines(small.office, lines, at, KEYS)
    assert [(line.action, line.reason, why) for line, why in judgement.refused] == []
    small.run(at)
    return at


def test_every_planted_fault_has_its_reason_and_all_decisions_are_accepted(office: SmallOffice, world: Path) -> None:
    truth = read_truth(world)
    result = scored(office, truth)
    missed = {kind: rate.others for kind, rate in result.kinds.items() if rate.hits < rate.n}
    assert not missed, missed
    rounds: dict[str, int] = {}
    at, filed = AT, 0
    for _ in range(4):
        said = lines_of(office, truth, rounds, at)
        at = file(office, said, at)
        filed += len(said)
    assert filed > len(result.kinds)
    snapshot = office.office.snapshot()
    still = [row for key in KEYS for row in snapshot.rows(key, "validated", "exceptions") if row["state"] != "resolved"]
    assert [(row["reason_code"], row["observed"]) for row in still] == []
    assert send_back(office, truth, at) > 4
