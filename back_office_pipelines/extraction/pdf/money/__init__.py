"""Totals, what leads to them and on to what is due, and the currency.

What belongs here: amounts of the document. What does not: amounts of its lines (`lines`).
"""
