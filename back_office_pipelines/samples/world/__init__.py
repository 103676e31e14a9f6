"""The sample world: companies, what they sell, and eight weeks of batches that a seed decides."""
