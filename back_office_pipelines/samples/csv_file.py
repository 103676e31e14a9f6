"""Bills as a CSV file: one row an invoice, or one row a line with the invoice's values repeated.

What belongs here: rows and how numbers and dates stand in them. What does not: which columns a file has (the story).
"""

import csv
import io
from datetime import date
from decimal import Decimal

from back_office_pipelines.samples.bill import Bill
from back_office_pipelines.samples.fields import Value, canonical, header_values, line_values
from back_office_pipelines.samples.model import CsvForm


def csv_bytes(bills: tuple[Bill, ...], form: CsvForm) -> bytes:
    """Return the file."""
    text = io.StringIO(newline="")
    writer = csv.writer(text, delimiter=form.delimiter, lineterminator="\r\n")
    writer.writerow(form.columns.values())
    for bill in bills:
        header = header_values(bill)
        children = line_values(bill) if form.grain == "line" else ({},)
        for line in children:
            values = {**header, **line}
            writer.writerow([_cell(name, values.get(name), form) for name in form.columns])
    return text.getvalue().encode("utf-8-sig" if form.byte_order_mark else "utf-8")


def _cell(name: str, value: Value | None, form: CsvForm) -> str:
    if value is None:
        return ""
    if isinstance(value, date):
        return form.date.format(d=value.day, m=value.month, y=value.year)
    text = canonical(name, value)
    return text.replace(".", form.decimal) if isinstance(value, Decimal) else text
