-- Which records stand behind one figure: what kept a week below 100 %?
--
-- The way back begins here: a figure and its records, then, for the first of them, (10) its document, (11) the
-- decisions on it and (12) the hashes that stand for it. No row means that no week is below 100 %; the others then
-- follow a record that passed.
WITH figure AS (  -- the newest week below 100 %, if there is one a complete one; for another: period_start = its Monday
    SELECT period_start AS week, first_pass_yield, n
    FROM measures.first_pass_yield
    WHERE period = 'week' AND client = 'all' AND entity = 'all' AND lane = 'ap_invoices' AND priority = 'all'
      AND first_pass < completed
    ORDER BY period_start + INTERVAL 7 DAY <= (SELECT max(as_of) FROM controls.materializations) DESC, week DESC
    LIMIT 1
)
SELECT f.week, f.first_pass_yield, f.n, r.record_id, r.client, r.batch_id,
       string_agg(DISTINCT e.reason_code, ', ' ORDER BY e.reason_code) AS reasons
FROM figure f
JOIN controls.records r ON r.lane = 'ap_invoices' AND date_trunc('week', r.released_day) = f.week AND NOT r.first_pass
LEFT JOIN controls.exceptions e USING (record_id)
GROUP BY ALL
ORDER BY bool_and(r.straight_through), r.record_id;
