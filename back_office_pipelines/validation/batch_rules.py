"""Rules on a whole batch: the control totals its sender declared."""

from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal

import pandas as pd
import pyarrow as pa

from back_office_pipelines.validation.model import Failure

MOST_CORRECTED = 8
"""Corrected values of a batch up to which any of them may be what the document has wrong."""


def control_total_failures(
    now: pd.DataFrame, read: pd.DataFrame, declared: Mapping[str, Mapping[str, str]], batch_address: str
) -> Iterator[Failure]:
    """Yield a failure for every declared total that the records do not add up to, to the cent.

    The sender added up what its documents print. Each value counts as it was read or as people corrected it, whichever
    leads to the total: they correct what was misread, and also what the document itself has wrong.

    Args:
        now: typed frame of the header records with the values in force, with a `currency` column.
        read: the same records as they were extracted.
        declared: exact sums by currency and field.
        batch_address: subject of the failure.
    """
    for currency, totals in sorted(declared.items()):
        for field, total in sorted(totals.items()):
            rule, expected = control_total_rule(currency), f"{total} {currency}"
            if "currency" not in now.columns or not _is_amount(now, field):
                observed = "no such amount in this lane"
                yield Failure("batch", batch_address, rule, "CONTROL_TOTAL", observed, expected, field)
                continue
            pairs = list(zip(_values(read, currency, field), _values(now, currency, field), strict=True))
            if Decimal(total) not in _sums(pairs):
                observed = f"{sum((one for _, one in pairs), Decimal(0)):.2f} {currency}"
                yield Failure("batch", batch_address, rule, "CONTROL_TOTAL", observed, expected, field)


def _values(header: pd.DataFrame, currency: str, field: str) -> list[Decimal]:
    """Return what each record adds to the total of a currency: nothing where it has another one, or no value."""
    counted = (header["currency"] == currency).fillna(value=False) & header[field].notna()
    return list(header[field].where(counted, Decimal(0)))


def _sums(pairs: Sequence[tuple[Decimal, Decimal]]) -> set[Decimal]:
    """Return the totals that records lead to, each by its value as read or in force.

    Of more corrections than can be told apart by a sum, all count or none.
    """
    sums = {sum((read for read, now in pairs if read == now), Decimal(0))}
    changed = [pair for pair in pairs if pair[0] != pair[1]]
    if len(changed) > MOST_CORRECTED:
        changed = [(sum((read for read, _ in changed), Decimal(0)), sum((now for _, now in changed), Decimal(0)))]
    for pair in changed:
        sums = {total + value for total in sums for value in pair}
    return sums


def control_total_rule(currency: str) -> str:
    """Return the name of the rule that a currency's declared totals are held against."""
    return f"control_total_{currency}"


def _is_amount(frame: pd.DataFrame, field: str) -> bool:
    if field not in frame.columns:
        return False
    dtype = frame[field].dtype
    return isinstance(dtype, pd.ArrowDtype) and pa.types.is_decimal(dtype.pyarrow_dtype)
