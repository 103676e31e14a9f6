"""The three functions that SQL lacks, lent to a connection while the measures are computed.

What belongs here: pure functions with a closed definition. What does not: anything a macro can say (`macros.sql`).
"""

import math
from collections.abc import Iterator
from contextlib import contextmanager
from functools import lru_cache

import duckdb
from duckdb.sqltypes import BIGINT, DOUBLE, VARCHAR

from back_office_pipelines.values.keys import fold_name

_TAIL_SIGMAS = 12  # what lies further below the mean weighs less than 1e-30


@contextmanager
def python_functions(connection: duckdb.DuckDBPyConnection) -> Iterator[None]:
    """Lend `binomial_quantile(n, share, probability)`, `casefold(text)` and `fold_name(text)`; null gives null.

    A block that fails keeps them: its transaction is aborted, and the connection takes them along when it closes.
    """
    connection.create_function("binomial_quantile", binomial_quantile, [BIGINT, DOUBLE, DOUBLE], BIGINT)
    connection.create_function("casefold", str.casefold, [VARCHAR], VARCHAR)
    connection.create_function("fold_name", fold_name, [VARCHAR], VARCHAR)
    yield
    connection.remove_function("fold_name")
    connection.remove_function("casefold")
    connection.remove_function("binomial_quantile")


@lru_cache(maxsize=65_536)
def binomial_quantile(n: int, share: float, probability: float) -> int:
    """Return the smallest k with P(X ≤ k) ≥ probability, X binomial of n draws at a share between 0 and 1.

    The 2.5 % quantile, and the 97.5 % quantile + 1, are the ranks that bound a quantile of n sorted values with at
    least 95 % confidence (METRICS section 5). The sum starts where what it leaves out is negligible.
    """
    mean, sigma = n * share, math.sqrt(n * share * (1 - share))
    k = max(0, math.floor(mean - _TAIL_SIGMAS * (sigma + 1)))
    term = math.exp(
        math.lgamma(n + 1)
        - math.lgamma(k + 1)
        - math.lgamma(n - k + 1)
        + k * math.log(share)
        + (n - k) * math.log1p(-share)
    )
    reached = term
    while reached < probability and k < n:
        term *= (n - k) / (k + 1) * share / (1 - share)
        k += 1
        reached += term
    return k
