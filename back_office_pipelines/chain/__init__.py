"""The chain room: one step a stage, each reading tables in force, calling the stage's pure function, and committing.

`office` is everything a step needs, `steps` the steps of a lane, `registration` and `publication` the two ends. Dagster
(`defs/`) and the command line (`cli/`) both drive these; neither adds logic of its own.
"""
