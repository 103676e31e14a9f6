-- When each header record waited for the client: while one of its exceptions did; the calendar unites overlaps.
-- One row a header record that ever waited. Source: METRICS section 0, "Pauses".
SELECT record_id, list({'since': since, 'until': until} ORDER BY since, until) AS pauses
FROM controls.client_waits
WHERE record_id IS NOT NULL
GROUP BY ALL
