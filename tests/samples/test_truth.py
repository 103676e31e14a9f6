"""The truth is consistent: sums close, faults are the two declared ones, numbers have right check digits."""

from decimal import ROUND_HALF_UP, Decimal

from stdnum import iban
from stdnum.de import vat as de_vat
from stdnum.fr import tva as fr_vat
from stdnum.nl import btw as nl_vat

from back_office_pipelines.samples.loader import load_story

CENT = Decimal("0.01")


def amount(fields: dict[str, str], name: str) -> Decimal:
    return Decimal(fields.get(name, "0"))


def broken_sums(invoice: dict[str, str], lines: list[dict[str, str]]) -> set[str]:
    """Return the names of the sums that do not close, among those whose parts are there."""
    broken = set()
    if amount(invoice, "net_total") + amount(invoice, "tax_total") != amount(invoice, "gross_total"):
        broken.add("net_plus_tax")
    due = amount(invoice, "gross_total") - amount(invoice, "prepaid_total")
    if "amount_due" in invoice and due != amount(invoice, "amount_due"):
        broken.add("amount_due")
    net = sum((amount(line, "line_net") for line in lines), Decimal(0))
    net += amount(invoice, "charge_total") - amount(invoice, "allowance_total")
    if lines and net != amount(invoice, "net_total"):
        broken.add("lines_add_up")
    return broken


def test_every_sum_closes_but_the_one_that_is_wrong_on_purpose(samples: list) -> None:
    found = {}
    for sample in samples:
        for ordinal, invoice in enumerate(sample.invoices, start=1):
            if broken := broken_sums(invoice, sample.lines_of(ordinal)):
                found[sample.path.name] = (broken, sample.truth["fault"]["reason_code"])
    assert found == {"KL-21014.xml": ({"net_plus_tax"}, "TOTALS_DISAGREE")}


def test_every_line_is_quantity_times_price(samples: list) -> None:
    for sample in samples:
        for line in (record["fields"] for record in sample.truth["records"] if record["record_type"] == "line"):
            exact = (
                amount(line, "quantity") * amount(line, "unit_price") / Decimal(line.get("price_base_quantity", "1"))
            )
            assert exact.quantize(CENT, ROUND_HALF_UP) == amount(line, "line_net"), line


def test_exactly_two_faults_and_only_the_missing_field_is_missing(samples: list) -> None:
    faults = {sample.path.name: sample.truth["fault"] for sample in samples if sample.truth["fault"]}
    assert {name: (fault["field"], fault["reason_code"]) for name, fault in faults.items()} == {
        "KL-21014.xml": ("gross_total", "TOTALS_DISAGREE"),
        "eingang_0093.xml": ("seller_name", "MISSING"),
    }
    required = {"invoice_number", "issue_date", "currency", "gross_total", "seller_name"}
    missing = {
        (sample.path.name, name)
        for sample in samples
        for invoice in sample.invoices
        for name in required - invoice.keys()
    }
    assert missing == {("eingang_0093.xml", "seller_name")}


def test_no_invoice_number_is_used_twice_by_a_seller_and_no_due_date_is_early(samples: list) -> None:
    invoices = [invoice for sample in samples for invoice in sample.invoices]
    keys = [(invoice.get("seller_name"), invoice["invoice_number"]) for invoice in invoices]
    assert len(keys) == len(set(keys))
    assert all(invoice.get("due_date", "9999") >= invoice["issue_date"] for invoice in invoices)


def test_the_story_has_the_difficult_things(samples: list) -> None:
    invoices = [invoice for sample in samples for invoice in sample.invoices]
    for name in ("allowance_total", "charge_total", "prepaid_total"):
        assert any(name in invoice for invoice in invoices), name
    lines = [record["fields"] for sample in samples for record in sample.truth["records"] if record["parent"]]
    assert len({line["tax_rate"] for line in lines if "tax_rate" in line}) > 6
    assert any("." in line["quantity"] for line in lines)
    assert any(line.get("price_base_quantity") == "100" for line in lines)


def test_vat_ids_and_ibans_have_right_check_digits() -> None:
    check = {"DE": de_vat.is_valid, "FR": fr_vat.is_valid, "NL": nl_vat.is_valid}
    parties = load_story().parties.values()
    for party in parties:
        assert (party.vat_id is None) == (party.country == "US")
        assert party.vat_id is None or check[party.country](party.vat_id), party.vat_id
        if party.account is not None and party.country != "US":
            assert iban.is_valid(party.account.iban), party.account
            assert party.account.iban.startswith(party.country)
    assert len({party.vat_id for party in parties if party.vat_id}) == sum(
        party.vat_id is not None for party in parties
    )
