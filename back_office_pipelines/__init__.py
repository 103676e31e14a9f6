"""Back Office Pipelines: documents in, evidence-backed records and measures out.

Start at `definitions.py` (what Dagit loads), follow a lane in `defs/lanes.py`, and from there the pure function
of each stage. The words used throughout are defined in docs/glossary.md.
"""

__version__ = "0.1.0"
