"""The lines of an invoice: tables of items with and without heads, their columns, numbers, texts and rates.

What belongs here: everything about lines. What does not: totals (`money`).
"""
