-- Who accepted a failed control of the highest tier as it is, and with what reason?
--
-- What was found and expected is what the exception showed when the person decided, whatever it shows now.
SELECT d.decided_at, d.actor, e.reason_code, d.observed, d.expected, d.reason
FROM controls.decisions d JOIN controls.exceptions e USING (exception_id)
WHERE d.action IN ('override', 'withdraw') AND e.tier = 'high'
ORDER BY d.decided_at, e.exception_id;
