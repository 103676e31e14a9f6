"""The one object that Dagit loads: every definition under `defs/`, nothing of its own.

Main path for a reader: `defs/lanes.py` (the assets of a lane) → `chain/steps.py` (look, compute, commit) → the stage's
pure function (`intake/documents.py`, `normalization/stage.py`, `validation/split.py`, `release/release.py`).
"""

import dagster as dg

from back_office_pipelines.defs.build import build_definitions


@dg.definitions
def defs() -> dg.Definitions:
    """Return all lanes, the warehouse, checks, jobs and sensors of this back office."""
    return build_definitions()
