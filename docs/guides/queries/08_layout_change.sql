-- Did a vendor change its layout, and when?
--
-- Where a vendor prints its number and date, in points from the top left: places that jump together and stay are new
-- paper. Here the vendor with the most pages; the sample world gives it new paper in its fifth week, 2026-10-26.
WITH places AS (
    SELECT a.value AS seller, v.lane, v.batch_id, v.record_id, v.field, round(v.x0) AS x, round(v.top) AS y
    FROM controls.field_values v
    JOIN controls.accepted_values a ON a.record_id = v.record_id AND a.field = 'seller_name' AND a.revision = 1
    WHERE v.method = 'text_layer' AND v.field IN ('invoice_number', 'issue_date')
), busiest AS (
    SELECT seller FROM places GROUP BY seller ORDER BY count(DISTINCT record_id) DESC, seller LIMIT 1
)
SELECT seller, r.batch_id, max(x) FILTER (field = 'invoice_number') AS number_x,
       max(y) FILTER (field = 'invoice_number') AS number_y,
       max(x) FILTER (field = 'issue_date') AS date_x, max(y) FILTER (field = 'issue_date') AS date_y
FROM places JOIN busiest USING (seller) JOIN controls.records r USING (record_id)
GROUP BY seller, r.batch_id, r.received_at
ORDER BY r.received_at;
