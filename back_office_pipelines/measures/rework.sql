-- Records first released in the period and returned by the client to date, and the hours of redeliveries in the period.
-- Source: METRICS section 0 "rework", "Clock start", "Percentiles"; section 8: one clock for every return, from the
-- return to the release of the revision it opened. A cell without a first release still tells its redeliveries.
WITH moves AS (
    SELECT client, entity, lane, priority, released_day AS day, 'released' AS move, returns > 0 AS returned,
        NULL::DOUBLE AS hours
    FROM controls.records
    WHERE released_day IS NOT NULL
    UNION ALL
    SELECT client, entity, lane, priority, released_day, 'redelivered', false, hours
    FROM controls.revisions
    WHERE revision > 1 AND released_day IS NOT NULL
),
cells AS (
    SELECT
        period,
        period_start(period, day) AS period_start,
        if(GROUPING(client) = 1, 'all', client) AS client,
        if(GROUPING(entity) = 1, 'all', entity) AS entity,
        if(GROUPING(lane) = 1, 'all', lane) AS lane,
        if(GROUPING(priority) = 1, 'all', priority) AS priority,
        count(*) FILTER (move = 'released') AS released,
        count(*) FILTER (returned) AS returned,
        count(*) FILTER (move = 'redelivered') AS redelivered,
        quantile_cont(hours, 0.5) AS redeliver_median_hours,
        quantile_cont(hours, 0.9) AS redeliver_p90_hours
    FROM moves
    CROSS JOIN periods
    GROUP BY period, period_start(period, day), CUBE (client, entity, lane, priority)
),
rates AS (
    SELECT *, returned / nullif(released, 0) AS rework_rate FROM cells
)
SELECT
    *,
    if(released > 0, released, redelivered) AS n,
    small_rate(released) AS small_n,
    wilson_low(rework_rate, released) AS ci_low,
    wilson_high(rework_rate, released) AS ci_high,
    if(rework_rate IS NULL, NULL, 'rework_rate: Wilson') AS ci_method
FROM rates
