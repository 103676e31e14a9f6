"""Rules on a whole batch: the control totals its sender declared."""

from collections.abc import Iterator, Mapping
from decimal import Decimal

import pandas as pd

from back_office_pipelines.validation.model import Failure


def control_total_failures(
    header: pd.DataFrame, declared: Mapping[str, Mapping[str, str]], batch_address: str
) -> Iterator[Failure]:
    """Yield a failure for every declared total that the records do not add up to, to the cent.

    Args:
        header: typed frame of the header records, with a `currency` column.
        declared: exact sums by currency and field.
        batch_address: subject of the failure.
    """
    for currency, totals in sorted(declared.items()):
        for field, total in sorted(totals.items()):
            rule = f"control_total_{currency}"
            if field not in header.columns or "currency" not in header.columns:
                yield Failure(
                    "batch",
                    batch_address,
                    rule,
                    "CONTROL_TOTAL",
                    "no such field in this lane",
                    f"{total} {currency}",
                    field,
                )
                continue
            values = header.loc[(header["currency"] == currency).fillna(value=False), field].dropna()
            found = sum(values, Decimal(0))
            if found != Decimal(total):
                yield Failure(
                    "batch",
                    batch_address,
                    rule,
                    "CONTROL_TOTAL",
                    f"{found:.2f} {currency}",
                    f"{total} {currency}",
                    field,
                )
