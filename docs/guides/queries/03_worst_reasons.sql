-- What goes wrong most often?
--
-- Read both columns: one document that is hard to read raises many exceptions of `LOW_CONFIDENCE`.
SELECT reason_code, tier, owner, count(*) AS exceptions, count(DISTINCT subject_id) AS subjects,
       count(*) FILTER (state <> 'resolved') AS still_open
FROM controls.exceptions
GROUP BY ALL
ORDER BY subjects DESC, exceptions DESC, reason_code
LIMIT 10;
