-- Accuracy of each field at acceptance, one route at a time, from scores of drawn samples.
-- Source: METRICS section 0 "field_accuracy / critical_field_accuracy", section 2 (Wilson on the effective n; the header
-- record is the sampling unit). Pooled within a route: routes are drawn at different rates and never pooled here.
WITH documents AS (
    SELECT client, entity, lane, priority, accepted_day, field, criticality, route, header_record_id,
        count(*) AS inspected,
        count(*) FILTER (verdict = 'wrong') AS wrong
    FROM controls.qa_scores
    WHERE sample_id IS NOT NULL AND accepted_day IS NOT NULL AND verdict <> 'illegible'
    GROUP BY ALL
),
units AS (
    SELECT *, period_start(period, accepted_day) AS period_start FROM documents CROSS JOIN periods
),
cells AS (
    SELECT
        period,
        period_start,
        if(GROUPING(client) = 1, 'all', client) AS client,
        if(GROUPING(entity) = 1, 'all', entity) AS entity,
        if(GROUPING(lane) = 1, 'all', lane) AS lane,
        if(GROUPING(priority) = 1, 'all', priority) AS priority,
        field, criticality, route,
        sum(inspected)::BIGINT AS inspected,
        sum(wrong)::BIGINT AS wrong,
        ratio_variance(
            sum(wrong) / sum(inspected), count(*), sum(inspected),
            sum(wrong * wrong), sum(wrong * inspected), sum(inspected * inspected)
        ) AS variance
    FROM units
    GROUP BY period, period_start, field, criticality, route, CUBE (client, entity, lane, priority)
),
estimates AS (
    SELECT
        * EXCLUDE (wrong, variance),
        inspected - wrong AS correct,
        (inspected - wrong) / inspected AS accuracy,
        inspected / design_effect(variance, wrong / inspected, inspected) AS effective_n
    FROM cells
)
SELECT
    * EXCLUDE (effective_n),
    inspected AS n,
    small_rate(inspected) AS small_n,
    wilson_low(accuracy, effective_n) AS ci_low,
    wilson_high(accuracy, effective_n) AS ci_high,
    'accuracy: Wilson on effective n' AS ci_method
FROM estimates
