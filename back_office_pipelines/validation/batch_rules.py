"""Rules on a whole batch: the control totals its sender declared."""

from collections.abc import Iterator, Mapping
from decimal import Decimal

import pandas as pd
import pyarrow as pa

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
            rule = control_total_rule(currency)
            if "currency" not in header.columns or not _is_amount(header, field):
                yield Failure(
                    "batch",
                    batch_address,
                    rule,
                    "CONTROL_TOTAL",
                    "no such amount in this lane",
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


def control_total_rule(currency: str) -> str:
    """Return the name of the rule that a currency's declared totals are held against."""
    return f"control_total_{currency}"


def _is_amount(frame: pd.DataFrame, field: str) -> bool:
    if field not in frame.columns:
        return False
    dtype = frame[field].dtype
    return isinstance(dtype, pd.ArrowDtype) and pa.types.is_decimal(dtype.pyarrow_dtype)
