"""Numbers and days of a document: which text is the value of which label, and which of several is the field's.

What belongs here: numbers, days and identifiers. What does not: amounts (`money`), names (`parties`), lines (`lines`).
"""
