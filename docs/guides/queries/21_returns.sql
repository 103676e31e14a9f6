-- What did clients return, who caused it, and how long did the corrected redelivery take?
--
-- One row a return: each opens a revision with a clock of its own, in hours of the client's exhibit without waiting for
-- the client; null while it is with us. The rate by week stands in `measures.rework`, beside its interval.
SELECT v.record_id, v.client, v.revision, v.opened_at AS returned_at, v.cause_party, v.field, v.reason,
       v.released_at AS redelivered_at, v.hours, r.state
FROM controls.revisions v
JOIN controls.records r USING (lane, batch_id, record_id)
WHERE v.revision > 1
ORDER BY v.opened_at, v.record_id;
