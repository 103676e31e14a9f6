-- What corrections taught about the layouts of a lane and client is an act of its own.
ALTER TABLE ledger.entries DROP CONSTRAINT entries_kind_check;
ALTER TABLE ledger.entries ADD CONSTRAINT entries_kind_check CHECK (kind IN (
    'dictionary', 'batch', 'materialization', 'decision', 'publication', 'run', 'retired', 'reactivated', 'compacted',
    'automation', 'memory'));
