-- Who decided what on that record, when and why?
--
-- Decisions on its lines count as its own. No row means that nobody had to decide anything.
WITH walked AS (  -- the first record of query 9; for another: SELECT '0123456789abcdef-invoice-1' AS record_id
    SELECT record_id
    FROM controls.records
    WHERE lane = 'ap_invoices' AND released_day IS NOT NULL
    ORDER BY first_pass,
             date_trunc('week', released_day) + INTERVAL 7 DAY <= (SELECT max(as_of) FROM controls.materializations) DESC,
             date_trunc('week', released_day) DESC, straight_through, record_id
    LIMIT 1
)
SELECT w.record_id, d.decided_at, d.actor, d.role, d.action, coalesce(e.reason_code, '') AS about, d.field, d.value,
       d.reason
FROM controls.decisions d
LEFT JOIN controls.exceptions e USING (exception_id)
JOIN walked w ON w.record_id = coalesce(e.record_id, d.record_id)
WHERE d.action <> 'qa_score'
ORDER BY d.decided_at, about, d.field;
