-- Which file, page and place do a record's values come from?
--
-- `sha256` begins the name of the copy in the vault: `data/vault/` keeps every file under the hash of its bytes. Places
-- are points from the top left of the page; what no page shows has none.
WITH walked AS (  -- the first record of query 9; for another: SELECT '0123456789abcdef-invoice-1' AS record_id
    SELECT record_id
    FROM controls.records
    WHERE lane = 'ap_invoices' AND released_day IS NOT NULL
    ORDER BY first_pass,
             date_trunc('week', released_day) + INTERVAL 7 DAY <= (SELECT max(as_of) FROM controls.materializations) DESC,
             date_trunc('week', released_day) DESC, straight_through, record_id
    LIMIT 1
)
SELECT record_id, d.path, d.member, v.page, round(v.x0)::INT AS x, round(v.top)::INT AS y, v.field, v.raw, v.value,
       v.confidence, left(d.content_hash, 12) AS sha256
FROM walked
JOIN controls.records r USING (record_id)
JOIN controls.documents d USING (document_id)
JOIN controls.field_values v USING (record_id)
ORDER BY v.page, v.top, v.x0, v.field;
