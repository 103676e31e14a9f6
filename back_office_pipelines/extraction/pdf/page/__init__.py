"""What stands on a page: words, lines, blocks, labels, and texts shaped like values.

What belongs here: seeing. What does not: what any of it means for a document (`facts`, `money`, `lines`, `parties`).
"""
