-- What is open, how old is it, and is any of it over its cap?
--
-- Days are business days without waiting for the client; the moment is that of the publish, not of your query.
SELECT as_of, reason_code, tier, bucket, open_exceptions, over_cap
FROM measures.exception_aging
WHERE period = 'day' AND client = 'all' AND entity = 'all' AND lane = 'ap_invoices' AND priority = 'all'
ORDER BY over_cap DESC, open_exceptions DESC, reason_code;
