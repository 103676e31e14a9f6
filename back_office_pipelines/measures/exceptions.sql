-- Exceptions opened, triaged and resolved in the period, those open at its end, and the share of the records received
-- in it that have any. Source: METRICS section 0 "exceptions", section 7. Cells with an open exception have a row for
-- every period up to the publish, also where nothing moved.
WITH moves AS (
    SELECT client, entity, lane, priority, opened_day AS day, 'opened' AS move, NULL::DOUBLE AS hours, false AS excepted
    FROM controls.exception_clocks
    UNION ALL
    SELECT client, entity, lane, priority, triaged_day, 'triaged', triage_hours, false
    FROM controls.exception_clocks
    WHERE triaged_day IS NOT NULL
    UNION ALL
    SELECT client, entity, lane, priority, resolved_day, 'resolved', resolve_hours, false
    FROM controls.exception_clocks
    WHERE resolved_day IS NOT NULL
    UNION ALL
    SELECT client, entity, lane, priority, received_day, 'received', NULL, exceptions > 0
    FROM controls.records
),
flows AS (
    SELECT
        period,
        period_start(period, day) AS period_start,
        if(GROUPING(client) = 1, 'all', client) AS client,
        if(GROUPING(entity) = 1, 'all', entity) AS entity,
        if(GROUPING(lane) = 1, 'all', lane) AS lane,
        if(GROUPING(priority) = 1, 'all', priority) AS priority,
        count(*) FILTER (move = 'opened') AS opened,
        count(*) FILTER (move = 'resolved') AS resolved,
        count(*) FILTER (move = 'received') AS received,
        count(*) FILTER (excepted) AS excepted,
        quantile_cont(hours, 0.5) FILTER (move = 'triaged') AS triage_median_hours,
        quantile_cont(hours, 0.9) FILTER (move = 'triaged') AS triage_p90_hours,
        quantile_cont(hours, 0.5) FILTER (move = 'resolved') AS resolve_median_hours,
        quantile_cont(hours, 0.9) FILTER (move = 'resolved') AS resolve_p90_hours
    FROM moves
    CROSS JOIN periods
    GROUP BY period, period_start(period, day), CUBE (client, entity, lane, priority)
),
spans AS (  -- from the first exception of a cell to the publish
    SELECT
        if(GROUPING(client) = 1, 'all', client) AS client,
        if(GROUPING(entity) = 1, 'all', entity) AS entity,
        if(GROUPING(lane) = 1, 'all', lane) AS lane,
        if(GROUPING(priority) = 1, 'all', priority) AS priority,
        min(opened_day) AS first_day,
        max(as_of_day) AS last_day
    FROM controls.exception_clocks
    GROUP BY CUBE (client, entity, lane, priority)
),
calendar AS (
    SELECT
        period,
        CAST(unnest(generate_series(
            period_start(period, first_day)::TIMESTAMP, last_day::TIMESTAMP, CAST('1 ' || period AS INTERVAL)
        )) AS DATE) AS period_start,
        client, entity, lane, priority
    FROM spans
    CROSS JOIN periods
),
stocks AS (
    SELECT
        period, period_start, client, entity, lane, priority,
        sum(coalesce(opened, 0) - coalesce(resolved, 0)) OVER (
            PARTITION BY period, client, entity, lane, priority ORDER BY period_start
        ) AS open_at_end
    FROM calendar
    LEFT JOIN flows USING (period, period_start, client, entity, lane, priority)
),
cells AS (
    SELECT
        period, period_start, client, entity, lane, priority,
        coalesce(opened, 0) AS opened,
        coalesce(resolved, 0) AS resolved,
        coalesce(open_at_end, 0) AS open_at_end,
        coalesce(received, 0) AS received,
        excepted / nullif(received, 0) AS exception_rate,
        triage_median_hours, triage_p90_hours, resolve_median_hours, resolve_p90_hours
    FROM flows
    FULL JOIN stocks USING (period, period_start, client, entity, lane, priority)
)
SELECT
    * EXCLUDE (received),
    if(received > 0, received, resolved + open_at_end) AS n,
    small_rate(received) AS small_n,
    wilson_low(exception_rate, received) AS ci_low,
    wilson_high(exception_rate, received) AS ci_high,
    if(exception_rate IS NULL, NULL, 'exception_rate: Wilson') AS ci_method
FROM cells
WHERE received + opened + resolved + open_at_end > 0
