-- Who decides how much, and how fast?
--
-- Hours are business hours of the client's exhibit from opening to resolution, without waiting for the client. Compare
-- people only on the same kind of work: roles differ in what reaches them.
SELECT d.actor, d.role, count(DISTINCT e.exception_id) AS resolved,
       median(c.resolve_hours) AS median_hours, quantile_cont(c.resolve_hours, 0.9) AS p90_hours
FROM controls.exceptions e
JOIN controls.exception_clocks c USING (exception_id)
JOIN controls.decisions d ON d.exception_id = e.exception_id AND d.decided_at = e.resolved_at
WHERE e.state = 'resolved'
GROUP BY ALL
ORDER BY d.role, median_hours DESC;
