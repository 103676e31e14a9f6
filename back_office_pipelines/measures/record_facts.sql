-- What is known of each header record before its clocks are read; one row a header record.
-- Source: METRICS section 0, "completed", "first_pass", "straight_through", "Pauses". An act at the very moment of the
-- first release came before it: a release is made of what stands at its as-of time. Times, route and figures are those
-- of the first revision; what came later stands in table revisions.
WITH first_releases AS (
    SELECT record_id, released_at, accepted_at, route FROM controls.releases WHERE revision = 1
),
redeliveries AS (
    SELECT record_id, max(released_at) AS redelivered_at FROM controls.releases WHERE revision > 1 GROUP BY record_id
),
exceptions AS (
    SELECT
        exceptions.record_id,
        count(*) AS exceptions,
        count(*) FILTER (exceptions.state <> 'resolved') AS open_exceptions,
        bool_or(counts_against_fpy AND opened_at <= released_at) AS spoiled
    FROM controls.exceptions
    LEFT JOIN first_releases USING (record_id)
    WHERE record_id IS NOT NULL
    GROUP BY ALL
),
acts AS (
    SELECT
        coalesce(families.header_record_id, exceptions.record_id) AS record_id,
        bool_or(action = 'correct' AND decided_at <= released_at) AS corrected,
        bool_or(action = 'return' AND cause_party IS DISTINCT FROM 'client') AS returned,
        count(*) FILTER (action = 'return') AS returns,
        max(decided_at) FILTER (action = 'return') AS returned_at,
        bool_or(action NOT IN ('qa_score', 'return') AND decided_at <= released_at) AS touched
    FROM controls.decisions
    LEFT JOIN record_families AS families ON families.record_id = decisions.record_id
    LEFT JOIN controls.exceptions AS exceptions ON exceptions.exception_id = decisions.exception_id
    LEFT JOIN first_releases
        ON first_releases.record_id = coalesce(families.header_record_id, exceptions.record_id)
    GROUP BY ALL
)
SELECT
    states.lane, states.batch_id, states.record_id, states.document_id, states.record_type,
    batches.client, batches.entity, batches.channel, batches.priority,
    states.revision,
    CASE
        WHEN newest.released_at IS NOT NULL THEN if(states.revision = 1, 'released', 'redelivered')
        WHEN states.revision > 1 AND states.state IN ('held', 'accepted') THEN 'returned'
        ELSE states.state
    END AS state,
    coalesce(first_releases.route, states.route) AS route,
    coalesce(documents.received_at, batches.received_at) AS received_at,
    coalesce(first_releases.accepted_at, states.accepted_at) AS accepted_at,
    first_releases.released_at, coalesce(returns, 0) AS returns, acts.returned_at, redelivered_at,
    coalesce(exceptions.exceptions, 0) AS exceptions,
    coalesce(exceptions.open_exceptions, 0) AS open_exceptions,
    CASE WHEN first_releases.released_at IS NOT NULL
        THEN NOT (coalesce(spoiled, false) OR coalesce(corrected, false) OR coalesce(returned, false))
    END AS first_pass,
    CASE WHEN first_releases.released_at IS NOT NULL THEN NOT coalesce(touched, false) END AS straight_through,
    batches.dictionary_version,
    pauses
FROM controls.record_states AS states
JOIN controls.batches USING (lane, batch_id)
LEFT JOIN controls.documents AS documents USING (lane, batch_id, document_id)  -- its own delivery may be an older one
LEFT JOIN first_releases USING (record_id)
LEFT JOIN redeliveries USING (record_id)
LEFT JOIN controls.releases AS newest USING (record_id, revision)
LEFT JOIN exceptions USING (record_id)
LEFT JOIN acts USING (record_id)
LEFT JOIN record_pauses USING (record_id)
ORDER BY states.lane, states.batch_id, states.record_id
