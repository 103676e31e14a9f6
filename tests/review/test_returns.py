"""Client returns: a released record comes back as its next revision, is answered, and goes out again."""

import csv
import io
from collections.abc import Sequence
from datetime import datetime
from typing import Any

import pytest

from back_office_pipelines.clock import iso
from back_office_pipelines.review.lines import Line
from back_office_pipelines.validation.returns import CLIENT_RETURN
from tests.review.house import House
from tests.scenario import GOOD, HOUR, NOON, record_row, value_rows

RECORD = record_row("d1")
OTHER = record_row("d2")
LINE = record_row("d1", "line", 1, RECORD["record_id"])
ID = str(RECORD["record_id"])
WORDS = {"role": "reviewer", "reason": "the buyer says 120.00", "cause_party": "provider"}


def line(action: str, target: str, at: datetime, number: int = 2, **cells: str) -> Line:
    given = {"role": "supervisor", "field": "", "value": "", "reason": "looked at", "cause_party": "", **cells}
    return Line(number, iso(at), "ada", given["role"], action, target, given["field"], given["value"], "",
                given["reason"], given["cause_party"])  # fmt: skip


@pytest.fixture
def house() -> House:
    """Two records, released an hour after noon."""
    values = [*value_rows(RECORD, GOOD), *value_rows(OTHER, GOOD | {"invoice_number": "S-77"})]
    house = House([RECORD, OTHER, LINE], [*values, *value_rows(LINE, {"line_net": "100.00"})], [])
    house.validate(NOON)
    house.release(NOON + HOUR)
    return house


def decide(house: House, *lines: Line) -> Sequence[str]:
    """Record lines, and return why any was refused."""
    at = max(datetime.fromisoformat(one.decided_at) for one in lines)
    return [why for _, why in house.decide(lines, at).refused]


def state(house: House, record_id: str = ID) -> dict[str, Any]:
    assert house.made is not None
    return next(row for row in house.made.record_states if row["record_id"] == record_id)


def returned(house: House, **cells: str) -> None:
    assert decide(house, line("return", ID, NOON + 2 * HOUR, **WORDS, **cells)) == []
    house.validate(NOON + 3 * HOUR)


def delivered(house: House) -> dict[str, str]:
    (row,) = csv.DictReader(io.StringIO(house.deliveries[-1]["invoice.csv"]))
    return row


def test_a_return_opens_a_revision_that_a_person_sees_and_leaves_the_first_as_it_was(house: House) -> None:
    first = list(house.releases)
    returned(house)
    row = state(house)
    assert (row["state"], row["revision"], row["returned_at"]) == ("returned", 2, NOON + 2 * HOUR)
    assert house.made is not None
    (exception,) = house.made.exceptions
    assert (exception["reason_code"], exception["owner"], exception["state"]) == (CLIENT_RETURN, "reviewer", "open")
    assert (exception["opened_at"], exception["observed"]) == (
        NOON + 2 * HOUR,
        "returned by the client, caused by provider: the buyer says 120.00",
    )
    assert [one["record_id"] for one in house.made.accepted["invoice"]] == [OTHER["record_id"]]
    assert house.made.accepted["line"] == []
    values = {(one["revision"], one["field"]): one["value"] for one in house.made.accepted_values
              if one["record_id"] == ID}  # fmt: skip
    assert values[1, "gross_total"] == "119.00"
    house.release(NOON + 4 * HOUR)
    assert house.releases == first
    assert state(house, str(OTHER["record_id"]))["revision"] == 1


def test_correcting_the_disputed_field_answers_the_return(house: House) -> None:
    returned(house, field="seller_name")
    fixed = line("correct", ID, NOON + 4 * HOUR, field="seller_name", value="Kupfer AG")
    assert decide(house, fixed) == []
    made = house.validate(NOON + 5 * HOUR)
    assert (made.exceptions[0]["resolution"], made.exceptions[0]["resolved_at"]) == ("corrected", NOON + 4 * HOUR)
    house.release(NOON + 6 * HOUR)
    assert house.states()[ID] == "redelivered"
    assert [(row["revision"], row["released_at"], row["returned_at"]) for row in house.releases[1:]] == [
        (1, NOON + HOUR, None),
        (2, NOON + 6 * HOUR, NOON + 2 * HOUR),
    ]
    assert (delivered(house)["revision"], delivered(house)["seller_name"]) == ("2", "Kupfer AG")
    kept = {(row["revision"], row["value"]) for row in made.accepted_values
            if row["record_id"] == ID and row["field"] == "seller_name"}  # fmt: skip
    assert kept == {(1, GOOD["seller_name"]), (2, "Kupfer AG")}


def test_a_correction_elsewhere_answers_nothing_until_somebody_redelivers(house: House) -> None:
    returned(house)
    assert decide(house, line("correct", ID, NOON + 4 * HOUR, field="seller_name", value="Kupfer AG")) == []
    house.validate(NOON + 5 * HOUR)
    assert state(house)["state"] == "returned"
    assert decide(house, line("redeliver", ID, NOON + 6 * HOUR)) == []
    made = house.validate(NOON + 7 * HOUR)
    assert (state(house)["state"], made.exceptions[0]["resolution"]) == ("accepted", "overridden")
    assert house.validate(NOON + 8 * HOUR) == made


def test_a_redelivery_waits_for_every_other_control(house: House) -> None:
    returned(house)
    exception = str(house.made.exceptions[0]["exception_id"]) if house.made else ""
    acts = [
        line("correct", ID, NOON + 4 * HOUR, field="gross_total", value="120.00"),
        line("redeliver", exception, NOON + 4 * HOUR, 3),
    ]
    assert decide(house, *acts) == []
    made = house.validate(NOON + 5 * HOUR)
    assert state(house)["state"] == "returned"
    assert {row["reason_code"] for row in made.exceptions if row["state"] != "resolved"} == {"TOTALS_DISAGREE"}
    house.release(NOON + 5 * HOUR)
    assert len(house.releases) == 2


def test_return_correction_and_redelivery_in_one_file_are_one_revision(house: House) -> None:
    acts = [
        line("return", ID, NOON + 2 * HOUR, **WORDS, field="seller_name"),
        line("correct", ID, NOON + 3 * HOUR, 3, field="seller_name", value="Kupfer AG"),
        line("correct", str(LINE["record_id"]), NOON + 3 * HOUR, 4, field="line_net", value="100.00"),
    ]
    assert decide(house, *acts) == []
    made = house.validate(NOON + 4 * HOUR)
    (exception,) = made.exceptions
    assert (exception["opened_at"], exception["triaged_at"]) == (NOON + 2 * HOUR, NOON + 3 * HOUR)
    assert (exception["resolution"], state(house)["state"], state(house)["revision"]) == ("corrected", "accepted", 2)


def test_every_return_is_an_exception_of_its_own(house: House) -> None:
    returned(house)
    assert decide(house, line("redeliver", ID, NOON + 4 * HOUR)) == []
    house.validate(NOON + 5 * HOUR)
    house.release(NOON + 6 * HOUR)
    assert house.states()[ID] == "redelivered"
    assert decide(house, line("return", ID, NOON + 7 * HOUR, **WORDS)) == []
    made = house.validate(NOON + 8 * HOUR)
    assert [(row["rule"], row["state"]) for row in made.exceptions] == [
        ("client_return_3", "open"),
        ("client_return_2", "resolved"),
    ]
    assert (state(house)["state"], state(house)["revision"]) == ("returned", 3)
    assert decide(house, line("redeliver", ID, NOON + 9 * HOUR)) == []
    house.validate(NOON + 10 * HOUR)
    house.release(NOON + 11 * HOUR)
    assert [row["revision"] for row in house.releases if row["record_id"] == ID] == [1, 2, 3]


def test_what_should_never_have_been_delivered_is_rejected(house: House) -> None:
    returned(house)
    assert decide(house, line("reject", ID, NOON + 4 * HOUR)) == []
    made = house.validate(NOON + 5 * HOUR)
    assert (state(house)["state"], made.exceptions[0]["resolution"]) == ("rejected", "rejected")
    house.release(NOON + 6 * HOUR)
    assert decide(house, line("return", ID, NOON + 7 * HOUR, **WORDS)) == ["the record is rejected"]


def test_the_client_can_be_asked_about_a_return(house: House) -> None:
    returned(house)
    ask = line("query_client", ID, NOON + 4 * HOUR)
    early = line("redeliver", ID, NOON + 5 * HOUR, 3)
    assert "record client_answered first" in decide(house, ask, early)[0]
    answered = line("client_answered", ID, NOON + 6 * HOUR)
    assert decide(house, answered, line("redeliver", ID, NOON + 6 * HOUR, 3)) == []
    made = house.validate(NOON + 7 * HOUR)
    assert [(row["since"], row["until"]) for row in made.client_waits] == [(NOON + 4 * HOUR, NOON + 6 * HOUR)]
    assert state(house)["state"] == "accepted"


@pytest.mark.parametrize(
    ("lines", "refusal"),
    [
        ([line("return", ID, NOON + HOUR / 2, **WORDS)], "released since"),
        ([line("return", ID, NOON + 2 * HOUR, **WORDS), line("return", ID, NOON + 3 * HOUR, 3, **WORDS)],
         "is returned, where return is illegal"),
        ([line("correct", ID, NOON + 2 * HOUR, field="seller_name", value="x")], "a return opens it again"),
        ([line("redeliver", ID, NOON + 2 * HOUR)], "a return opens it again"),
        ([line("return", ID, NOON + 3 * HOUR, **WORDS),
          line("correct", ID, NOON + 2 * HOUR, 3, field="seller_name", value="x")], "was returned at"),
        ([line("return", ID, NOON + 2 * HOUR, **WORDS, field="seller_name"),
          line("correct", ID, NOON + 2 * HOUR, 3, role="clerk", field="seller_name", value="x")], "to reviewer"),
        ([line("return", ID, NOON + 2 * HOUR, **WORDS, field="colour")], "unknown field 'colour'"),
        ([line("return", ID, NOON + 2 * HOUR, **WORDS),
          line("redeliver", ID, NOON + 2 * HOUR, 3, role="clerk")], "belongs to reviewer"),
        ([line("return", ID, NOON + 2 * HOUR, **WORDS), line("redeliver", ID, NOON + 2 * HOUR, 3),
          line("redeliver", ID, NOON + 3 * HOUR, 4)], "no return of the record is to be answered"),
    ],
)  # fmt: skip
def test_refusals(house: House, lines: list[Line], refusal: str) -> None:
    (why,) = decide(house, *lines)
    assert refusal in why
