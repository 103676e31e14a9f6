-- Who decided what on a record, when and why?
SELECT d.decided_at, d.actor, d.role, d.action, coalesce(e.reason_code, '') AS about, d.field, d.value, d.reason
FROM controls.decisions d LEFT JOIN controls.exceptions e USING (exception_id)
WHERE d.action <> 'qa_score' AND d.record_id = (
    SELECT record_id FROM controls.exceptions
    WHERE reason_code = 'TOTALS_DISAGREE' AND resolution = 'corrected' ORDER BY opened_at, record_id LIMIT 1
)
ORDER BY d.decided_at, about, d.field;
