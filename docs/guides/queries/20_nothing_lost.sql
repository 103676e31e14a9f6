-- Is every document accounted for?
--
-- Each document gave records, or says why not; each record has a state. Containers are e-mails and archives.
SELECT d.role, d.status, d.reason_code, count(DISTINCT d.document_id) AS documents, count(r.record_id) AS records,
       count(*) FILTER (r.state IN ('released', 'redelivered')) AS released,
       count(*) FILTER (r.state = 'rejected') AS rejected, count(*) FILTER (r.state IN ('held', 'returned')) AS held
FROM controls.documents d LEFT JOIN controls.records r USING (document_id)
GROUP BY ALL
ORDER BY ALL;
