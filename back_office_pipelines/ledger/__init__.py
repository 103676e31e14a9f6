"""The ledger room: append-only, hash-chained history of registrations, materializations, decisions, publications, runs.

`entries` are the shapes, `chain` the arithmetic of hashes, `ledger` the only code that speaks to Postgres, `state` the
answers drawn from entries (what is in force), `runs` the ends of the orchestrator's runs, `schema/` the SQL.
"""
