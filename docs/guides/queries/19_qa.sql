-- How accurate are the critical fields of what was released, as far as QA has looked?
--
-- Where nothing wrong was found, the lower end of the interval says how bad it could still be.
SELECT period_start AS month, client, documents, inspected, correct, accuracy, ci_low, ci_high, small_n
FROM measures.critical_field_accuracy
WHERE period = 'month' AND entity = 'all' AND lane = 'ap_invoices' AND priority = 'all'
ORDER BY month, client;
