-- Formulas shared by the measures. All are temporary: the published file needs none of them.
-- Of Python, while the measures run: binomial_quantile(n, share, probability), casefold(text) and fold_name(text).

-- First day of the day, week (from Monday) or month that a day lies in.
CREATE OR REPLACE TEMP MACRO period_start(period, day) AS CAST(date_trunc(period, day) AS DATE);

-- 95 % Wilson interval of a share observed on n units; n may be an effective number (METRICS section 2).
CREATE OR REPLACE TEMP MACRO z95() AS 1.959963984540054;
CREATE OR REPLACE TEMP MACRO wilson_half(share, n) AS
    z95() * sqrt(share * (1 - share) / n + z95() ** 2 / (4.0 * n * n)) / (1 + z95() ** 2 / n);
CREATE OR REPLACE TEMP MACRO wilson_centre(share, n) AS (share + z95() ** 2 / (2.0 * n)) / (1 + z95() ** 2 / n);
CREATE OR REPLACE TEMP MACRO wilson_low(share, n) AS
    if(share IS NULL, NULL, greatest(0.0, wilson_centre(share, n) - wilson_half(share, n)));
CREATE OR REPLACE TEMP MACRO wilson_high(share, n) AS
    if(share IS NULL, NULL, least(1.0, wilson_centre(share, n) + wilson_half(share, n)));

-- 95 % order-statistic interval of a quantile: the values at two ranks of the sorted list (METRICS section 5). Null
-- where the rank lies outside the list, that is, where so few values cannot bound the quantile.
CREATE OR REPLACE TEMP MACRO quantile_low(sorted, share) AS
    sorted[nullif(binomial_quantile(len(sorted), share, 0.025), 0)];
CREATE OR REPLACE TEMP MACRO quantile_high(sorted, share) AS
    sorted[binomial_quantile(len(sorted), share, 0.975) + 1];

-- The one value that every unit of a group has; null where they differ or one has none.
CREATE OR REPLACE TEMP MACRO shared(value) AS
    CASE WHEN count(value) = count(*) AND min(value) = max(value) THEN min(value) END;

-- Variance of an error share over documents with unequal numbers of inspected fields (ratio estimator, METRICS
-- section 2), from sums over the documents: errors², errors × fields, fields². A single document tells nothing of
-- its spread: its fields then count as one draw, the most cautious reading.
CREATE OR REPLACE TEMP MACRO ratio_variance(share, documents, fields, errors_2, errors_fields, fields_2) AS
    CASE
        WHEN documents = 1 THEN share * (1 - share)
        ELSE greatest(0.0, errors_2 - 2 * share * errors_fields + share * share * fields_2)
            / (documents - 1) * documents / (fields * fields)
    END;

-- How many times larger the variance is than that of as many independent fields; never below 1, 1 at zero errors.
CREATE OR REPLACE TEMP MACRO design_effect(variance, share, fields) AS
    CASE WHEN share <= 0 OR share >= 1 THEN 1.0 ELSE greatest(1.0, variance * fields / (share * (1 - share))) END;

-- Registered minima.
CREATE OR REPLACE TEMP MACRO small_rate(n) AS n < getvariable('minimum_rate');
CREATE OR REPLACE TEMP MACRO small_p90(n) AS n < getvariable('minimum_p90');
