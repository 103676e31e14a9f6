-- What came twice, or nearly, and what became of it?
SELECT e.reason_code, e.batch_id, e.observed, e.expected, e.resolution, r.state AS record_state
FROM controls.exceptions e LEFT JOIN controls.records r USING (record_id)
WHERE e.reason_code IN ('DUPLICATE_DOCUMENT', 'DUPLICATE_RECORD', 'NEAR_DUPLICATE')
ORDER BY e.opened_at, e.exception_id;
