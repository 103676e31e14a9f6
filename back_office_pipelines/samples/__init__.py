"""The sample room: a small inbox of invented invoices, drawn from a story told in YAML, with the truth beside it."""

from back_office_pipelines.samples.write import SamplesWritten, write_samples

__all__ = ["SamplesWritten", "write_samples"]
