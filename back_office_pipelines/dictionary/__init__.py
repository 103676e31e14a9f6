"""The contract room: what every field of a lane means, which checks hold it, and who decides when one fails.

`model` is the frozen form, `loader` reads it strictly from YAML, `store` finds the version in force, `exhibit` holds a
client's service terms, `types` is the one table from our types to every backend, and `contract` compiles pandera.
"""
