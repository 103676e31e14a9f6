-- First-pass yield and straight-through rate of the records first released in the period.
-- Source: METRICS section 0 "completed", "first_pass", "straight_through"; section 1 (Wilson interval).
WITH completed AS (
    SELECT period, period_start(period, released_day) AS period_start, client, entity, lane, priority,
        first_pass, straight_through
    FROM controls.records
    CROSS JOIN periods
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
        count(*) FILTER (first_pass) AS first_pass,
        count(*) FILTER (straight_through) AS straight_through
    FROM completed
    GROUP BY period, period_start, CUBE (client, entity, lane, priority)
)
SELECT
    *,
    first_pass / completed AS first_pass_yield,
    straight_through / completed AS straight_through_rate,
    completed AS n,
    small_rate(completed) AS small_n,
    wilson_low(first_pass / completed, completed) AS ci_low,
    wilson_high(first_pass / completed, completed) AS ci_high,
    'first_pass_yield: Wilson' AS ci_method
FROM cells
