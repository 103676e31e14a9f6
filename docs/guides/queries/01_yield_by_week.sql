-- Is first-pass yield getting better, week by week?
--
-- An interval that holds both weeks' figures means: no difference can be told yet.
SELECT period_start AS week, n, first_pass_yield, ci_low, ci_high, small_n
FROM measures.first_pass_yield
WHERE period = 'week' AND client = 'all' AND entity = 'all' AND lane = 'ap_invoices' AND priority = 'all'
ORDER BY week;
