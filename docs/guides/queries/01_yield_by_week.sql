-- Is first-pass yield getting better, week by week?
--
-- An interval that holds both weeks' figures means: no difference can be told yet.
SELECT period_start AS week, n, round(first_pass_yield, 3) AS first_pass_yield, round(ci_low, 3) AS ci_low,
       round(ci_high, 3) AS ci_high, small_n
FROM measures.first_pass_yield
WHERE period = 'week' AND client = 'all' AND entity = 'all' AND lane = 'ap_invoices' AND priority = 'all'
ORDER BY week;
