-- Claims: who was first with a document, a business key, a near key. Append-only like the entries; the first to claim an
-- exact key holds it for good. `ledger/claims.py` says how they are asked for.
CREATE TABLE ledger.claims (
    claim_seq       bigint      GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    lane            text        NOT NULL,
    client          text        NOT NULL,
    kind            text        NOT NULL CHECK (kind IN ('document', 'near') OR kind LIKE 'key:%'),
    key             text        NOT NULL,
    subject_id      text        NOT NULL,
    batch_id        text        NOT NULL,
    document_id     text        NOT NULL,
    intake_sequence bigint      NOT NULL,
    detail          text        NOT NULL,
    recorded_at     timestamptz NOT NULL DEFAULT clock_timestamp()
);
COMMENT ON TABLE  ledger.claims IS 'First come, first served: one row a subject that holds an exact key, or has a near key.';
COMMENT ON COLUMN ledger.claims.claim_seq IS 'Order of claims within a lane and client; gaps mean nothing.';
COMMENT ON COLUMN ledger.claims.kind IS 'document or key:<name>: exact, one holder a key; near: any number of subjects.';
COMMENT ON COLUMN ledger.claims.key IS 'What is claimed; a very long key as sha256:<hash>.';
COMMENT ON COLUMN ledger.claims.subject_id IS 'Document or record that claims.';
COMMENT ON COLUMN ledger.claims.detail IS 'What to show people of the holder, for example its invoice number.';
COMMENT ON COLUMN ledger.claims.recorded_at IS 'Wall clock of the database when the claim was made.';

CREATE UNIQUE INDEX one_holder_a_key ON ledger.claims (lane, client, kind, key) WHERE kind <> 'near';
CREATE UNIQUE INDEX one_near_claim_a_subject ON ledger.claims (lane, client, key, subject_id, detail) WHERE kind = 'near';

CREATE TRIGGER claims_are_final BEFORE UPDATE OR DELETE ON ledger.claims
    FOR EACH ROW EXECUTE FUNCTION ledger.refuse_change();
CREATE TRIGGER claims_stay BEFORE TRUNCATE ON ledger.claims
    FOR EACH STATEMENT EXECUTE FUNCTION ledger.refuse_change();
ALTER TABLE ledger.claims ENABLE ALWAYS TRIGGER claims_are_final;
ALTER TABLE ledger.claims ENABLE ALWAYS TRIGGER claims_stay;
