-- Exceptions open at the publish by age, in the day, week and month the publish falls in.
-- Source: METRICS section 0 "exception_aging", section 7. A snapshot, not an estimate: no interval.
WITH aged AS (
    SELECT
        period,
        period_start(period, as_of_day) AS period_start,
        client, entity, lane, priority, reason_code, tier,
        CASE
            WHEN age_days <= 1 THEN '0-1'
            WHEN age_days <= 2 THEN '1-2'
            WHEN age_days <= 5 THEN '2-5'
            WHEN age_days <= 10 THEN '5-10'
            ELSE '>10'
        END AS bucket,
        age_days > CAST(cap_days AS DOUBLE) AS over_cap
    FROM controls.exception_clocks
    LEFT JOIN controls.ageing_caps USING (lane, tier)
    CROSS JOIN periods
    WHERE age_days IS NOT NULL
)
SELECT
    period,
    period_start,
    if(GROUPING(client) = 1, 'all', client) AS client,
    if(GROUPING(entity) = 1, 'all', entity) AS entity,
    if(GROUPING(lane) = 1, 'all', lane) AS lane,
    if(GROUPING(priority) = 1, 'all', priority) AS priority,
    getvariable('as_of') AS as_of,
    reason_code,
    tier,
    bucket,
    count(*) AS open_exceptions,
    if(count(over_cap) = 0, NULL, count(*) FILTER (over_cap)) AS over_cap,
    count(*) AS n,
    false AS small_n
FROM aged
GROUP BY period, period_start, reason_code, tier, bucket, CUBE (client, entity, lane, priority)
