"""Measures: one documented SQL model a KPI, and the Python that runs them inside the build of the warehouse."""
