-- Retirement of quiet batches and compaction of their files are acts of their own.
ALTER TABLE ledger.entries DROP CONSTRAINT entries_kind_check;
ALTER TABLE ledger.entries ADD CONSTRAINT entries_kind_check CHECK (kind IN (
    'dictionary', 'batch', 'materialization', 'decision', 'publication', 'run', 'retired', 'reactivated', 'compacted'));

-- A validation seals the claims of its batch in its entry, so they are read by batch.
CREATE INDEX claims_of_batch ON ledger.claims (lane, batch_id, claim_seq);

-- Marks spare reading the whole ledger to find what is due: "up to this entry, all batches but these were finished".
-- Such a sentence about entries that never change stays true, so marks are only ever added. They are no evidence:
-- `back-office audit verify` holds the newest against the entries, and without marks everything is merely read again.
CREATE TABLE ledger.marks (
    through     bigint      NOT NULL,
    hash        text        NOT NULL,
    rule        text        NOT NULL,
    unfinished  json        NOT NULL,
    recorded_at timestamptz NOT NULL DEFAULT clock_timestamp(),
    PRIMARY KEY (rule, through, hash)
);
COMMENT ON TABLE  ledger.marks IS 'What was unfinished up to an entry; spares reading everything before it.';
COMMENT ON COLUMN ledger.marks.through IS 'Sequence of the last entry the mark speaks of.';
COMMENT ON COLUMN ledger.marks.hash IS 'Hash of that entry; a mark of other entries than are there counts for nothing.';
COMMENT ON COLUMN ledger.marks.rule IS 'Version of the meaning of "finished" (ledger/marks.py).';
COMMENT ON COLUMN ledger.marks.unfinished IS 'Lane and batch id of every batch with work to do, as JSON pairs.';
COMMENT ON COLUMN ledger.marks.recorded_at IS 'Wall clock of the database when the mark was made.';

CREATE TRIGGER marks_are_final BEFORE UPDATE OR DELETE ON ledger.marks
    FOR EACH ROW EXECUTE FUNCTION ledger.refuse_change();
CREATE TRIGGER marks_stay BEFORE TRUNCATE ON ledger.marks
    FOR EACH STATEMENT EXECUTE FUNCTION ledger.refuse_change();
ALTER TABLE ledger.marks ENABLE ALWAYS TRIGGER marks_are_final;
ALTER TABLE ledger.marks ENABLE ALWAYS TRIGGER marks_stay;
