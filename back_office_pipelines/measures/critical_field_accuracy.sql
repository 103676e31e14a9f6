-- Accuracy of critical fields at acceptance, design-weighted, from scores of drawn samples.
-- Source: METRICS section 0 "field_accuracy / critical_field_accuracy"; section 2 "Stratified", "Fields cluster in
-- documents" and the weights of the tiers.
-- Stratum: lane and route, each drawn at its own rate. In a stratum the error share is a ratio over its inspected
-- header records, with the finite population correction. Strata are weighted by their accepted records, over those
-- with an inspected record: accuracy = 1 − Σ N·p ÷ Σ N, variance = Σ N²·v ÷ (Σ N)².
WITH scores AS (
    SELECT *, lane AS stratum_lane, verdict <> 'illegible' AS legible, verdict = 'wrong' AS wrong
    FROM controls.qa_scores
    WHERE sample_id IS NOT NULL AND accepted_day IS NOT NULL
),
accepted AS (  -- N: accepted records of each cell and stratum
    SELECT
        period,
        period_start(period, accepted_day) AS period_start,
        if(GROUPING(client) = 1, 'all', client) AS client,
        if(GROUPING(entity) = 1, 'all', entity) AS entity,
        if(GROUPING(lane) = 1, 'all', lane) AS lane,
        if(GROUPING(priority) = 1, 'all', priority) AS priority,
        stratum_lane, route,
        count(*) AS accepted
    FROM (SELECT *, lane AS stratum_lane FROM controls.records WHERE accepted_day IS NOT NULL)
    CROSS JOIN periods
    GROUP BY period, period_start(period, accepted_day), stratum_lane, route, CUBE (client, entity, lane, priority)
),
documents AS (
    SELECT client, entity, lane, priority, accepted_day, stratum_lane, route, header_record_id,
        count(*) FILTER (legible) AS inspected,
        count(*) FILTER (wrong) AS wrong,
        count(*) FILTER (NOT legible) AS illegible
    FROM scores
    WHERE criticality = 'critical'
    GROUP BY ALL
),
samples AS (
    SELECT
        period,
        period_start(period, accepted_day) AS period_start,
        if(GROUPING(client) = 1, 'all', client) AS client,
        if(GROUPING(entity) = 1, 'all', entity) AS entity,
        if(GROUPING(lane) = 1, 'all', lane) AS lane,
        if(GROUPING(priority) = 1, 'all', priority) AS priority,
        stratum_lane, route,
        count(*) FILTER (inspected > 0) AS documents,
        sum(inspected) AS inspected,
        sum(wrong) AS wrong,
        sum(illegible) AS illegible,
        sum(wrong * wrong) AS wrong_2,
        sum(wrong * inspected) AS wrong_inspected,
        sum(inspected * inspected) AS inspected_2
    FROM documents
    CROSS JOIN periods
    GROUP BY period, period_start(period, accepted_day), stratum_lane, route, CUBE (client, entity, lane, priority)
),
strata AS (
    SELECT
        *,
        wrong / nullif(inspected, 0) AS error_share,
        if(inspected > 0, accepted, 0) AS weight,
        (1 - documents / accepted) * ratio_variance(
            wrong / nullif(inspected, 0), documents, inspected, wrong_2, wrong_inspected, inspected_2
        ) AS variance
    FROM samples
    JOIN accepted USING (period, period_start, client, entity, lane, priority, stratum_lane, route)
),
cells AS (
    SELECT
        period, period_start, client, entity, lane, priority,
        sum(documents)::BIGINT AS documents,
        sum(inspected)::BIGINT AS inspected,
        sum(wrong)::BIGINT AS wrong,
        sum(illegible)::BIGINT AS illegible,
        sum(weight * error_share ORDER BY stratum_lane, route) / sum(weight) AS error_share,
        sum(weight * weight * variance ORDER BY stratum_lane, route) / (sum(weight) * sum(weight)) AS variance
    FROM strata
    GROUP BY ALL
    HAVING sum(inspected) > 0
),
fields AS (  -- every inspected field of any tier, in each stratum
    SELECT
        period,
        period_start(period, accepted_day) AS period_start,
        if(GROUPING(client) = 1, 'all', client) AS client,
        if(GROUPING(entity) = 1, 'all', entity) AS entity,
        if(GROUPING(lane) = 1, 'all', lane) AS lane,
        if(GROUPING(priority) = 1, 'all', priority) AS priority,
        stratum_lane, route, record_type, field,
        max(weight) AS tier_weight,
        count(*) FILTER (NOT wrong) / count(*) AS accuracy
    FROM scores
    CROSS JOIN periods
    WHERE legible
    GROUP BY period, period_start(period, accepted_day), stratum_lane, route, record_type, field,
        CUBE (client, entity, lane, priority)
),
field_accuracies AS (
    SELECT
        period, period_start, client, entity, lane, priority, stratum_lane, record_type, field,
        max(tier_weight) AS tier_weight,
        sum(accepted * accuracy ORDER BY route) / sum(accepted) AS accuracy
    FROM fields
    JOIN accepted USING (period, period_start, client, entity, lane, priority, stratum_lane, route)
    GROUP BY ALL
),
weighted AS (
    SELECT
        period, period_start, client, entity, lane, priority,
        sum(tier_weight * accuracy ORDER BY stratum_lane, record_type, field) / sum(tier_weight) AS weighted_accuracy
    FROM field_accuracies
    GROUP BY ALL
),
estimates AS (
    SELECT
        * EXCLUDE (wrong, error_share, variance),
        inspected - wrong AS correct,
        1 - error_share AS accuracy,
        (inspected - wrong) / inspected AS raw_accuracy,
        design_effect(variance, error_share, inspected) AS design_effect
    FROM cells
)
SELECT
    *,
    inspected / design_effect AS effective_n,
    inspected AS n,
    small_rate(inspected) AS small_n,
    wilson_low(accuracy, inspected / design_effect) AS ci_low,
    wilson_high(accuracy, inspected / design_effect) AS ci_high,
    'accuracy: Wilson on effective n' AS ci_method
FROM estimates
JOIN weighted USING (period, period_start, client, entity, lane, priority)
