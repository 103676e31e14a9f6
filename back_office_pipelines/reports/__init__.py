"""Pages that people read and hand on: what a back office shows of a batch, beside the figures of the warehouse."""
