-- Which client's records pass without a hand on them?
--
-- `straight_through` had no human decision at all; `first_pass` had neither a correction nor an exception that counts.
SELECT client, period_start AS month, n, round(first_pass_yield, 3) AS first_pass_yield, round(ci_low, 3) AS ci_low,
       round(ci_high, 3) AS ci_high, round(straight_through_rate, 3) AS straight_through_rate
FROM measures.first_pass_yield
WHERE period = 'month' AND client <> 'all' AND entity = 'all' AND lane = 'ap_invoices' AND priority = 'all'
ORDER BY client, month;
