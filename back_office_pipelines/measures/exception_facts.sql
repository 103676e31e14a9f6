-- What is known of each exception before its clocks are read; one row an exception.
-- Source: METRICS section 0, "exceptions". An exception waits for the client while a query on itself, or on its
-- record as a whole, is unanswered; a query on a sister exception does not stop it.
WITH pauses AS (
    SELECT
        exceptions.exception_id,
        list({'since': since, 'until': until} ORDER BY since, until) AS pauses
    FROM controls.exceptions
    JOIN client_pauses
        ON client_pauses.exception_id = exceptions.exception_id
        OR (client_pauses.exception_id IS NULL AND client_pauses.header_record_id = exceptions.record_id)
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
