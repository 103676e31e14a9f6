"""The chain room: one step a stage, each reading tables in force, calling the stage's pure function, and committing.

`office` is everything a step needs, `view` what a stage is given and gives back, `stages` its computation, `steps` its
commit, `registration` and `publication` the two ends; `verification`, `replay` and `sweep` look back. Dagster
(`defs/`) and the command line (`cli/`) both drive these; neither adds logic of its own.
"""
