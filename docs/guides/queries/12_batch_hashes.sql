-- Which contract, code and hashes stand for the batch of that record?
--
-- `audit replay` with the record's id, or with LANE/BATCH, computes all of it again and compares these hashes.
WITH walked AS (  -- the first record of query 9; for another: SELECT '0123456789abcdef-invoice-1' AS record_id
    SELECT record_id
    FROM controls.records
    WHERE lane = 'ap_invoices' AND released_day IS NOT NULL
    ORDER BY first_pass,
             date_trunc('week', released_day) + INTERVAL 7 DAY <= (SELECT max(as_of) FROM controls.materializations) DESC,
             date_trunc('week', released_day) DESC, straight_through, record_id
    LIMIT 1
)
SELECT w.record_id, m.lane || '/' || m.batch_id AS batch, m.stage, m.as_of, m.in_force,
       left(m.dictionary_fingerprint, 12) AS contract, m.code_version, left(m.output_hash, 12) AS output
FROM walked w
JOIN controls.records r USING (record_id)
JOIN controls.materializations m ON m.lane = r.lane AND m.batch_id = r.batch_id
ORDER BY m.as_of, m.stage;
