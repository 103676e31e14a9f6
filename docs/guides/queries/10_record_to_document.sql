-- Which file, page and place does a record's amount come from?
--
-- `content_hash` names the copy in the vault: `data/vault/` keeps every file under the hash of its bytes.
SELECT r.record_id, d.path, d.member, v.page, v.raw, v.value, v.confidence, v.method, left(d.content_hash, 12) AS sha256
FROM controls.records r
JOIN controls.documents d USING (document_id)
JOIN controls.field_values v ON v.record_id = r.record_id AND v.field = 'gross_total'
WHERE date_trunc('week', r.released_day) = DATE '2026-10-19' AND NOT r.first_pass
ORDER BY r.record_id
LIMIT 5;
