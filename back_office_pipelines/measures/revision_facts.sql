-- What is known of each revision before its clock is read; one row a header record and revision.
-- Source: METRICS section 0 "Clock start": the receipt opens the first revision, a return every later one. There is at
-- most one return of a record at a moment, so a return is found by its time.
WITH revisions AS (
    SELECT record_id, revision, route, accepted_at, returned_at, released_at, 'released' AS state
    FROM controls.releases
    UNION ALL
    SELECT record_id, revision, route, accepted_at, returned_at, NULL, if(state = 'returned', 'held', state)
    FROM controls.record_states
    ANTI JOIN controls.releases USING (record_id, revision)
),
returns AS (
    SELECT header_record_id AS record_id, decided_at AS returned_at, cause_party, field, reason
    FROM controls.decisions
    JOIN record_families USING (record_id)
    WHERE action = 'return'
)
SELECT
    records.lane, records.batch_id, records.record_id, revisions.revision, revisions.state, revisions.route,
    records.client, records.entity, records.priority,
    cause_party, field, reason,
    coalesce(revisions.returned_at, records.received_at) AS opened_at, revisions.accepted_at, revisions.released_at,
    pauses
FROM revisions
JOIN controls.records AS records USING (record_id)
LEFT JOIN returns ON (returns.record_id, returns.returned_at) = (revisions.record_id, revisions.returned_at)
LEFT JOIN record_pauses USING (record_id)
ORDER BY records.lane, records.batch_id, records.record_id, revisions.revision
