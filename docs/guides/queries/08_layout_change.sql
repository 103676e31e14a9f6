-- Did a vendor change its layout, and when?
--
-- How sure the reader was of a vendor's pages, week by week: where it drops and stays low, look at the paper. Here the
-- vendor with the most pages; the sample world gives one vendor new paper in its fifth week.
WITH pages AS (
    SELECT v.record_id, any_value(a.value) AS seller, avg(v.confidence) AS confidence, min(v.confidence) AS least_sure
    FROM controls.field_values v
    JOIN controls.accepted_values a ON a.record_id = v.record_id AND a.field = 'seller_name'
    WHERE v.record_type = 'invoice' AND v.method = 'text_layer'
    GROUP BY v.record_id
), busiest AS (
    SELECT seller FROM pages GROUP BY seller ORDER BY count(*) DESC, seller LIMIT 1
)
SELECT seller, CAST(date_trunc('week', received_day) AS DATE) AS week, count(*) AS records,
       avg(confidence) AS confidence, min(least_sure) AS least_sure, sum(exceptions) AS exceptions
FROM pages JOIN busiest USING (seller) JOIN controls.records USING (record_id)
GROUP BY ALL
ORDER BY week;
