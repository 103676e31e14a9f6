"""Publishing over several dictionary versions: older batches keep their columns, newer columns are null for them."""

from dataclasses import replace

from back_office_pipelines.chain.publication import published_record_tables
from back_office_pipelines.dictionary.loader import build_dictionary
from back_office_pipelines.dictionary.model import Dictionary
from tests.scenario import dictionary


def version(number: str, *, without: str | None = None, adding: str | None = None) -> Dictionary:
    source = dictionary().source
    content = {**source["content"], "dictionary": {**source["content"]["dictionary"], "version": number}}
    invoice = content["records"]["invoice"]
    fields = {name: spec for name, spec in invoice["fields"].items() if name != without}
    if adding is not None:
        fields[adding] = fields["buyer_name"]
    content["records"] = {**content["records"], "invoice": {**invoice, "fields": fields}}
    return build_dictionary(content, source["common"], f"test {number}")


def test_a_published_table_has_the_columns_of_every_version_newest_first() -> None:
    old, new = version("1.9.0", adding="colour"), version("1.10.0", without="buyer_vat_id")
    (invoice, line) = published_record_tables([old, new])
    assert invoice.names[-2:] == ("buyer_vat_id", "colour")
    assert "buyer_vat_id" in version("1.9.0").records["invoice"].fields
    assert len(invoice.names) == len(set(invoice.names))
    assert line.name == "ap_invoices_line"
    assert published_record_tables([new, old]) == [invoice, line]
    assert replace(invoice, columns=invoice.columns[:-2]) == published_record_tables([new])[0]
