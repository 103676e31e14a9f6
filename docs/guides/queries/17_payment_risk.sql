-- Where did an account, an identity or an amount not agree with what we know of the vendor?
SELECT e.opened_at, e.reason_code, e.field, e.observed, e.expected, e.resolution
FROM controls.exceptions e
WHERE e.reason_code IN ('AP-ACCOUNT', 'MASTER_MISMATCH', 'VISIBLE_XML_MISMATCH')
   OR (e.reason_code = 'CHECKSUM' AND e.field = 'seller_iban')
ORDER BY e.opened_at, e.exception_id;
