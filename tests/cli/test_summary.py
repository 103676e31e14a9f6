"""What `run` says beside its counts."""

from back_office_pipelines.chain.registration import Registered
from back_office_pipelines.cli.summary import left_for_later
from tests.scenario import HOUR, NOON


def test_an_as_of_time_in_the_past_says_what_it_leaves_alone_and_from_when_on_it_counts() -> None:
    later = [(NOON + HOUR, "ap_invoices/b2"), (NOON, "ap_invoices/b1")]
    assert left_for_later(NOON - HOUR, Registered(0, (), (), {}, later)) == (
        "as-of time 2026-11-20T11:00:00Z: nothing was registered, and 2 arrivals came later, the earliest "
        "(ap_invoices/b1, 2026-11-20T12:00:00Z); run again with an as-of time from then on, or without one."
    )
    assert "1 new registered, and 1 arrival came later (ap_invoices/b1" in left_for_later(
        NOON - HOUR, Registered(1, (), (), {}, later[1:])
    )
