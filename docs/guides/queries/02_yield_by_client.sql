-- Which client's records pass without a hand on them?
--
-- `straight_through` had no human decision at all; `first_pass` had neither a correction nor an exception that counts.
SELECT client, period_start AS month, n, first_pass_yield, ci_low, ci_high, straight_through_rate
FROM measures.first_pass_yield
WHERE period = 'month' AND client <> 'all' AND entity = 'all' AND lane = 'ap_invoices' AND priority = 'all'
ORDER BY client, month;
