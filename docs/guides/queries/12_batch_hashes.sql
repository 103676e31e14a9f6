-- Which contract, code and hashes stand for the batch of that record?
--
-- `audit replay LANE/BATCH` computes all of it again and compares these hashes.
SELECT batch_id, stage, as_of, in_force, left(dictionary_fingerprint, 12) AS contract, code_version,
       left(output_hash, 12) AS output
FROM controls.materializations
WHERE batch_id = (
    SELECT batch_id FROM controls.exceptions
    WHERE reason_code = 'TOTALS_DISAGREE' AND resolution = 'corrected' ORDER BY opened_at, record_id LIMIT 1
)
ORDER BY as_of, stage;
