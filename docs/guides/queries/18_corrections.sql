-- Which fields do people correct, and how sure was the reader that it was right?
--
-- High confidence beside many corrections is a reader that is wrong and does not know it; or a document that is.
SELECT d.field, count(*) AS corrections, count(v.value) AS of_a_value_read, avg(v.confidence) AS confidence_then
FROM controls.decisions d LEFT JOIN controls.field_values v ON v.record_id = d.record_id AND v.field = d.field
WHERE d.action = 'correct'
GROUP BY d.field
ORDER BY corrections DESC, d.field;
