"""Rows of values over rows of captions, and captions over values that stay what they were."""

from tests.extraction.test_choice import Text, header

AMOUNT: tuple[Text, ...] = ((300, 400, "Total"), (480, 400, "$1,655.00"))


def grid(*rows_of_texts: tuple[float, tuple[str, ...]]) -> list[Text]:
    return [(50.0 + 180 * at, y, text) for y, texts in rows_of_texts for at, text in enumerate(texts)]


def test_captions_stand_below_what_they_name() -> None:
    texts = grid(
        (60, ("731-00918-05", "05/30/2021", "731-00918")),
        (72, ("INVOICE", "BILLING DATE", "AGREEMENT")),
        (110, ("Spindrift Media", "06/29/2021", "AB-2")),
        (122, ("AGENCY", "DUE DATE", "ORDER NO")),
    )
    found = header([*texts, *AMOUNT])
    assert (found["invoice_number"], found["issue_date"]) == ("731-00918-05", "2021-05-30")
    assert (found["due_date"], found["purchase_order"]) == ("2021-06-29", "AB-2")


def test_captions_over_their_values_are_read_as_before() -> None:
    texts = grid(
        (60, ("INVOICE NO", "INVOICE DATE", "ORDER NO")),
        (72, ("731-00918-05", "05/30/2021", "AB-1")),
        (110, ("TERMS", "DUE DATE", "REP")),
        (122, ("30 days", "06/29/2021", "Lena")),
    )
    found = header([*texts, *AMOUNT])
    assert (found["invoice_number"], found["issue_date"]) == ("731-00918-05", "2021-05-30")
    assert (found["due_date"], found["purchase_order"]) == ("2021-06-29", "AB-1")


def test_amounts_stand_over_their_captions_as_well() -> None:
    texts = grid((300, ("$4,420.00", "$663.00", "$3,757.00")), (312, ("GROSS CHARGES", "15% COMMISSION", "PLEASE PAY")))
    found = header([(50, 60, "INVOICE"), (350, 60, "Invoice No. 4711-2"), (350, 75, "Date 09/03/2024"), *texts])
    assert (found["gross_total"], found["amount_due"]) == ("4420.00", "3757.00")
