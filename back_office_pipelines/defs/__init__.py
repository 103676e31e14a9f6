"""Dagster wiring only: which step is which asset, and what Dagit shows of it. No logic lives here."""
