-- Waiting for the client: from each query to the first answer to it; one row a query, `until` null while unanswered.
-- A query names an exception or a record. Source: METRICS section 0, "Pauses". Overlaps are united by the calendar.
SELECT
    coalesce(families.header_record_id, exceptions.record_id) AS header_record_id,
    query.exception_id,
    query.decided_at AS since,
    min(answer.decided_at) AS until
FROM controls.decisions AS query
LEFT JOIN controls.decisions AS answer
    ON answer.target = query.target AND answer.action = 'client_answered' AND answer.decided_at >= query.decided_at
LEFT JOIN record_families AS families ON families.record_id = query.record_id
LEFT JOIN controls.exceptions AS exceptions ON exceptions.exception_id = query.exception_id
WHERE query.action = 'query_client'
GROUP BY ALL
