"""A bill as FatturaPA 1.2.2 (format FPR12), the Italian exchange format.

What belongs here: the element names and their order in this syntax. What does not: sums, and the other syntaxes.
"""

from decimal import Decimal

from lxml import etree

from back_office_pipelines.samples.arithmetic import TaxGroup
from back_office_pipelines.samples.bill import Bill
from back_office_pipelines.samples.model import Line, Party
from back_office_pipelines.samples.tree import Element, builder, filled, plain, to_bytes

NAMESPACES = {"p": "http://ivaservizi.agenziaentrate.gov.it/docs/xsd/fatture/v1.2"}
TYPES = {"380": "TD01", "381": "TD04"}
EXEMPT = "N3.2"
BANK_TRANSFER = "MP05"


def E(tag: str, *content: Element | str | None) -> Element:  # noqa: N802 - the name its sisters give the builder
    """Make an element outside every namespace, as this format wants below its root."""
    return filled(etree.Element(tag), content)


def fatturapa_xml(bill: Bill) -> bytes:
    """Return the document, a `FatturaElettronica` with one body."""
    root = builder(NAMESPACES)(
        "p:FatturaElettronica",
        E(
            "FatturaElettronicaHeader",
            E("DatiTrasmissione", E("ProgressivoInvio", bill.invoice.number[-10:]), E("FormatoTrasmissione", "FPR12")),
            E("CedentePrestatore", *_party(bill.seller, bill.stated_seller)),
            E("CessionarioCommittente", *_party(bill.buyer, bill.buyer.name)),
        ),
        _body(bill),
        versione="FPR12",
    )
    return to_bytes(root)


def _party(party: Party, name: str | None) -> tuple[Element | None, ...]:
    vat = party.vat_id
    identity = E("IdFiscaleIVA", E("IdPaese", vat[:2]), E("IdCodice", vat[2:])) if vat else None
    place = E(
        "Sede",
        E("Indirizzo", party.street),
        E("CAP", party.postcode),
        E("Comune", party.city),
        E("Nazione", party.country),
    )
    return E("DatiAnagrafici", identity, E("Anagrafica", E("Denominazione", name) if name else None)), place


def _body(bill: Bill) -> Element:
    invoice = bill.invoice
    general = E(
        "DatiGeneraliDocumento",
        E("TipoDocumento", TYPES[invoice.type]),
        E("Divisa", invoice.currency),
        E("Data", bill.written_date or invoice.issue_date.isoformat()) if bill.states("issue_date") else None,
        E("Numero", invoice.number) if bill.states("invoice_number") else None,
        E("ImportoTotaleDocumento", str(bill.totals.gross_total)),
    )
    order = E("DatiOrdineAcquisto", E("IdDocumento", invoice.purchase_order)) if invoice.purchase_order else None
    lines = (_line(bill, at, line) for at, line in enumerate(invoice.lines))
    goods = E("DatiBeniServizi", *lines, *(_summary(bill, group) for group in bill.totals.tax_groups))
    return E("FatturaElettronicaBody", E("DatiGenerali", general, order), goods, _payment(bill))


def _line(bill: Bill, at: int, line: Line) -> Element:
    return E(
        "DettaglioLinee",
        E("NumeroLinea", str(at + 1)),
        E("Descrizione", line.description),
        E("Quantita", f"{line.quantity:.2f}"),
        E("UnitaMisura", line.unit),
        E("PrezzoUnitario", str(line.unit_price)),
        E("PrezzoTotale", str(bill.totals.line_nets[at])),
        E("AliquotaIVA", f"{line.tax_rate:.2f}"),
        E("Natura", EXEMPT) if line.tax_rate == 0 else None,
    )


def _summary(bill: Bill, group: TaxGroup) -> Element:
    reason = bill.exemption(Decimal(0)) if group.rate == 0 else None
    return E(
        "DatiRiepilogo",
        E("AliquotaIVA", f"{group.rate:.2f}"),
        E("Natura", EXEMPT) if group.rate == 0 else None,
        E("ImponibileImporto", str(group.basis)),
        E("Imposta", str(group.tax)),
        E("RiferimentoNormativo", reason[:100]) if reason else None,
    )


def _payment(bill: Bill) -> Element:
    account, due = bill.seller.account, bill.invoice.due_date
    return E(
        "DatiPagamento",
        E("CondizioniPagamento", "TP02"),
        E(
            "DettaglioPagamento",
            E("ModalitaPagamento", BANK_TRANSFER),
            E("DataScadenzaPagamento", due.isoformat()) if due else None,
            E("ImportoPagamento", plain(bill.totals.amount_due) if bill.totals.amount_due else "0.00"),
            E("IBAN", account.iban) if account and account.iban else None,
        ),
    )
