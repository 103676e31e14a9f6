-- Which vendors' invoices need people most?
--
-- Names are those in force; of a record that is not accepted, the one that was read.
WITH sellers AS (
    SELECT r.record_id, r.exceptions, coalesce(a.value, v.value) AS seller
    FROM controls.records r
    LEFT JOIN controls.accepted_values a ON a.record_id = r.record_id AND a.field = 'seller_name' AND a.revision = 1
    LEFT JOIN controls.field_values v ON v.record_id = r.record_id AND v.field = 'seller_name'
)
SELECT seller, count(*) AS records, count(*) FILTER (exceptions > 0) AS with_exceptions, sum(exceptions) AS exceptions
FROM sellers
GROUP BY seller
ORDER BY with_exceptions DESC, exceptions DESC, seller
LIMIT 8;
