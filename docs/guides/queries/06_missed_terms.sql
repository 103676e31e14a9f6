-- Which terms of which exhibit were missed, by month?
SELECT period_start AS month, client, priority, sla_term, n, target, actual, variance, small_n
FROM measures.sla_variance
WHERE period = 'month' AND client <> 'all' AND entity = 'all' AND lane = 'ap_invoices' AND priority <> 'all' AND breached
ORDER BY month, client, priority, sla_term;
