-- Which batches did not add up to what their sender declared?
SELECT e.batch_id, b.client, b.channel, e.reason_code, e.observed, e.expected, e.state, e.resolution
FROM controls.exceptions e JOIN controls.batches b USING (lane, batch_id)
WHERE e.reason_code IN ('CONTROL_TOTAL', 'DOCUMENT_COUNT', 'CHECKSUM_MISMATCH')
ORDER BY e.opened_at, e.exception_id;
