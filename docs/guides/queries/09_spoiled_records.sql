-- Which records stand behind one figure: what kept a week below 100 %?
--
-- The way back begins here: a figure, its records, then (10) their documents, (11) decisions and (12) hashes.
SELECT r.record_id, r.client, r.batch_id, string_agg(DISTINCT e.reason_code, ', ' ORDER BY e.reason_code) AS reasons
FROM controls.records r LEFT JOIN controls.exceptions e USING (record_id)
WHERE date_trunc('week', r.released_day) = DATE '2026-10-19' AND r.lane = 'ap_invoices' AND NOT r.first_pass
GROUP BY ALL
ORDER BY reasons, r.record_id;
