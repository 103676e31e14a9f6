"""What a bill says, by the names of the field dictionary.

What belongs here: field name to value and its canonical text, before any medium. What does not: which of them a
document shows (`truth`).
"""

from collections.abc import Mapping
from datetime import date
from decimal import Decimal

from back_office_pipelines.samples.bill import Bill
from back_office_pipelines.samples.tree import plain

Value = str | Decimal | date
Values = Mapping[str, Value]

PLAIN = frozenset({"quantity", "price_base_quantity", "tax_rate"})
"""Numbers written without idle zeros; prices and amounts keep the decimals they have."""


def canonical(name: str, value: Value) -> str:
    """Write a value as its canonical text (DESIGN 7.3)."""
    if isinstance(value, Decimal):
        return plain(value) if name in PLAIN else f"{value:f}"
    return value if isinstance(value, str) else value.isoformat()


def header_values(bill: Bill) -> dict[str, Value]:
    """Return the fields of record `invoice`; what the bill does not have is left out."""
    invoice, totals = bill.invoice, bill.totals
    account = bill.seller.account
    found: dict[str, Value | None] = {
        "invoice_number": invoice.number,
        "invoice_type": invoice.type,
        "issue_date": bill.written_date or invoice.issue_date,
        "due_date": invoice.due_date,
        "currency": invoice.currency,
        "seller_name": bill.seller.name,
        "seller_vat_id": bill.seller.vat_id,
        "seller_iban": account.iban if account else None,
        "buyer_name": bill.buyer.name,
        "buyer_vat_id": bill.buyer.vat_id,
        "purchase_order": invoice.purchase_order,
        "net_total": totals.net_total,
        "allowance_total": totals.allowance_total if totals.allowances else None,
        "charge_total": totals.charge_total if totals.charges else None,
        "tax_total": totals.tax_total,
        "gross_total": totals.gross_total,
        "prepaid_total": totals.prepaid_total or None,
        "amount_due": totals.amount_due,
    }
    return {name: value for name, value in found.items() if value is not None and name not in bill.omits}


def line_values(bill: Bill) -> tuple[dict[str, Value], ...]:
    """Return the fields of record `line`, one mapping a line."""
    return tuple(
        {
            "description": line.description,
            "quantity": line.quantity,
            "unit": line.unit,
            "unit_price": line.unit_price,
            **({"price_base_quantity": line.base_quantity} if line.base_quantity != 1 else {}),
            "line_net": net,
            "tax_rate": line.tax_rate,
        }
        for line, net in zip(bill.invoice.lines, bill.totals.line_nets, strict=True)
    )
