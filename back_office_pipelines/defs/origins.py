"""Origins of runs: the code location a run belongs to, so that Dagit lists it with its job, and who executed it.

What belongs here: naming the location on the runs of a command, telling these from runs of Dagit and the daemon. What
does not: whatever else is read of a run (`runs`).
"""

import contextlib
from collections.abc import Iterator
from typing import Any

import dagster as dg
from dagster._core.remote_origin import (  # what Dagit finds runs by; Dagster exports no name for it
    RegisteredCodeLocationOrigin,
    RemoteJobOrigin,
    RemoteRepositoryOrigin,
)

LOCATION = "back_office_pipelines"
"""The code location's name in `workspace.yaml`, which `back-office up` loads."""
REPOSITORY = "__repository__"
"""What Dagster calls the definitions of a location that names no repository."""


def origin_of(job: str) -> RemoteJobOrigin:
    """Return where Dagit finds a job of ours."""
    return RemoteJobOrigin(RemoteRepositoryOrigin(RegisteredCodeLocationOrigin(LOCATION), REPOSITORY), job)


@contextlib.contextmanager
def origins_named(instance: dg.DagsterInstance) -> Iterator[None]:
    """Name our code location on every run that is created meanwhile.

    `execute_in_process` names none and takes none, and a run without one stands in no list of its job and on no
    timeline. What it creates its run by does take one.
    """
    create = instance.create_run_for_job

    def create_run_for_job(job_def: dg.JobDefinition, **how: Any) -> dg.DagsterRun:
        return create(job_def, remote_job_origin=origin_of(job_def.name), **how)

    own = vars(instance)
    own["create_run_for_job"] = create_run_for_job
    try:
        yield
    finally:
        del own["create_run_for_job"]


def ran_in_process(run: dg.DagsterRun) -> bool:
    """Whether a command ran it in its own process.

    What Dagit or the daemon launch says where its code is loaded from, which no tag can feign; what a command of
    Dagster's own executes names no location.
    """
    return run.job_code_origin is None or run.remote_job_origin is None
