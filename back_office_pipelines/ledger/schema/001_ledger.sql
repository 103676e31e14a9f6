-- The ledger: one append-only table. Nothing here may be updated, deleted or truncated; triggers refuse it even to the
-- owner, so that a change needs a deliberate act (dropping the trigger) and still breaks the hash chain.
-- `payload` is json, not jsonb: json keeps the text as given, and the hash covers that text.
CREATE TABLE ledger.entries (
    seq         bigint      PRIMARY KEY CHECK (seq > 0),
    kind        text        NOT NULL
                CHECK (kind IN ('dictionary', 'batch', 'materialization', 'decision', 'publication', 'run')),
    lane        text,
    batch_id    text,
    as_of       timestamptz NOT NULL,
    actor       text        NOT NULL,
    payload     json        NOT NULL,
    recorded_at timestamptz NOT NULL,
    prev_hash   text        NOT NULL,
    hash        text        NOT NULL
);
COMMENT ON TABLE  ledger.entries IS 'Append-only, hash-chained history; one row an act of machine or person.';
COMMENT ON COLUMN ledger.entries.seq IS 'Position in the chain, from 1, without gaps.';
COMMENT ON COLUMN ledger.entries.as_of IS 'Time at which the act occurs in the business: the invocation''s as-of time.';
COMMENT ON COLUMN ledger.entries.payload IS 'Canonical JSON: keys sorted, no spaces; kept and hashed as this very text.';
COMMENT ON COLUMN ledger.entries.recorded_at IS 'Wall clock of the database when the entry was written.';
COMMENT ON COLUMN ledger.entries.prev_hash IS 'Hash of the entry before; 64 zeros for the first.';
COMMENT ON COLUMN ledger.entries.hash IS 'sha256 over the hash before, the other columns and the text of the payload.';

CREATE INDEX entries_of_batch ON ledger.entries (lane, batch_id, kind, seq);
CREATE INDEX entries_of_kind  ON ledger.entries (kind, seq);
CREATE UNIQUE INDEX one_registration ON ledger.entries (lane, batch_id, (payload ->> 'delivery')) WHERE kind = 'batch';
CREATE UNIQUE INDEX one_text_a_fingerprint ON ledger.entries ((payload ->> 'fingerprint')) WHERE kind = 'dictionary';
CREATE UNIQUE INDEX one_entry_a_decision ON ledger.entries ((payload ->> 'decision_id')) WHERE kind = 'decision';
CREATE UNIQUE INDEX one_publication_a_number ON ledger.entries ((payload ->> 'number')) WHERE kind = 'publication';
CREATE UNIQUE INDEX one_entry_a_run_status ON ledger.entries ((payload ->> 'run_id'), (payload ->> 'status'))
    WHERE kind = 'run';

CREATE FUNCTION ledger.refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'ledger.% is append-only: % refused', TG_TABLE_NAME, TG_OP USING ERRCODE = 'insufficient_privilege';
END
$$;
CREATE TRIGGER entries_are_final BEFORE UPDATE OR DELETE ON ledger.entries
    FOR EACH ROW EXECUTE FUNCTION ledger.refuse_change();
CREATE TRIGGER entries_stay BEFORE TRUNCATE ON ledger.entries
    FOR EACH STATEMENT EXECUTE FUNCTION ledger.refuse_change();
-- ALWAYS: also in a session that calls itself a replica.
ALTER TABLE ledger.entries ENABLE ALWAYS TRIGGER entries_are_final;
ALTER TABLE ledger.entries ENABLE ALWAYS TRIGGER entries_stay;
