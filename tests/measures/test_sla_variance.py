"""SLA variance: actual against target."""

from statistics import stdev

import pytest

from tests.measures.world import DAY, HOUR, MONDAY, World

SAMPLE = [2, 3, 3, 4, 4, 5, 5, 6, 7, 8, 9, 10, 12, 15, 18, 20, 22, 26, 31, 48]


@pytest.fixture
def world() -> World:
    world = World()
    world.batch()
    return world


def test_sample_x(world: World) -> None:
    for hours in SAMPLE:
        world.record(released_at=MONDAY + hours * HOUR)
    world.target("turnaround_median", "8")
    world.target("turnaround_p90", "24")
    median, p90 = world.measure("sla_variance")
    assert (median["sla_term"], median["actual"], median["variance"], median["variance_pct"]) == pytest.approx(
        ("turnaround_median", 8.5, 0.5, 0.0625)
    )
    assert (p90["actual"], p90["variance"], p90["spread"]) == pytest.approx((26.5, 2.5, 18.0))
    assert (median["spread"], median["attainment"], p90["attainment"]) == pytest.approx((18.0, 0.85, 0.85))
    assert (median["ci_low"], median["ci_high"], p90["ci_low"], p90["ci_high"]) == (5, 18, 18, None)
    assert (median["small_n"], p90["small_n"]) == (True, True)
    assert (median["breached"], p90["breached"]) == (True, True)
    assert (p90["unit"], p90["direction"]) == ("hours", "lower_is_better")


def test_a_term_without_target_or_without_data_has_no_row(world: World) -> None:
    world.record(released_at=MONDAY + HOUR)
    world.target("first_pass_yield", "0.95")
    world.target("triage_p90", "4")
    world.target("critical_field_accuracy", "0.995")
    assert [row["sla_term"] for row in world.measure("sla_variance")] == ["first_pass_yield"]


@pytest.mark.parametrize(("target", "breached"), [("0.75", False), ("0.750001", True), ("0.5", False)])
def test_a_rate_is_breached_below_its_target(world: World, target: str, breached: bool) -> None:
    for number in range(4):
        record = world.record(released_at=MONDAY + HOUR)
        if number == 0:
            world.exception(record, resolved_at=MONDAY)
    world.target("first_pass_yield", target)
    row = world.only("sla_variance")
    yield_row = world.only("first_pass_yield")
    assert (row["actual"], row["breached"], row["spread"], row["attainment"]) == (0.75, breached, None, None)
    assert [row[name] for name in ("n", "small_n", "ci_low", "ci_high", "ci_method")] == [
        yield_row[name] for name in ("n", "small_n", "ci_low", "ci_high", "ci_method")
    ]


def test_a_duration_exactly_at_its_target_is_kept(world: World) -> None:
    world.record(released_at=MONDAY + 4 * HOUR)
    world.target("turnaround_p90", "4")
    row = world.only("sla_variance")
    assert (row["breached"], row["variance"], row["attainment"]) == (False, 0, 1)


def test_exception_terms(world: World) -> None:
    record = world.record()
    for hours in (1, 2, 3, 4, 10):
        opened = MONDAY
        world.exception(record, opened, triaged_at=opened + HOUR, resolved_at=opened + hours * HOUR)
    world.target("triage_p90", "0.5")
    world.target("resolve_p90", "8")
    resolve, triage = world.measure("sla_variance")
    assert (resolve["sla_term"], resolve["actual"], resolve["spread"], resolve["attainment"]) == pytest.approx(
        ("resolve_p90", 7.6, 4.6, 0.8)
    )
    assert (triage["actual"], triage["attainment"], triage["breached"]) == (1, 0, True)
    exceptions = world.only("exceptions")
    assert exceptions["resolve_p90_hours"] == resolve["actual"]


def test_accuracy_term(world: World) -> None:
    world.field("total")
    for read in "xxxy":
        world.score(world.record(released_at=MONDAY), "total", read)
    world.target("critical_field_accuracy", "0.995")
    row = world.only("sla_variance")
    assert (row["actual"], row["n"], row["breached"]) == (0.75, 4, True)
    assert row["variance"] == pytest.approx(-0.245)


def test_a_roll_up_has_a_row_only_where_all_units_share_the_target(world: World) -> None:
    world.batch("b2", priority="priority", entity="acme-de")
    world.batch("b3", client="bolt")
    for batch in ("b1", "b2"):
        world.record(batch, released_at=MONDAY + HOUR)
    for priority in ("standard", "priority"):
        world.target("first_pass_yield", "0.95", priority=priority)
        world.target("turnaround_p90", "4" if priority == "priority" else "24", priority=priority)
    assert [row["sla_term"] for row in world.measure("sla_variance")] == ["first_pass_yield"]
    assert len(world.measure("sla_variance", priority="priority")) == 2
    world.record("b3", released_at=MONDAY + HOUR)  # a client without a target
    assert world.measure("sla_variance") == []
    assert [row["sla_term"] for row in world.measure("sla_variance", client="acme")] == ["first_pass_yield"]


def test_volatility_needs_four_periods_and_takes_the_last_eight(world: World) -> None:
    hours = [5, 9, 1, 4, 8, 2, 2, 7, 3, 6]
    world.target("turnaround_p90", "4")
    for number, each in enumerate(hours):
        received = MONDAY + number * 2 * DAY  # every other day: periods without data are no periods
        world.batch(f"v{number}", received_at=received)
        world.record(f"v{number}", released_at=received + each * HOUR)
    found = [row["volatility"] for row in world.measure("sla_variance", "day")]
    assert found[:3] == [None] * 3
    assert found[3:] == pytest.approx([stdev(hours[max(0, end - 8) : end]) for end in range(4, 11)])


def test_a_target_of_zero_has_no_percentage(world: World) -> None:
    world.record(released_at=MONDAY + HOUR)
    world.target("turnaround_p90", "0")
    row = world.only("sla_variance")
    assert (row["variance"], row["variance_pct"]) == (1, None)
