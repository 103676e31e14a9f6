"""The command line: `back-office`. One module a command; only `run` and `dagster_command` know Dagster."""
