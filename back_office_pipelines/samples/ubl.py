"""A bill as UBL 2.1 in the profile Peppol BIS Billing 3.0 (EN 16931).

What belongs here: the element names and their order in this syntax. What does not: sums, and the other syntax (`cii`).
"""

from decimal import Decimal

from back_office_pipelines.samples.arithmetic import AdjustmentAmount, TaxGroup
from back_office_pipelines.samples.bill import Bill
from back_office_pipelines.samples.model import Account, Line, Party
from back_office_pipelines.samples.tree import Element, builder, plain, to_bytes

NAMESPACES = {
    "cac": "urn:oasis:names:specification:ubl:schema:xsd:CommonAggregateComponents-2",
    "cbc": "urn:oasis:names:specification:ubl:schema:xsd:CommonBasicComponents-2",
}
ROOT = "urn:oasis:names:specification:ubl:schema:xsd:{}-2"
PROFILE = "urn:cen.eu:en16931:2017#compliant#urn:fdc:peppol.eu:2017:poacc:billing:3.0"
PROCESS = "urn:fdc:peppol.eu:2017:poacc:billing:01:1.0"
CREDIT_NOTE = "381"
CREDIT_TRANSFER = "30"
SEPA_CREDIT_TRANSFER = "58"

E = builder(NAMESPACES)


def ubl_xml(bill: Bill) -> bytes:
    """Return the document, an `Invoice` or a `CreditNote`."""
    kind = "CreditNote" if bill.invoice.type == CREDIT_NOTE else "Invoice"
    root = builder({**NAMESPACES, "ubl": ROOT.format(kind)})(
        f"ubl:{kind}",
        *_head(bill, kind),
        E("cac:AccountingSupplierParty", _party(bill.seller, bill.stated_seller)),
        E("cac:AccountingCustomerParty", _party(bill.buyer, bill.buyer.name)),
        _delivery(bill),
        *_payment(bill),
        *(_adjustment(bill, entry, is_charge=False) for entry in bill.totals.allowances),
        *(_adjustment(bill, entry, is_charge=True) for entry in bill.totals.charges),
        _tax_total(bill),
        _monetary_total(bill),
        *(_line(bill, at, line, kind) for at, line in enumerate(bill.invoice.lines)),
    )
    return to_bytes(root)


def _head(bill: Bill, kind: str) -> list[Element | None]:
    invoice = bill.invoice
    due = invoice.due_date if kind == "Invoice" else None
    return [
        E("cbc:CustomizationID", PROFILE),
        E("cbc:ProfileID", PROCESS),
        E("cbc:ID", invoice.number) if bill.states("invoice_number") else None,
        E("cbc:IssueDate", bill.written_date or invoice.issue_date.isoformat()) if bill.states("issue_date") else None,
        E("cbc:DueDate", due.isoformat()) if due else None,
        E(f"cbc:{kind}TypeCode", invoice.type),
        *(E("cbc:Note", note) for note in invoice.notes),
        E("cbc:DocumentCurrencyCode", invoice.currency),
        E("cac:OrderReference", E("cbc:ID", invoice.purchase_order)) if invoice.purchase_order else None,
        _billing_reference(invoice.preceding_invoice) if invoice.preceding_invoice else None,
    ]


def _billing_reference(number: str) -> Element:
    return E("cac:BillingReference", E("cac:InvoiceDocumentReference", E("cbc:ID", number)))


def _party(party: Party, name: str | None) -> Element:
    return E(
        "cac:Party",
        E("cbc:EndpointID", party.email, schemeID="EM"),
        E("cac:PartyName", E("cbc:Name", name)) if name else None,
        E(
            "cac:PostalAddress",
            E("cbc:StreetName", party.street),
            E("cbc:CityName", party.city),
            E("cbc:PostalZone", party.postcode),
            E("cbc:CountrySubentity", party.region) if party.region else None,
            E("cac:Country", E("cbc:IdentificationCode", party.country)),
        ),
        E("cac:PartyTaxScheme", E("cbc:CompanyID", party.vat_id), _vat_scheme()) if party.vat_id else None,
        E(
            "cac:PartyLegalEntity",
            E("cbc:RegistrationName", name) if name else None,
            E("cbc:CompanyID", party.legal_id) if party.legal_id else None,
        ),
        E(
            "cac:Contact",
            E("cbc:Name", party.contact),
            E("cbc:Telephone", party.phone),
            E("cbc:ElectronicMail", party.email),
        ),
    )


def _vat_scheme() -> Element:
    return E("cac:TaxScheme", E("cbc:ID", "VAT"))


def _delivery(bill: Bill) -> Element | None:
    day = bill.invoice.delivery_date
    return E("cac:Delivery", E("cbc:ActualDeliveryDate", day.isoformat())) if day else None


def _payment(bill: Bill) -> list[Element | None]:
    invoice, account = bill.invoice, bill.seller.account
    return [
        _payment_means(account, bill) if account and account.iban else None,
        E("cac:PaymentTerms", E("cbc:Note", invoice.terms)) if invoice.terms else None,
    ]


def _payment_means(account: Account, bill: Bill) -> Element:
    branch = E("cac:FinancialInstitutionBranch", E("cbc:ID", account.bic)) if account.bic else None
    return E(
        "cac:PaymentMeans",
        E("cbc:PaymentMeansCode", SEPA_CREDIT_TRANSFER if bill.invoice.currency == "EUR" else CREDIT_TRANSFER),
        E("cbc:PaymentID", bill.invoice.number),
        E("cac:PayeeFinancialAccount", E("cbc:ID", account.iban), E("cbc:Name", bill.stated_seller), branch),
    )


def _amount(tag: str, bill: Bill, amount: Decimal) -> Element:
    return E(tag, str(amount), currencyID=bill.invoice.currency)


def _category(tag: str, bill: Bill, rate: Decimal, *, with_reason: bool = False) -> Element:
    reason = bill.exemption(rate) if with_reason else None
    return E(
        tag,
        E("cbc:ID", bill.tax_category(rate)),
        E("cbc:Percent", plain(rate)),
        E("cbc:TaxExemptionReason", reason) if reason else None,
        _vat_scheme(),
    )


def _adjustment(bill: Bill, entry: AdjustmentAmount, *, is_charge: bool) -> Element:
    percent = entry.adjustment.percent
    return E(
        "cac:AllowanceCharge",
        E("cbc:ChargeIndicator", "true" if is_charge else "false"),
        E("cbc:AllowanceChargeReason", entry.adjustment.reason),
        E("cbc:MultiplierFactorNumeric", plain(percent)) if percent is not None else None,
        _amount("cbc:Amount", bill, entry.amount),
        _amount("cbc:BaseAmount", bill, entry.base) if percent is not None else None,
        _category("cac:TaxCategory", bill, entry.adjustment.tax_rate),
    )


def _tax_total(bill: Bill) -> Element:
    return E(
        "cac:TaxTotal",
        _amount("cbc:TaxAmount", bill, bill.totals.tax_total),
        *(_tax_subtotal(bill, group) for group in bill.totals.tax_groups),
    )


def _tax_subtotal(bill: Bill, group: TaxGroup) -> Element:
    return E(
        "cac:TaxSubtotal",
        _amount("cbc:TaxableAmount", bill, group.basis),
        _amount("cbc:TaxAmount", bill, group.tax),
        _category("cac:TaxCategory", bill, group.rate, with_reason=True),
    )


def _monetary_total(bill: Bill) -> Element:
    totals = bill.totals
    return E(
        "cac:LegalMonetaryTotal",
        _amount("cbc:LineExtensionAmount", bill, totals.line_total),
        _amount("cbc:TaxExclusiveAmount", bill, totals.net_total),
        _amount("cbc:TaxInclusiveAmount", bill, totals.gross_total),
        _amount("cbc:AllowanceTotalAmount", bill, totals.allowance_total) if totals.allowances else None,
        _amount("cbc:ChargeTotalAmount", bill, totals.charge_total) if totals.charges else None,
        _amount("cbc:PrepaidAmount", bill, totals.prepaid_total) if totals.prepaid_total else None,
        _amount("cbc:PayableAmount", bill, totals.amount_due),
    )


def _line(bill: Bill, at: int, line: Line, kind: str) -> Element:
    quantity = "CreditedQuantity" if kind == "CreditNote" else "InvoicedQuantity"
    return E(
        f"cac:{kind}Line",
        E("cbc:ID", str(at + 1)),
        E(f"cbc:{quantity}", plain(line.quantity), unitCode=line.unit),
        _amount("cbc:LineExtensionAmount", bill, bill.totals.line_nets[at]),
        E(
            "cac:Item",
            E("cbc:Description", line.detail) if line.detail else None,
            E("cbc:Name", line.description),
            E("cac:SellersItemIdentification", E("cbc:ID", line.item)) if line.item else None,
            _category("cac:ClassifiedTaxCategory", bill, line.tax_rate),
        ),
        E(
            "cac:Price",
            _amount("cbc:PriceAmount", bill, line.unit_price),
            E("cbc:BaseQuantity", plain(line.base_quantity), unitCode=line.unit) if line.base_quantity != 1 else None,
        ),
    )
