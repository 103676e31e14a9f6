"""The shared formulas against worked numbers."""

from collections.abc import Iterator
from fractions import Fraction
from itertools import accumulate
from math import comb

import duckdb
import pytest

from back_office_pipelines.measures.declarations import read_text
from back_office_pipelines.measures.functions import binomial_quantile, python_functions

SAMPLE = [2, 3, 3, 4, 4, 5, 5, 6, 7, 8, 9, 10, 12, 15, 18, 20, 22, 26, 31, 48]


@pytest.fixture
def connection() -> Iterator[duckdb.DuckDBPyConnection]:
    with duckdb.connect() as connection, python_functions(connection):
        connection.execute(read_text("macros.sql"))
        yield connection


@pytest.mark.parametrize(
    ("hits", "n", "low", "high"),
    [
        (926, 1000, 0.908095, 0.940645),
        (190, 200, 0.910422, 0.972617),
        (1588, 1600, 0.986936, 0.995704),
        (17, 20, 0.639581, 0.947631),
        (0, 20, 0.0, 0.161125),
        (50, 50, 0.928652, 1.0),
    ],
)
def test_wilson(connection: duckdb.DuckDBPyConnection, hits: int, n: int, low: float, high: float) -> None:
    found = connection.execute("SELECT wilson_low($1 / $2, $2), wilson_high($1 / $2, $2)", [hits, n]).fetchall()
    assert found[0] == pytest.approx((low, high), abs=1e-6)


def test_wilson_on_an_effective_n(connection: duckdb.DuckDBPyConnection) -> None:
    found = connection.execute("SELECT wilson_low($1, $2), wilson_high($1, $2)", [0.9925, 1097.263889]).fetchall()
    assert found[0] == pytest.approx((0.985404, 0.996160), abs=1e-6)


def test_no_share_has_no_interval(connection: duckdb.DuckDBPyConnection) -> None:
    assert connection.execute("SELECT wilson_low(NULL, 0), wilson_high(NULL, 0)").fetchall() == [(None, None)]


@pytest.mark.parametrize(("n", "share", "low", "high"), [(20, 0.5, 6, 15), (20, 0.9, 15, 21), (200, 0.9, 171, 189)])
def test_order_statistic_ranks(n: int, share: float, low: int, high: int) -> None:
    assert (binomial_quantile(n, share, 0.025), binomial_quantile(n, share, 0.975) + 1) == (low, high)


@pytest.mark.parametrize("share", [Fraction(1, 2), Fraction(9, 10)])
@pytest.mark.parametrize("probability", [Fraction(25, 1000), Fraction(975, 1000)])
def test_binomial_quantiles_are_those_of_the_exact_distribution(share: Fraction, probability: Fraction) -> None:
    for n in range(1, 100):
        masses = (comb(n, k) * share**k * (1 - share) ** (n - k) for k in range(n + 1))
        exact = next(k for k, reached in enumerate(accumulate(masses)) if reached >= probability)
        assert binomial_quantile(n, float(share), float(probability)) == exact


@pytest.mark.parametrize(
    ("n", "quantiles"),
    [
        (1000, [469, 531, 881, 918]),
        (12_345, [6064, 6281, 11045, 11175]),
        (5_000_000, [2497809, 2502191, 4498685, 4501314]),
    ],
)
def test_binomial_quantiles_of_many(n: int, quantiles: list[int]) -> None:
    found = [binomial_quantile(n, share, tail) for share in (0.5, 0.9) for tail in (0.025, 0.975)]
    assert found == quantiles


def test_a_bound_that_does_not_exist_is_null(connection: duckdb.DuckDBPyConnection) -> None:
    query = "SELECT quantile_low($1, 0.9), quantile_high($1, 0.9), quantile_low($1, 0.5), quantile_high($1, 0.5)"
    assert connection.execute(query, [SAMPLE]).fetchall() == [(18, None, 5, 18)]
    assert connection.execute(query, [[7]]).fetchall() == [(None, None, None, None)]


def test_the_functions_are_taken_back() -> None:
    with duckdb.connect() as connection:
        for _ in range(2):
            with python_functions(connection):
                found = connection.execute("SELECT casefold('Straße'), casefold(NULL)").fetchall()
                assert found == [("strasse", None)]
        with pytest.raises(duckdb.CatalogException):
            connection.execute("SELECT casefold('x')")
