-- When did a client's turnaround slip, and has it recovered?
--
-- `variance` is actual minus target, in hours of the client's clock; a positive one misses the target.
SELECT period_start AS week, n, target, actual, variance, spread, attainment, breached
FROM measures.sla_variance
WHERE period = 'week' AND client = 'meridian' AND entity = 'all' AND lane = 'ap_invoices' AND priority = 'priority'
  AND sla_term = 'turnaround_p90'
ORDER BY week;
