"""Accuracy from scored samples: verdicts, strata, clusters, weights."""

import pytest

from tests.measures.world import DAY, MONDAY, World

ACCEPTED = MONDAY + DAY


@pytest.fixture
def world() -> World:
    world = World()
    world.batch()
    for number in range(8):
        world.field(f"f{number}")
    return world


def sample(world: World, route: str, accepted: int, errors: list[int], fields: int = 1) -> None:
    """Add accepted records of a route, of which the first are inspected with the given numbers of wrong fields."""
    for number in range(accepted):
        record = world.record(accepted_at=ACCEPTED, state="accepted", route=route)
        if number < len(errors):
            for field in range(fields):
                world.score(record, f"f{field}", "y" if field < errors[number] else "x")


def verdict(world: World) -> str:
    word = world.only("controls.qa_scores")["verdict"]
    assert isinstance(word, str)
    return word


@pytest.mark.parametrize(
    ("read", "accepted", "expected"),
    [
        ("x", "x", "correct"),
        ("y", "x", "wrong"),
        ("X", "x", "wrong"),
        ("absent", None, "correct"),
        ("absent", "x", "wrong"),
        ("x", None, "wrong"),
        ("illegible", "x", "illegible"),
        ("illegible", None, "illegible"),
    ],
)
def test_verdicts(world: World, read: str, accepted: str | None, expected: str) -> None:
    world.score(world.record(released_at=ACCEPTED), "f0", read, accepted)
    assert verdict(world) == expected


@pytest.mark.parametrize(
    ("read", "accepted", "spec", "expected"),
    [
        ("10", "10.00", {"type": "decimal"}, "correct"),
        ("10.01", "10.00", {"type": "decimal"}, "wrong"),
        ("1234567890123456.10", "1234567890123456.1", {"type": "decimal"}, "correct"),
        ("10", "10.00", {}, "wrong"),
        ("Straße", "STRASSE", {"compare": "casefold"}, "correct"),
        ("Strasse 1", "STRASSE", {"compare": "casefold"}, "wrong"),
        ("MR. D.I.Y. (M) SDN BHD", "Mr.D.I.Y.(M) Sdn. Bhd.", {"compare": "name"}, "correct"),
        ("MR. D.I.Y. SDN BHD", "MR D.L.Y. SDN BHD", {"compare": "name"}, "wrong"),
    ],
)
def test_how_a_field_is_compared(world: World, read: str, accepted: str, spec: dict[str, str], expected: str) -> None:
    world.field("special", **spec)
    world.score(world.record(released_at=ACCEPTED), "special", read, accepted)
    assert verdict(world) == expected


def test_the_latest_score_of_a_draw_counts(world: World) -> None:
    record = world.record(released_at=ACCEPTED)
    world.score(record, "f0", "y", decided_at=MONDAY + 2 * DAY)
    world.score(record, "f0", "x", None, decided_at=MONDAY + 3 * DAY)
    row = world.only("critical_field_accuracy")
    assert (row["inspected"], row["correct"]) == (1, 1)


def test_spot_checks_and_records_not_accepted_enter_no_measure(world: World) -> None:
    world.score(world.record(released_at=ACCEPTED), "f0", "y", sample_id=None)
    world.score(world.record(), "f0", "y")
    assert world.measure("critical_field_accuracy") == world.measure("field_accuracy") == []
    assert len(world.measure("controls.qa_scores")) == 2


def test_illegible_is_excluded_and_counted(world: World) -> None:
    record = world.record(released_at=ACCEPTED)
    world.score(record, "f0", "x")
    world.score(record, "f1", "illegible")
    world.score(world.record(released_at=ACCEPTED), "f0", "illegible")
    row = world.only("critical_field_accuracy")
    assert (row["inspected"], row["correct"], row["illegible"], row["documents"]) == (1, 1, 2, 1)
    assert world.only("field_accuracy")["inspected"] == 1


def test_scores_of_a_child_are_its_headers(world: World) -> None:
    world.field("quantity", record_type="line")
    record = world.record(released_at=ACCEPTED, route="review")
    world.score(world.child(record), "quantity", "x")
    row = world.only("controls.qa_scores")
    assert (row["header_record_id"], row["record_type"], row["route"]) == (record, "line", "review")
    assert world.only("critical_field_accuracy")["documents"] == 1


def test_the_period_is_that_of_the_acceptance(world: World) -> None:
    record = world.record(accepted_at=ACCEPTED, state="accepted")
    world.score(record, "f0", "x", decided_at=MONDAY + 29 * DAY)
    assert [str(row["period_start"]) for row in world.measure("critical_field_accuracy")] == ["2026-01-01"]


def test_fields_cluster_in_documents(world: World) -> None:
    sample(world, "auto", 2000, [0] * 190 + [1] * 9 + [3], fields=8)
    row = world.only("critical_field_accuracy")
    assert (row["inspected"], row["correct"], row["documents"]) == (1600, 1588, 200)
    assert (row["accuracy"], row["raw_accuracy"]) == pytest.approx((0.9925, 0.9925))
    deff = 1.458172 * (1 - 200 / 2000)  # the worked number, with the finite population correction
    assert row["design_effect"] == pytest.approx(deff, abs=1e-6)
    assert row["effective_n"] == pytest.approx(1600 / deff, abs=1e-3)


def test_strata_are_weighted_by_their_accepted_records(world: World) -> None:
    sample(world, "auto", 8000, [1] * 3 + [0] * 197)
    sample(world, "sample", 1500, [1] * 9 + [0] * 141)
    sample(world, "review", 500, [1] * 8 + [0] * 92)
    row = world.only("critical_field_accuracy")
    assert row["accuracy"] == pytest.approx(0.975)
    assert row["effective_n"] == pytest.approx(439.334703, abs=1e-4)
    assert (1 - row["ci_high"], 1 - row["ci_low"]) == pytest.approx((0.014010, 0.044225), abs=1e-6)
    assert 1 - row["raw_accuracy"] == pytest.approx(0.044444, abs=1e-6)
    routes = {row["route"]: row["accuracy"] for row in world.measure("field_accuracy")}
    assert routes == pytest.approx({"auto": 0.985, "sample": 0.94, "review": 0.92})


def test_a_stratum_without_inspection_is_left_out_of_the_weights(world: World) -> None:
    sample(world, "auto", 30, [1] + [0] * 9)
    sample(world, "review", 500, [])
    assert world.only("critical_field_accuracy")["accuracy"] == pytest.approx(0.9)


def test_documents_with_many_fields_weigh_more_within_their_stratum(world: World) -> None:
    large, small = world.record(released_at=ACCEPTED), world.record(released_at=ACCEPTED)
    for field in range(3):
        world.score(large, f"f{field}", "x")
    world.score(small, "f0", "y")
    for _ in range(8):
        world.record(released_at=ACCEPTED)
    row = world.only("critical_field_accuracy")
    assert row["accuracy"] == pytest.approx(0.75)
    # p = 1/4: the squares of y - p·m sum to (0 - 3/4)² + (1 - 1/4)² = 1.125; v = 0.8 · 1.125 ÷ (2 · 2²)
    assert row["design_effect"] == pytest.approx(0.8 * 1.125 / 8 * 4 / 0.1875)


def test_a_single_document_counts_as_one_draw(world: World) -> None:
    sample(world, "auto", 1000, [2], fields=8)
    row = world.only("critical_field_accuracy")
    assert row["design_effect"] == pytest.approx(8 * 0.999)


@pytest.mark.parametrize("wrong", [0, 1])
def test_the_design_effect_is_one_at_no_error_and_at_nothing_but_errors(world: World, wrong: int) -> None:
    sample(world, "auto", 100, [wrong] * 20)
    row = world.only("critical_field_accuracy")
    assert (row["design_effect"], row["effective_n"], row["accuracy"]) == (1, 20, 1 - wrong)
    bound = row["ci_high"] if wrong else 1 - row["ci_low"]
    assert bound == pytest.approx(0.161125, abs=1e-6)


def test_a_census_still_has_an_interval(world: World) -> None:
    sample(world, "auto", 40, [1] * 4 + [0] * 36)
    row = world.only("critical_field_accuracy")
    assert (row["design_effect"], row["small_n"]) == (1, False)
    assert row["ci_low"] < 0.9 < row["ci_high"]


def test_weighted_accuracy_is_a_macro_figure_over_the_fields(world: World) -> None:
    weights = {"total": 5, "iban": 5, "invoice_number": 3, "issue_date": 3, "purchase_order": 1}
    wrong = {"total": 2, "iban": 1, "invoice_number": 4, "issue_date": 3, "purchase_order": 14}  # of 200
    for field, weight in weights.items():
        world.field(field, "critical" if weight == 5 else "major" if weight == 3 else "minor", weight)
    for number in range(200):
        record = world.record(released_at=ACCEPTED)
        for field in weights:
            world.score(record, field, "y" if number < wrong[field] else "x")
    row = world.only("critical_field_accuracy")
    assert row["weighted_accuracy"] == pytest.approx(0.985294, abs=1e-6)
    assert (row["inspected"], row["raw_accuracy"]) == (400, pytest.approx(0.9925))


def test_weighted_accuracy_weighs_the_strata_of_each_field(world: World) -> None:
    sample(world, "auto", 90, [0] * 10)
    sample(world, "review", 10, [1] * 10)
    row = world.only("critical_field_accuracy")
    assert (row["accuracy"], row["weighted_accuracy"]) == pytest.approx((0.9, 0.9))


def test_lanes_are_strata_of_their_own(world: World) -> None:
    world.batch("b2", lane="freight")
    world.field("f0", lane="freight")
    sample(world, "auto", 10, [1] * 10)
    for number in range(90):
        record = world.record("b2", accepted_at=ACCEPTED, state="accepted")
        if number < 30:
            world.score(record, "f0", "x")
    row = world.only("critical_field_accuracy")
    assert (row["accuracy"], row["raw_accuracy"]) == pytest.approx((0.9, 0.75))
