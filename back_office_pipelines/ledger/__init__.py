"""The ledger room: the append-only, hash-chained history of registrations, materializations, decisions, publications.

`entries` are the shapes, `chain` the arithmetic of hashes, `ledger` the only code that speaks to Postgres, `state` the
answers drawn from entries (what is in force), `schema/` the SQL.
"""
