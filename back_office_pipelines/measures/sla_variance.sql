-- Actual against target, one row a term with a target and data.
-- Source: METRICS section 0 "sla_variance", section 6 (a) delta, (b) dispersion, (c) attainment.
-- A cell over several clients, lanes or priorities has a row only where all units in it share target, unit and
-- direction; it has no single target otherwise. Volatility counts periods with data, this one and seven before.
WITH terms(sla_term, p90_term, share) AS (
    VALUES
        ('turnaround_median', 'turnaround_p90', 0.5), ('turnaround_p90', 'turnaround_p90', 0.9),
        ('triage_p90', 'triage_p90', 0.9), ('resolve_p90', 'resolve_p90', 0.9), ('redeliver_p90', 'redeliver_p90', 0.9),
        ('first_pass_yield', NULL, NULL), ('critical_field_accuracy', NULL, NULL)
),
units AS (  -- what each term counts; hours only of durations
    SELECT p90_term AS kind, client, entity, lane, priority, released_day AS day, turnaround_hours AS hours
    FROM controls.records, (VALUES ('turnaround_p90')) AS kinds(p90_term)
    WHERE turnaround_hours IS NOT NULL
    UNION ALL
    SELECT 'triage_p90', client, entity, lane, priority, triaged_day, triage_hours
    FROM controls.exception_clocks
    WHERE triage_hours IS NOT NULL
    UNION ALL
    SELECT 'resolve_p90', client, entity, lane, priority, resolved_day, resolve_hours
    FROM controls.exception_clocks
    WHERE resolve_hours IS NOT NULL
    UNION ALL
    SELECT 'redeliver_p90', client, entity, lane, priority, released_day, hours
    FROM controls.revisions
    WHERE revision > 1 AND hours IS NOT NULL
    UNION ALL
    SELECT 'first_pass_yield', client, entity, lane, priority, released_day, NULL
    FROM controls.records
    WHERE released_day IS NOT NULL
    UNION ALL
    SELECT 'critical_field_accuracy', client, entity, lane, priority, accepted_day, NULL
    FROM controls.qa_scores
    WHERE sample_id IS NOT NULL AND accepted_day IS NOT NULL AND criticality = 'critical' AND verdict <> 'illegible'
),
judged AS (  -- each unit under each term, with its own targets
    SELECT
        terms.sla_term, terms.share, period, period_start(period, day) AS period_start,
        units.client, units.entity, units.lane, units.priority, hours,
        targets.target, targets.unit, targets.direction,
        p90s.target AS p90_target
    FROM units
    JOIN terms ON coalesce(terms.p90_term, terms.sla_term) = units.kind
    CROSS JOIN periods
    LEFT JOIN controls.targets AS targets ON (targets.client, targets.lane, targets.priority, targets.term)
        = (units.client, units.lane, units.priority, terms.sla_term)
    LEFT JOIN controls.targets AS p90s ON (p90s.client, p90s.lane, p90s.priority, p90s.term)
        = (units.client, units.lane, units.priority, terms.p90_term)
    WHERE terms.sla_term IN (SELECT term FROM controls.targets)
),
cells AS (
    SELECT
        sla_term, share, period, period_start,
        if(GROUPING(client) = 1, 'all', client) AS client,
        if(GROUPING(entity) = 1, 'all', entity) AS entity,
        if(GROUPING(lane) = 1, 'all', lane) AS lane,
        if(GROUPING(priority) = 1, 'all', priority) AS priority,
        CAST(shared(target) AS DOUBLE) AS target,
        shared(unit) AS unit,
        shared(direction) AS direction,
        count(*) AS units,
        list(hours ORDER BY hours) FILTER (hours IS NOT NULL) AS sorted_hours,
        quantile_cont(hours, 0.5) AS median,
        quantile_cont(hours, 0.9) AS p90,
        count(*) FILTER (hours <= CAST(p90_target AS DOUBLE)) / nullif(count(p90_target), 0) AS attained
    FROM judged
    GROUP BY sla_term, share, period, period_start, CUBE (client, entity, lane, priority)
),
rates AS (
    SELECT 'first_pass_yield' AS sla_term, first_pass_yield AS rate, *
    FROM measures.first_pass_yield
    UNION ALL BY NAME
    SELECT 'critical_field_accuracy' AS sla_term, accuracy AS rate, *
    FROM measures.critical_field_accuracy
),
actuals AS (
    SELECT
        cells.*,
        CASE share WHEN 0.5 THEN median WHEN 0.9 THEN p90 ELSE rate END AS actual,
        if(share IS NULL, n, units) AS n,
        if(share = 0.9, small_p90(units), small_rate(if(share IS NULL, n, units))) AS small_n,
        if(share IS NULL, ci_low, quantile_low(sorted_hours, share)) AS ci_low,
        if(share IS NULL, ci_high, quantile_high(sorted_hours, share)) AS ci_high,
        if(share IS NULL, ci_method, 'actual: order statistics') AS ci_method
    FROM cells
    LEFT JOIN rates USING (sla_term, period, period_start, client, entity, lane, priority)
),
histories AS (
    SELECT
        *,
        if(count(actual) OVER eight >= 4, stddev_samp(actual) OVER eight, NULL) AS volatility
    FROM actuals
    WINDOW eight AS (
        PARTITION BY sla_term, period, client, entity, lane, priority
        ORDER BY period_start ROWS BETWEEN 7 PRECEDING AND CURRENT ROW
    )
)
SELECT
    period, period_start, client, entity, lane, priority,
    sla_term, unit, direction, target, actual,
    actual - target AS variance,
    (actual - target) / nullif(target, 0) AS variance_pct,
    p90 - median AS spread,
    volatility,
    attained AS attainment,
    if(direction = 'lower_is_better', actual > target, actual < target) AS breached,
    n, small_n, ci_low, ci_high, ci_method
FROM histories
WHERE target IS NOT NULL AND unit IS NOT NULL AND direction IS NOT NULL
