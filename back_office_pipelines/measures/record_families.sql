-- Every record with the header record whose fate it shares; one row a record, headers included.
-- Source: DESIGN section 2 ("a child shares its parent's fate").
WITH RECURSIVE families AS (
    SELECT record_id, record_type, record_id AS header_record_id
    FROM controls.record_states
    UNION ALL
    SELECT child.record_id, child.record_type, families.header_record_id
    FROM controls.extracted_records AS child
    JOIN families ON families.record_id = child.parent_record_id
)
FROM families
