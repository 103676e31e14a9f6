"""The day a sentence asks to pay by, in the languages of the reader; and days that only look like it."""

import pytest

from back_office_pipelines.extraction.pdf.headings.deciding import document_class
from back_office_pipelines.extraction.pdf.headings.headings import headings
from tests.extraction.test_carried import header
from tests.extraction.test_choice import Text, page
from tests.scenario import dictionary

ABOVE: list[Text] = [(50, 60, "Rechnung 4711-22"), (50, 90, "Rechnungsdatum: 01.10.2025")]


def due(*lines: str) -> str | None:
    """Return the due day of an invoice of 1 October 2025 that ends in some lines of text."""
    return header([*ABOVE, *((50.0, 300.0 + 12 * at, text) for at, text in enumerate(lines))]).get("due_date")


@pytest.mark.parametrize(
    ("sentence", "day"),
    [
        ("Bitte überweisen Sie den Betrag bis spätestens zum 20.11.2025 auf unser Konto.", "20.11.2025"),
        ("Die Nachzahlung ist am 16.02.2026 fällig.", "16.02.2026"),
        ("Der Betrag wird am 05.03.2026 von Ihrem Konto abgebucht.", "05.03.2026"),
        ("Se ruega abonar antes del 19/06/2026 por transferencia.", "19/06/2026"),
        ("Rogamos efectúen el pago a más tardar el 19/06/2026.", "19/06/2026"),
        ("Please pay no later than 15 Nov 2025 by bank transfer.", "15 Nov 2025"),
        ("Kindly settle this invoice on or before Friday 14 November 2025.", "14 November 2025"),
        ("We'll collect this by Direct Debit on or just after 18 November 2025.", "18 November 2025"),
        ("Merci de régler cette facture avant le 15/12/2025.", "15/12/2025"),
        ("Nous vous remercions de votre règlement au plus tard le 15/12/2025.", "15/12/2025"),
        ("Si prega di effettuare il bonifico entro il 30/11/2025", "30/11/2025"),
        ("Wij verzoeken u te betalen uiterlijk 14-11-2025 op rekening", "14-11-2025"),
        ("Het bedrag wordt rond 14-11-2025 automatisch afgeschreven van uw rekening", "14-11-2025"),
        ("Betala senast 2025-11-30 till bankgiro 123-4567", "2025-11-30"),
        ("Beløbet bedes overført senest den 30.11.2025", "30.11.2025"),
        ("Prosimy o zapłatę do dnia 30.11.2025 na konto", "30.11.2025"),
        ("Prosíme o úhradu do 30.11.2025", "30.11.2025"),
        ("O pagamento deve ser efetuado até 30/11/2025", "30/11/2025"),
    ],
)
def test_a_sentence_asks_to_pay_by_a_day(sentence: str, day: str) -> None:
    assert due(sentence) == day


@pytest.mark.parametrize(
    "sentence",
    [
        "Payment was collected by Direct Debit on 18 November 2025",
        "If paid by 10 November 2025 a discount of 2% applies.",
        "Ihr nächster Abschlag ist am 02.03.2026 fällig.",
        "Wir berechnen für die Zeit vom 21.05.2025 bis 21.05.2026 zahlbar im Voraus",
    ],
)
def test_a_day_of_something_else_is_not_due(sentence: str) -> None:
    assert due(sentence) is None


def test_a_sentence_goes_on_in_the_next_line() -> None:
    assert due("Bitte überweist den Betrag bis", "zum 31.10.2025 auf unser Konto bei der Volksbank") == "31.10.2025"


def test_a_discount_on_the_line_above_is_that_of_the_day_below() -> None:
    lines = ("Zahlbar innerhalb 30 Tagen netto bis 31.10.2025, 3% Skonto innerhalb 10 Tagen", "bis 11.10.2025")
    assert due(*lines) == "31.10.2025"


def test_this_bill_is_due_before_the_next_instalment() -> None:
    lines = ("Die Nachzahlung ist am 16.11.2025 fällig. Ihr neuer monatlicher Abschlag", "ist fällig am 02.12.2025.")
    assert due(*lines) == "16.11.2025"


@pytest.mark.parametrize(
    ("sentence", "day"),
    [
        ("Règlement par virement à 45 jours date de facture, soit le 15/11/2025.", "15/11/2025"),
        ("Modalités : 30 jours, soit le 31/10/2025", "31/10/2025"),
        ("Netto 14 dage, dvs. 15.10.2025", "15.10.2025"),
    ],
)
def test_a_term_leads_from_the_day_of_issue_to_the_due_day(sentence: str, day: str) -> None:
    assert due(sentence) == day


def test_a_day_that_no_term_leads_to_is_not_due() -> None:
    assert due("Modalités : 30 jours, visite du 12 novembre 2025") is None


def test_of_instalments_with_an_amount_each_none_is_the_due_day() -> None:
    assert due("Fällig: 30.11.2025 2.260,02 31.12.2025 2.260,02") is None
    assert due("Fällig: 30.11.2025 2.260,02") == "30.11.2025"


def test_a_word_of_a_sentence_names_no_day_below_it() -> None:
    found = header([*ABOVE, (50, 20, "Personal für Bau und Industrie bis Werk"), (50, 32, "14.10.2025")])
    assert "due_date" not in found


def test_captions_over_values_keep_their_own_days_beside_the_number() -> None:
    lines: list[Text] = [
        (50, 60, "INVOICE"), (250, 90, "Invoice#"), (400, 90, "Due Date"), (250, 104, "KST-2526-0188"),
        (400, 104, "30/10/2025"), (250, 118, "Invoice Date"), (400, 118, "P.O.#"), (250, 132, "30/09/2025"),
        (400, 132, "4700031877"),
    ]  # fmt: skip
    found = header(lines)
    assert (found["issue_date"], found["due_date"]) == ("30/09/2025", "30/10/2025")


# ---- reminders ------------------------------------------------------------------------------------------------------

DEMANDED: list[Text] = [(50, 300, "Rechnung 25/0417, fällig 11.09.2025"), (400, 300, "642,60 EUR")]


@pytest.mark.parametrize(
    "title",
    [
        "2. Mahnung \u2013 Rechnung 25/0417 vom 28.08.2025", "Zahlungserinnerung", "Letzte Mahnung", "Payment reminder",
        "Second reminder - invoice 25/0417", "Rappel", "Premier rappel", "2e herinnering factuur 25/0417",
        "Sollecito di pagamento", "Betreff: Zahlungserinnerung zu Rechnung 25/0417",
    ],
)  # fmt: skip
def test_a_reminder_is_no_invoice_though_it_names_one_line_by_line(title: str) -> None:
    heading = document_class(headings(page([(50, 100, title), *DEMANDED]), dictionary()))
    assert heading is not None
    assert heading.document_class == "statement_of_account"


@pytest.mark.parametrize(
    ("title", "sentence"),
    [
        ("Rechnung 25/0417", "Mahnung erfolgt nach 30 Tagen."),
        ("2. Abschlagsrechnung", "Zahlungserinnerung: keine"),
        ("Invoice 118846", "Reminder fees may apply"),
    ],
)
def test_an_invoice_may_speak_of_reminders(title: str, sentence: str) -> None:
    heading = document_class(headings(page([(50, 100, title), (50, 300, sentence)]), dictionary()))
    assert heading is not None
    assert heading.document_class == "invoice"
