"""Pages drawn for people: what was taken from where, how sure that is, and what came next."""
