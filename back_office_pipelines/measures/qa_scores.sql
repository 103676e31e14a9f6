-- The latest score of every value and draw, against the value accepted; one row a record, field and draw.
-- Source: METRICS section 0, "field_accuracy / critical_field_accuracy". Equal canonical values, or absent from both,
-- are correct; decimals are compared as numbers. What counts is the first revision, whose acceptance is judged. A score of a field its dictionary version does not have is left out.
WITH scores AS (
    SELECT * EXCLUDE (value), CASE WHEN value NOT IN ('absent', 'illegible') THEN value END AS read_value,
        value = 'illegible' AS illegible
    FROM controls.decisions
    WHERE action = 'qa_score'
    QUALIFY row_number() OVER (
        PARTITION BY record_id, field, sample_id ORDER BY decided_at DESC, decision_id DESC
    ) = 1
)
SELECT
    records.lane, records.batch_id,
    records.record_id AS header_record_id,
    scores.record_id, families.record_type, scores.field, scores.sample_id,
    records.client, records.entity, records.priority, records.route, records.accepted_day,
    fields.criticality, fields.weight,
    scores.decided_at, scores.read_value,
    accepted.value AS accepted_value,
    CASE
        WHEN scores.illegible THEN 'illegible'
        WHEN scores.read_value IS NULL AND accepted.value IS NULL THEN 'correct'
        WHEN scores.read_value IS NULL OR accepted.value IS NULL THEN 'wrong'
        WHEN fields.compare = 'casefold' AND casefold(scores.read_value) = casefold(accepted.value) THEN 'correct'
        WHEN fields.compare = 'name' AND fold_name(scores.read_value) = fold_name(accepted.value) THEN 'correct'
        WHEN fields.type = 'decimal'
            AND TRY_CAST(scores.read_value AS DECIMAL(38, 12)) = TRY_CAST(accepted.value AS DECIMAL(38, 12)) THEN 'correct'
        WHEN scores.read_value = accepted.value THEN 'correct'
        ELSE 'wrong'
    END AS verdict
FROM scores
JOIN record_families AS families ON families.record_id = scores.record_id
JOIN controls.records AS records ON records.record_id = families.header_record_id
JOIN controls.fields AS fields
    ON fields.lane = records.lane
    AND fields.dictionary_version = records.dictionary_version
    AND fields.record_type = families.record_type
    AND fields.field = scores.field
LEFT JOIN controls.accepted_values AS accepted
    ON accepted.record_id = scores.record_id AND accepted.field = scores.field AND accepted.revision = 1
ORDER BY records.lane, records.batch_id, scores.record_id, scores.field, scores.sample_id
