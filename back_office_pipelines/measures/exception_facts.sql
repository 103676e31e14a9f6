-- What is known of each exception before its clocks are read; one row an exception.
-- Source: METRICS section 0, "exceptions". An exception waits for the client while a query that it was made to wait by,
-- on itself or on its record, is unanswered; a query on a sister exception does not stop it.
WITH pauses AS (
    SELECT exception_id, list({'since': since, 'until': until} ORDER BY since) AS pauses
    FROM controls.client_waits
    GROUP BY ALL
)
SELECT
    exceptions.lane, exceptions.batch_id, exceptions.exception_id, exceptions.record_id,
    coalesce(batches.client, '(none)') AS client,
    coalesce(batches.entity, '(none)') AS entity,
    coalesce(batches.priority, '(none)') AS priority,
    exceptions.reason_code, exceptions.tier,
    exceptions.opened_at, exceptions.triaged_at, exceptions.resolved_at,
    pauses
FROM controls.exceptions
LEFT JOIN controls.batches USING (lane, batch_id)
LEFT JOIN pauses USING (exception_id)
ORDER BY exceptions.lane, exceptions.batch_id, exceptions.exception_id
