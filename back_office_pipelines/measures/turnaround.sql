-- Median and 90th percentile of turnaround of the records first released in the period, and the share in time.
-- Source: METRICS section 0 "Clock start", "completed", "Percentiles"; section 5 (type 7, order-statistic interval);
-- section 6 (c) attainment. A record's attainment is against its own target, whatever the targets of its sisters.
WITH units AS (
    SELECT period, period_start(period, released_day) AS period_start, client, entity, lane, priority,
        turnaround_hours AS hours,
        CAST(medians.target AS DOUBLE) AS target_median,
        CAST(p90s.target AS DOUBLE) AS target_p90
    FROM controls.records
    CROSS JOIN periods
    LEFT JOIN (FROM controls.targets WHERE term = 'turnaround_median') AS medians USING (client, lane, priority)
    LEFT JOIN (FROM controls.targets WHERE term = 'turnaround_p90') AS p90s USING (client, lane, priority)
    WHERE released_day IS NOT NULL
),
cells AS (
    SELECT
        period,
        period_start,
        if(GROUPING(client) = 1, 'all', client) AS client,
        if(GROUPING(entity) = 1, 'all', entity) AS entity,
        if(GROUPING(lane) = 1, 'all', lane) AS lane,
        if(GROUPING(priority) = 1, 'all', priority) AS priority,
        count(*) AS completed,
        count(hours) AS n,
        quantile_cont(hours, 0.5) AS median_hours,
        quantile_cont(hours, 0.9) AS p90_hours,
        list(hours ORDER BY hours) FILTER (hours IS NOT NULL) AS sorted_hours,
        shared(target_median) AS target_median_hours,
        shared(target_p90) AS target_p90_hours,
        count(*) FILTER (hours <= target_p90) AS in_time,
        count(*) FILTER (hours IS NOT NULL AND target_p90 IS NOT NULL) AS judged
    FROM units
    GROUP BY period, period_start, CUBE (client, entity, lane, priority)
    HAVING count(hours) > 0
)
SELECT
    * EXCLUDE (sorted_hours, in_time, judged),
    in_time / nullif(judged, 0) AS attainment,
    wilson_low(in_time / nullif(judged, 0), judged) AS attainment_ci_low,
    wilson_high(in_time / nullif(judged, 0), judged) AS attainment_ci_high,
    small_p90(n) AS small_n,
    quantile_low(sorted_hours, 0.9) AS ci_low,
    quantile_high(sorted_hours, 0.9) AS ci_high,
    'p90_hours: order statistics' AS ci_method
FROM cells
