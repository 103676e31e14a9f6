-- Who accepted a failed control of the highest tier as it is, and with what reason?
SELECT d.decided_at, d.actor, e.reason_code, e.observed, e.expected, d.reason
FROM controls.decisions d JOIN controls.exceptions e USING (exception_id)
WHERE d.action IN ('override', 'withdraw') AND e.tier = 'high'
ORDER BY d.decided_at, e.exception_id;
